/**
 * Opens the workbench: in Electron where its program is, otherwise in the browser. Builds first what is missing or old.
 *
 *   npm start                        Electron, or the browser host with one line saying why
 *   npm start -- --browser           the browser host; --port N chooses its port
 *   npm start -- --fetch-electron    fetches Electron's program first (needs a network)
 */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { InlineConfig } from 'vite';
import { findElectron } from './electron-binary.ts';
import { isStale } from './freshness.ts';

const root = path.join(import.meta.dirname, '..');
const at = (...names: string[]): string => path.join(root, ...names);
const CONFIG = at('electron.vite.config.ts');
const PAGE_SOURCES = [at('src', 'renderer'), at('src', 'shared'), CONFIG, at('package.json')];

const { values } = parseArgs({
  options: {
    browser: { type: 'boolean', default: false },
    port: { type: 'string' },
    'fetch-electron': { type: 'boolean', default: process.env.GCW_FETCH_ELECTRON === '1' },
  },
});

if (values['fetch-electron'])
  spawnSync(process.execPath, [at('node_modules', 'electron', 'install.js')], { stdio: 'inherit' });

const electron = values.browser
  ? ({ isUsable: false, reason: 'you asked for the browser' } as const)
  : findElectron(root, process.env, process.platform);

if (electron.isUsable) {
  if (isStale(at('out', 'main', 'electron.js'), [...PAGE_SOURCES, at('src', 'main')])) {
    const { build } = await import('electron-vite');
    await build({ root, configFile: CONFIG, logLevel: 'warn' });
  }
  run(electron.file, [root]);
} else {
  if (isStale(at('out', 'renderer', 'index.html'), PAGE_SOURCES)) await buildPage();
  console.log(`Not in Electron (${electron.reason}); the workbench opens in your browser instead.`);
  const port = values.port === undefined ? [] : ['--port', values.port];
  run(process.execPath, [at('src', 'main', 'hosts', 'browser', 'browser.ts'), ...port]);
}

/** Only the page: the browser host itself runs from its sources. */
async function buildPage(): Promise<void> {
  console.log('Building the window once…');
  const { build } = await import('vite');
  const config = (await import(pathToFileURL(CONFIG).href)) as { default: { renderer: InlineConfig } };
  await build({ ...config.default.renderer, configFile: false, logLevel: 'warn' });
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
