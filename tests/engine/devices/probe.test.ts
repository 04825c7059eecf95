import { describe, expect, it } from 'vitest';
import { checkAgreement } from '#engine/devices/agreement.ts';
import { deviceRuntime } from '#engine/devices/device-runtime.ts';
import { type ProbeParts, probeDevice } from '#engine/devices/probe.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import type { Tensor } from '#engine/runtime/tensor.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

const cpu = ortRuntime({ threads: 1 });
const nvidia = { maker: 'NVIDIA', name: 'NVIDIA A2', memoryBytes: 16 * 2 ** 30 } as const;

function parts(runtime: Runtime, rest: Partial<ProbeParts> = {}): ProbeParts {
  return { runtime: () => runtime, cards: async () => [], hasCudaLibraries: () => false, ...rest };
}

/** The CPU with some of its results changed. */
function spoilt(change: (name: string, values: Float32Array) => void): Runtime {
  return {
    name: 'spoilt',
    async compile(graph, options) {
      const executable = await cpu.compile(graph, options);
      return {
        inputs: executable.inputs,
        outputNames: executable.outputNames,
        dispose: () => executable.dispose(),
        async run(feeds, runOptions) {
          const results = await executable.run(feeds, runOptions);
          for (const [name, { data }] of Object.entries(results)) change(name, data as Float32Array);
          return results;
        },
      };
    },
  };
}

function failing(message: string): Runtime {
  return { name: 'failing', compile: () => Promise.reject(new WorkbenchError('internal', message)) };
}

describe('probeDevice', () => {
  it('measures a device whose numbers are right', async () => {
    const check = await probeDevice('cpu', parts(cpu));
    expect(check).toMatchObject({ name: 'cpu', usable: true, advice: null });
    expect(check.verdict).toMatch(/^the processor of this computer: ready, about [\d.]+ billion operations a second$/);
    expect(check.error).toBeLessThan(1e-5);
    expect(check.memoryBytes).toBeGreaterThan(0);
    for (const value of Object.values(check.speed!)) expect(value).toBeGreaterThan(0);
  });

  it.each([
    ['its results', (name: string, data: Float32Array) => void (name === 'hidden' && (data[3] *= 1.5))],
    [
      'its derivatives, which training needs',
      (name: string, data: Float32Array) => void (name === 'gradient/table' && (data[0] += 1)),
    ],
    ['its random numbers', (name: string, data: Float32Array) => void (name === 'dropout' && (data[5] = 1 - data[5]))],
    ['its results', (name: string, data: Float32Array) => void (name === 'loss' && (data[0] = NaN))],
  ])('refuses a device when %s are wrong', async (what, change) => {
    const check = await probeDevice('webgpu', parts(spoilt(change)));
    expect(check).toMatchObject({ usable: false, speed: null });
    expect(check.verdict).toBe(`the graphics card, through WebGPU (any maker): refused, because ${what} are wrong`);
    expect(check.advice).toMatch(/install a newer one/);
  });

  it('accepts the rounding of a card that multiplies with fewer bits', async () => {
    const rounded = spoilt((name, data) => {
      if (name !== 'dropout') data.forEach((value, i) => (data[i] = value * (1 + 5e-4 * (i % 2 === 0 ? 1 : -1))));
    });
    expect(await probeDevice('cuda', parts(rounded, { cards: async () => [nvidia] }))).toMatchObject({
      usable: true,
      memoryBytes: nvidia.memoryBytes,
      verdict: expect.stringContaining('(NVIDIA A2 with 16 GB): ready'),
    });
  });

  it('says what is missing for CUDA', async () => {
    const broken = failing('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library');
    expect(await probeDevice('cuda', parts(broken))).toMatchObject({
      usable: false,
      verdict: 'an NVIDIA graphics card, through CUDA: no NVIDIA card was found',
    });
    expect(await probeDevice('cuda', parts(broken, { cards: async () => [nvidia] }))).toMatchObject({
      verdict: expect.stringMatching(
        /NVIDIA A2 with 16 GB was found, but ONNX Runtime's CUDA libraries are not installed/,
      ),
      advice: 'Run "npm run gpu:cuda" on a computer with a connection.',
    });
    expect(
      await probeDevice('cuda', parts(broken, { cards: async () => [nvidia], hasCudaLibraries: () => true })),
    ).toMatchObject({
      verdict: expect.stringMatching(/they did not start \(Failed to load shared library\)/),
      advice: expect.stringMatching(/CUDA 12 and cuDNN 9/),
    });
  });

  it('says what is missing for WebGPU', async () => {
    const broken = failing('webgpu_context.cc:136 was false. Failed to get a WebGPU adapter: No supported adapters\n');
    expect(await probeDevice('webgpu', parts(broken))).toMatchObject({
      verdict: expect.stringMatching(/no graphics card with a driver was found$/),
      advice: expect.stringMatching(/Nothing needs to be done/),
    });
    const amd = { maker: 'AMD', name: null, memoryBytes: 8 * 2 ** 30 } as const;
    expect(await probeDevice('webgpu', parts(broken, { cards: async () => [amd] }))).toMatchObject({
      verdict: expect.stringMatching(
        /an AMD card with 8 GB was found, but no graphics driver .*\(No supported adapters\)/,
      ),
      advice: expect.stringMatching(/^Install the current driver of AMD/),
    });
  });

  it('passes TensorFlow.js, which comes with the workbench', { timeout: 60_000 }, async () => {
    const { passed, error } = await checkAgreement(deviceRuntime('tfjs'));
    expect(passed).toBe(true);
    expect(error).toBeLessThan(1e-5);
  });

  it('refuses results of another shape', async () => {
    const short: Runtime = {
      name: 'short',
      compile: async (graph, options) => {
        const executable = await cpu.compile(graph, options);
        return {
          inputs: executable.inputs,
          outputNames: executable.outputNames,
          dispose: () => executable.dispose(),
          run: async (feeds): Promise<Record<string, Tensor>> => {
            const { loss } = await executable.run(feeds);
            return { loss };
          },
        };
      },
    };
    expect(await probeDevice('webgpu', parts(short))).toMatchObject({ usable: false, error: null });
  });
});
