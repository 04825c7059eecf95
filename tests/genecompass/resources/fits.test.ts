import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { calibrate } from '#genecompass/resources/calibrate.ts';
import { fits } from '#genecompass/resources/fits.ts';
import { machinePlans } from '#genecompass/resources/plan.ts';
import { cellsPerMinute } from '#genecompass/resources/speed.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { DeviceCheck } from '#shared/domain/device.ts';
import { MODEL_PRESETS, ModelConfig } from '#shared/domain/model.ts';

const demo = ModelConfig.parse({
  ...MODEL_PRESETS.demo,
  vocabularySize: 2000,
  vocabularyHash: 'test',
  priors: [{ name: 'co_exp', width: 48 }],
});
const base = ModelConfig.parse({ ...MODEL_PRESETS.base, vocabularySize: 50_558, vocabularyHash: 'test' });
const cpu: DeviceCheck = {
  name: 'cpu',
  usable: true,
  error: 1e-7,
  speed: { gigaflops: 100, smallGigaflops: 50, gigabytesPerSecond: 10, runMs: 0.1, operatorMs: 0.002 },
  calibration: null,
  memoryBytes: 16e9,
  advice: null,
  verdict: 'ready',
};

describe('fits', () => {
  const place = { device: 'cpu', memoryBytes: 16e9 } as const;

  it('predicts the memory of a training step within a factor of 1.4', () => {
    const batchSize = 16;
    const work = { config: demo, mode: 'training', length: 256, batchSize, idWeight: 0.2 };
    const child = fileURLToPath(new URL('../../bench/memory-child.ts', import.meta.url));
    const { peakBytes } = JSON.parse(
      execFileSync(process.execPath, [child, JSON.stringify(work)], { encoding: 'utf8' }),
    ) as { peakBytes: number };
    const { bytes } = fits(demo, 256, batchSize, 'training', place);
    expect(bytes / peakBytes).toBeGreaterThan(1 / 1.4);
    expect(bytes / peakBytes).toBeLessThan(1.4);
  });

  it('needs most for training, less for LoRA, least for reading cells', () => {
    const [training, lora, inference] = (['training', 'lora', 'inference'] as const).map((mode) =>
      fits(base, 256, 4, mode, place),
    );
    expect(training.bytes).toBeGreaterThan(lora.bytes);
    expect(lora.bytes).toBeGreaterThan(inference.bytes);
    expect(lora.parts.moments).toBeLessThan(training.parts.moments / 20);
  });

  it('finds the largest batch that has room', () => {
    const { largestBatch } = fits(base, 512, 1, 'training', place);
    expect(largestBatch).toBeGreaterThan(1);
    expect(fits(base, 512, largestBatch!, 'training', place).fits).toBe(true);
    expect(fits(base, 512, largestBatch! + 1, 'training', place).fits).toBe(false);
  });

  it('says neither yes nor no where the memory is not known', () => {
    expect(fits(base, 256, 1, 'training', { device: 'webgpu', memoryBytes: null })).toMatchObject({
      fits: null,
      largestBatch: null,
    });
  });
});

describe('machinePlans', () => {
  it('says for every size in words what fits and how fast', { timeout: 120_000 }, () => {
    const words = machinePlans([
      { ...cpu, memoryBytes: 4e9 },
      { ...cpu, name: 'webgpu', usable: false },
    ]).map((plan) => plan.words);
    expect(words).toHaveLength(14);
    expect(words[0]).toMatch(
      /^Quick look, 256 genes, reading cells: fits \(0\.\d of 4\.0 GB\), about [\d,]+ cells a minute$/,
    );
    expect(words).toContainEqual(
      expect.stringMatching(/^Small, 2,048 genes, training: fits with a batch size of \d+ /),
    );
    expect(words).toContainEqual(expect.stringMatching(/^Base, 2,048 genes, training: does not fit, one cell needs/));
  });
});

describe('cellsPerMinute', () => {
  const shape = { batchSize: 2, length: 64 };

  it('follows the measured pass', () => {
    const plain = cellsPerMinute(demo, 'training', shape, cpu)!;
    const slower = { ...cpu, calibration: { inference: 1, training: 2 } };
    expect(cellsPerMinute(demo, 'training', shape, slower)! / plain).toBeCloseTo(0.5, 10);
    expect(cellsPerMinute(demo, 'inference', shape, cpu)!).toBeGreaterThan(plain);
    expect(cellsPerMinute(demo, 'training', shape, { ...cpu, speed: null })).toBeNull();
  });

  it('measures a real pass, and none on a device too slow to wait for', async () => {
    const measured = await calibrate(ortRuntime({ threads: 1 }), cpu.speed!);
    expect(measured!.inference).toBeGreaterThan(0);
    expect(measured!.training).toBeGreaterThan(0);
    expect(await calibrate(ortRuntime(), { ...cpu.speed!, gigaflops: 0.1, smallGigaflops: 0.1 })).toBeNull();
  });
});
