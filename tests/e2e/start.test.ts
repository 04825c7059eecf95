import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, ROOT } from '../../build/page.ts';
import { printedAddress } from './support/browser-host.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gcw-start-'));

/** The words of `npm start`, run without npm. */
function startWords(): string[] {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const [node, ...words] = scripts.start.split(' ');
  expect(node).toBe('node');
  return words;
}

describe('npm start on a machine without the program of Electron', () => {
  let child: ChildProcess;
  let printed = '';

  beforeAll(() => buildPage());
  afterAll(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('says in one line why there is no own window, and where the workbench is', async () => {
    child = spawn(process.execPath, startWords(), {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        GCW_DATA_FOLDER: folder,
        GCW_FETCH_ELECTRON: '0',
        ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'no-electron'),
      },
    });
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const address = await printedAddress(child);
    expect(printed.trim().split('\n')).toEqual([
      'Not in Electron (its program was not fetched yet); the workbench opens in your browser instead.',
      `GeneCompass Workbench is open at ${address}`,
    ]);

    const answer = await fetch(new URL('/', address));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<title>GeneCompass Workbench</title>');
  });

  it.skipIf(process.platform === 'win32')('ends cleanly when it is asked to (no such signal on Windows)', async () => {
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
  });
});
