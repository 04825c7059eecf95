import { createRequire } from 'node:module';
import type { ComputeDevice } from '#shared/domain/device.ts';
import { listProviders, ortRuntime } from '../runtime/ort.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** The runtime of a device. Throws when it compiles: unsupported or unavailable where this system has no such device. */
export function deviceRuntime(device: ComputeDevice): Runtime {
  return device === 'tfjs' ? tensorflow() : ortRuntime({ provider: device });
}

/** Devices this build can try on this system, the processor first; TensorFlow.js where its native library was installed. */
export function offeredDevices(): ComputeDevice[] {
  const known: readonly ComputeDevice[] = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'];
  const here = new Set(listProviders());
  return [...known.filter((name) => here.has(name)), ...(hasNativeTensorflow() ? (['tfjs'] as const) : [])];
}

/** Its native library where a user has installed it, the one that comes with the workbench otherwise; loaded when first used. */
function tensorflow(): Runtime {
  const backend = hasNativeTensorflow() ? 'tensorflow' : 'wasm';
  return {
    name: `tfjs-${backend}`,
    async compile(graph, options) {
      const { tfjsRuntime } = await import('../runtime/tfjs.ts');
      return tfjsRuntime({ backend }).compile(graph, options);
    },
  };
}

function hasNativeTensorflow(): boolean {
  const require = createRequire(import.meta.url);
  return ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].some((name) => {
    try {
      return require.resolve(name) !== '';
    } catch {
      return false;
    }
  });
}
