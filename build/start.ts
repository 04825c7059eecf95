/**
 * Opens the workbench: in Electron where its program is, otherwise in the browser. Builds first what is missing or old.
 *
 *   npm start                        Electron, or the browser host with one line saying why
 *   npm start -- --browser           the browser host; --port N chooses its port
 *
 * Electron's program is the one thing that may be fetched, once, where there is a screen for it; GCW_FETCH_ELECTRON=0 says no.
 */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findElectron, mayFetchElectron } from './electron-binary.ts';
import { isStale } from './freshness.ts';
import { BUILD_CONFIG, buildPage, PAGE_SOURCES, ROOT } from './page.ts';

const at = (...names: string[]): string => path.join(ROOT, ...names);

const { values } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    port: { type: 'string' },
  },
});

/** A network that answers nothing must not keep the workbench from opening. */
const FETCH_LIMIT_MS = 180_000;

if (
  !values.browser &&
  !findElectron(ROOT, process.env, process.platform).isUsable &&
  mayFetchElectron(process.env, process.platform)
) {
  console.log('Fetching Electron, once…');
  spawnSync(process.execPath, [at('node_modules', 'electron', 'install.js')], {
    stdio: 'ignore',
    timeout: FETCH_LIMIT_MS,
  });
}

const electron = values.browser
  ? ({ isUsable: false, reason: 'you asked for the browser' } as const)
  : findElectron(ROOT, process.env, process.platform);

if (electron.isUsable) {
  if (isStale(at('out', 'main', 'electron.js'), [...PAGE_SOURCES, at('src', 'main')])) {
    const { build } = await import('electron-vite');
    await build({ root: ROOT, configFile: BUILD_CONFIG, logLevel: 'warn' });
  }
  run(electron.file, [ROOT]);
} else {
  await buildPage((line) => console.log(line));
  console.log(`Not in Electron (${electron.reason}); the workbench opens in your browser instead.`);
  const port = values.port === undefined ? [] : ['--port', values.port];
  run(process.execPath, [at('src', 'main', 'hosts', 'browser', 'browser.ts'), ...port]);
}

/** The child shares the terminal, hears Ctrl-C itself, and decides how this ends. */
function run(program: string, words: string[]): void {
  const child = spawn(program, words, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${program}: it could not be started (${error.message}); run 'npm ci' again.`);
    process.exitCode = 9;
  });
  child.on('exit', (code, signal) => (process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)));
}
