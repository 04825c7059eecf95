import { existsSync } from 'node:fs';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { tfjsRuntime } from '#engine/runtime/tfjs.ts';

export type ExecutorName = 'ORT CPU' | 'ORT WebGPU' | 'tfjs cpu' | 'tfjs wasm';

export interface Executor {
  readonly name: ExecutorName;
  /** Largest |result − reference| / (1 + |reference|) of a float32 op; integers and bools must be exact. */
  readonly opTolerance: number;
  /** Largest ‖result − reference‖ / ‖reference‖ of a tensor of a whole model. */
  readonly modelTolerance: number;
  /** Where the tolerance comes from. */
  readonly why: string;
  readonly runtime: () => Runtime;
  /** Runs in a child process: its driver is found through environment variables that are read once. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Why it cannot run here; empty where it can. */
  readonly missing: string;
}

export const CHROMIUM = '/usr/lib/chromium';
const ICD = `${CHROMIUM}/vk_swiftshader_icd.json`;

export const EXECUTORS: readonly Executor[] = [
  {
    name: 'ORT CPU',
    opTolerance: 2e-6,
    modelTolerance: 1e-5,
    why: 'float32 rounding of short sums: 16 units in the last place of 1',
    runtime: () => ortRuntime({ threads: 1 }),
    missing: '',
  },
  {
    name: 'ORT WebGPU',
    opTolerance: 1e-4,
    modelTolerance: 1e-4,
    why: 'WGSL allows exp, tanh and division several units in the last place',
    runtime: () => ortRuntime({ provider: 'webgpu' }),
    environment: { VK_DRIVER_FILES: ICD, LD_LIBRARY_PATH: CHROMIUM },
    missing: existsSync(ICD) ? '' : `no software Vulkan driver at ${ICD}; Debian's chromium package has one`,
  },
  {
    name: 'tfjs cpu',
    opTolerance: 2e-6,
    modelTolerance: 1e-5,
    why: 'float32 rounding; its erf is an approximation, off by up to 1.7e-7',
    runtime: () => tfjsRuntime({ backend: 'cpu' }),
    missing: '',
  },
  {
    name: 'tfjs wasm',
    opTolerance: 2e-6,
    modelTolerance: 1e-5,
    why: 'float32 rounding',
    runtime: () => tfjsRuntime({ backend: 'wasm' }),
    missing: '',
  },
];
