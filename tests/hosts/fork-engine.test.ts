import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineChild, EngineExit } from '#jobs/engine-child.ts';
import { forkEngine } from '#hosts/fork-engine.ts';
import { until } from '../support/until.ts';

const PARENT = path.join(import.meta.dirname, '..', '..', 'src', 'main', 'jobs', 'engine-parent.ts');
const FORK = path.join(import.meta.dirname, '..', '..', 'src', 'main', 'hosts', 'fork-engine.ts');
let folder: string;
const children: EngineChild[] = [];

beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'gcw-fork-'))));
afterEach(() => {
  for (const child of children.splice(0)) child.kill();
  rmSync(folder, { recursive: true });
});

function start(body: string): EngineChild {
  const file = path.join(folder, 'child.mjs');
  writeFileSync(
    file,
    `import { engineParent } from ${JSON.stringify(PARENT)};\nconst parent = engineParent();\n${body}`,
  );
  const child = forkEngine(file);
  children.push(child);
  return child;
}

const nextMessage = (child: EngineChild): Promise<unknown> => new Promise((resolve) => child.onMessage(resolve));
const exitOf = (child: EngineChild): Promise<EngineExit> => new Promise((resolve) => child.onExit(resolve));

describe('a forked engine child', () => {
  it('gets and gives typed arrays as they are', async () => {
    const child = start('parent.onMessage((message) => parent.send({ back: message }));');
    const answer = nextMessage(child);
    child.send({ values: Float32Array.of(1.5, -2), key: new Uint8Array([1, 2]) });
    expect(await answer).toEqual({ back: { values: Float32Array.of(1.5, -2), key: new Uint8Array([1, 2]) } });
    expect(child.pid).toBeGreaterThan(0);
  });

  it('that ends by itself tells its status, once, also to who asks late', async () => {
    const child = start('process.exit(7);');
    expect(await exitOf(child)).toEqual({ code: 7, signal: null });
    expect(await exitOf(child)).toEqual({ code: 7, signal: null });
    child.send('nobody hears this');
  });

  it('is ended at once even when it is busy', async () => {
    const child = start("parent.send('busy'); for (;;);");
    expect(await nextMessage(child)).toBe('busy');
    child.kill();
    expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('hears that its parent is gone', async () => {
    const marker = path.join(folder, 'heard');
    const child = path.join(folder, 'child.mjs');
    writeFileSync(
      child,
      `import { writeFileSync } from 'node:fs';
       import { engineParent } from ${JSON.stringify(PARENT)};
       engineParent().onClose(() => { writeFileSync(${JSON.stringify(marker)}, ''); process.exit(0); });
       engineParent().send('listening');`,
    );
    const host = path.join(folder, 'host.mjs');
    writeFileSync(
      host,
      `import { forkEngine } from ${JSON.stringify(FORK)};
       forkEngine(${JSON.stringify(child)}).onMessage(() => process.kill(process.pid, 'SIGKILL'));`,
    );
    expect(spawnSync(process.execPath, [host], { stdio: 'ignore' }).signal).toBe('SIGKILL');
    await until(() => expect(existsSync(marker)).toBe(true));
  });

  it('is nothing a person starts by hand', () => {
    const ended = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `import { engineParent } from ${JSON.stringify(PARENT)}; engineParent();`],
      { encoding: 'utf8' },
    );
    expect(ended.stderr).toContain('started by the workbench, not by hand');
  });
});
