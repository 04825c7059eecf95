import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { mlpTrainer, xor } from '../support/mlp.ts';

const CHROMIUM = '/usr/lib/chromium';
const ICD = `${CHROMIUM}/vk_swiftshader_icd.json`;
const missing = existsSync(ICD)
  ? ''
  : ` (skipped: no software Vulkan driver at ${ICD}; Debian's chromium package has one)`;

/** A child process, because the loader's search path is read once, at the start. */
async function onSoftwareVulkan(): Promise<number[]> {
  const script = fileURLToPath(new URL('../support/webgpu-child.ts', import.meta.url));
  const env = { ...process.env, VK_DRIVER_FILES: ICD, LD_LIBRARY_PATH: CHROMIUM, XDG_RUNTIME_DIR: tmpdir() };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env, maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as number[];
}

describe.skipIf(missing)(`WebGPU on a software driver${missing}`, () => {
  it('trains as the CPU does', { timeout: 120_000 }, async () => {
    const losses = await onSoftwareVulkan();
    expect(losses).toHaveLength(10);
    const cpu = mlpTrainer({ placement: 'graph' });
    for (const loss of losses) expect(Math.abs((await cpu.step('xor', xor)).loss - loss)).toBeLessThan(1e-4);
    await cpu.dispose();
  });
});
