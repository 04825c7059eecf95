import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { reduceSum } from '#engine/ops/index.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { writeMachineCheck } from '#workers/machine-check-file.ts';
import { machineFacts } from '#workers/machine.ts';
import { runtimeFor } from '#workers/runtime-for.ts';
import { MODEL_PRESETS, ModelConfig } from '#shared/domain/model.ts';
import type { ComputeDevice, DeviceCheck } from '#shared/domain/device.ts';

let folder: string;
let before: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gcw-runtime-for-'));
  before = process.env.GCW_DATA_FOLDER;
  process.env.GCW_DATA_FOLDER = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env.GCW_DATA_FOLDER;
  else process.env.GCW_DATA_FOLDER = before;
  rmSync(folder, { recursive: true, force: true });
});

function device(name: ComputeDevice, gigaflops: number | null): DeviceCheck {
  return {
    name,
    usable: gigaflops !== null,
    verdict: gigaflops === null ? `${name}: refused, because its results are wrong` : `${name}: ready`,
    advice: gigaflops === null ? 'Install a newer driver.' : null,
    error: 1e-7,
    speed:
      gigaflops === null
        ? null
        : { gigaflops, smallGigaflops: gigaflops, gigabytesPerSecond: 10, runMs: 0.1, operatorMs: 0.01 },
    calibration: null,
    memoryBytes: null,
  };
}

async function keep(...devices: DeviceCheck[]): Promise<void> {
  const { fingerprint } = await machineFacts();
  writeMachineCheck(folder, { format: 1, fingerprint, checkedAt: '2026-01-02T03:04:05Z', devices, plans: [] });
}

async function choose(asked: Parameters<typeof runtimeFor>[0]) {
  const log: string[] = [];
  const teller = { log: (level: string, message: string) => void log.push(`${level}: ${message}`) };
  const chosen = await runtimeFor(asked, { mode: 'inference' }, teller);
  return { device: chosen.device, engine: chosen.runtime.name, log };
}

describe('runtimeFor, products in float16', () => {
  const half = { mode: 'training', precision: 'float16' } as const;

  it.each(['auto', 'cpu'] as const)('are refused on the processor, asked for as %s', async (asked) => {
    await expect(runtimeFor(asked, half)).rejects.toMatchObject({
      code: 'unsupported',
      message: /^precision float16: cpu .*; choose precision float32/,
    });
  });

  it('are not left to the processor when the device cannot', async () => {
    await keep(device('cpu', 50), device('dml', 900));
    await expect(runtimeFor('auto', half)).rejects.toThrow(/precision float16: dml/);
  });
});

describe('runtimeFor', () => {
  it('takes the processor on a machine that was not checked, and says how to check it', async () => {
    const { device: name, log } = await choose('auto');
    expect(name).toBe('cpu');
    expect(log).toEqual([expect.stringMatching(/^info: Computing on the processor: .*gcw host machine/)]);
  });

  it('takes the fastest device that passed', async () => {
    await keep(device('cpu', 50), device('webgpu', 900), device('cuda', null));
    expect(await choose('auto')).toEqual({
      device: 'webgpu',
      engine: 'onnxruntime-webgpu',
      log: ['info: Computing on webgpu: webgpu: ready.'],
    });
  });

  it('takes the processor where it is faster than a software driver', async () => {
    await keep(device('cpu', 50), device('webgpu', 0.3));
    expect(await choose('auto')).toMatchObject({ device: 'cpu' });
  });

  it('passes over a card on which the work has no room, and says so', async () => {
    const model = ModelConfig.parse({
      ...MODEL_PRESETS.base,
      maxLength: 256,
      vocabularySize: 50_558,
      vocabularyHash: 'x',
    });
    await keep(device('cpu', 50), { ...device('webgpu', 900), memoryBytes: 2e9 });
    const log: string[] = [];
    const teller = { log: (_: string, message: string) => void log.push(message) };
    const work = (batchSize: number) => ({ mode: 'training', size: { model, batchSize } }) as const;
    expect(await runtimeFor('auto', work(16), teller)).toMatchObject({ device: 'cpu' });
    expect(log[0]).toMatch(/^Not on webgpu: the work needs [\d.]+ GB and it has 2\.0 GB; a smaller batch/);
    await keep(device('cpu', 50), { ...device('webgpu', 900), memoryBytes: 80e9 });
    expect(await runtimeFor('auto', work(2), teller)).toMatchObject({ device: 'webgpu' });
  });

  it('names the device that really computed', async () => {
    const absent = process.platform === 'win32' ? 'coreml' : 'dml';
    await keep(device('cpu', 50), device(absent, 900));
    const chosen = await runtimeFor('auto', { mode: 'inference' });
    expect(chosen.device).toBe(absent);
    const graph = new Graph('sum');
    graph.output('sum', reduceSum(graph.input('x', 'float32', [3])));
    // No build for this system has that device, so the processor goes on.
    const executable = await chosen.runtime.compile(graph);
    const { sum } = await executable.run({ x: tensor('float32', [3], [1, 2, 3]) });
    await executable.dispose();
    expect([sum.data[0], chosen.device]).toEqual([6, 'cpu']);
  });

  it('refuses a device that the check refused, with its reason', async () => {
    await keep(device('cpu', 50), device('webgpu', null));
    await expect(choose('webgpu')).rejects.toThrow(
      /^Device webgpu: webgpu: refused, because its results are wrong\. Install a newer driver\./,
    );
  });

  it('takes the device asked for', async () => {
    await keep(device('cpu', 50), device('webgpu', 900));
    expect(await choose('cpu')).toMatchObject({ device: 'cpu', engine: 'onnxruntime-cpu' });
  });
});
