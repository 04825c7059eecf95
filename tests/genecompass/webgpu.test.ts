import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { trainAndEncode, type TrainedNumbers } from './support/train-and-encode.ts';

const CHROMIUM = '/usr/lib/chromium';
const ICD = `${CHROMIUM}/vk_swiftshader_icd.json`;
const missing = existsSync(ICD)
  ? ''
  : ` (skipped: no software Vulkan driver at ${ICD}; Debian's chromium package has one)`;

/** Largest |a - b| of two lists. */
function difference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i])));
}

describe.skipIf(missing)(`GeneCompass on WebGPU, a software driver${missing}`, () => {
  let webgpu: Record<'host' | 'graph', TrainedNumbers>;
  beforeAll(async () => {
    const script = fileURLToPath(new URL('support/webgpu-child.ts', import.meta.url));
    const env = { ...process.env, VK_DRIVER_FILES: ICD, LD_LIBRARY_PATH: CHROMIUM, XDG_RUNTIME_DIR: tmpdir() };
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env, maxBuffer: 1 << 24 });
    webgpu = JSON.parse(stdout.trim().split('\n').at(-1)!) as typeof webgpu;
  }, 240_000);

  it.each(['host', 'graph'] as const)('takes the training steps of the CPU with AdamW in the %s', async (placement) => {
    const cpu = await trainAndEncode(ortRuntime({ threads: 1 }), placement);
    const gpu = webgpu[placement];
    // Losses are about 3, weights about 0.3.
    expect(difference(gpu.losses, cpu.losses)).toBeLessThan(1e-4);
    expect(difference(gpu.gradientNorms, cpu.gradientNorms)).toBeLessThan(1e-3);
    expect(difference(gpu.query, cpu.query)).toBeLessThan(1e-4);
  });

  it('embeds cells as the CPU does, by CLS and by the mean', async () => {
    const cpu = await trainAndEncode(ortRuntime({ threads: 1 }), 'host');
    expect(difference(webgpu.host.embeddings.cls, cpu.embeddings.cls)).toBeLessThan(1e-5);
    expect(difference(webgpu.host.embeddings.mean, cpu.embeddings.mean)).toBeLessThan(1e-5);
  });
});
