import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findElectron, mayFetchElectron } from '../../build/electron-binary.ts';
import { isStale } from '../../build/freshness.ts';

let root: string;
beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), 'gcw-start-'))));
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, content = ''): string => {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
};

describe('Electron’s program', () => {
  const screen = { DISPLAY: ':0' };

  it('is found without being fetched', () => {
    expect(findElectron(root, screen, 'linux')).toMatchObject({
      isUsable: false,
      reason: expect.stringContaining('not fetched') as string,
    });
    write('node_modules/electron/path.txt', 'electron');
    expect(findElectron(root, screen, 'linux').isUsable).toBe(false);
    const file = write('node_modules/electron/dist/electron');
    expect(findElectron(root, screen, 'linux')).toEqual({ isUsable: true, file });
  });

  it('may lie elsewhere', () => {
    const file = write('elsewhere/electron');
    const environment = { ...screen, ELECTRON_OVERRIDE_DIST_PATH: path.join(root, 'elsewhere') };
    expect(findElectron(root, environment, 'linux')).toEqual({ isUsable: true, file });
  });

  it('needs a screen', () => {
    write('node_modules/electron/path.txt', 'electron');
    write('node_modules/electron/dist/electron');
    expect(findElectron(root, {}, 'linux')).toMatchObject({
      isUsable: false,
      reason: expect.stringContaining('no screen') as string,
    });
    expect(findElectron(root, { WAYLAND_DISPLAY: 'w' }, 'linux').isUsable).toBe(true);
    expect(findElectron(root, {}, 'darwin').isUsable).toBe(true);
  });
});

describe('fetching Electron', () => {
  it.each([
    [{ DISPLAY: ':0' }, 'linux', true],
    [{}, 'linux', false],
    [{}, 'darwin', true],
    [{ DISPLAY: ':0', GCW_FETCH_ELECTRON: '0' }, 'linux', false],
    [{ DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: '/elsewhere' }, 'linux', false],
  ] as const)('with %o on %s: %s', (environment, platform, expected) => {
    expect(mayFetchElectron(environment, platform)).toBe(expected);
  });
});

describe('a built window', () => {
  it('is stale when it is missing or older than any source', () => {
    const old = write('src/deep/a.ts');
    const config = write('config.ts');
    const output = path.join(root, 'out.html');
    expect(isStale(output, [path.join(root, 'src'), config])).toBe(true);
    write('out.html');
    utimesSync(old, 1000, 1000);
    utimesSync(config, 1000, 1000);
    utimesSync(output, 2000, 2000);
    expect(isStale(output, [path.join(root, 'src'), config, path.join(root, 'none')])).toBe(false);
    utimesSync(old, 3000, 3000);
    expect(isStale(output, [path.join(root, 'src'), config])).toBe(true);
  });
});
