import type { ComputeDevice } from '#shared/domain/device.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { listProviders, ortRuntime } from '../runtime/ort.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** The runtime of a device. Throws: unsupported when this build has no such device. */
export function deviceRuntime(device: ComputeDevice): Runtime {
  if (device !== 'tfjs') return ortRuntime({ provider: device });
  throw new WorkbenchError('unsupported', 'tfjs: TensorFlow.js is not installed here; choose another device.');
}

/** Devices this build can try on this system, the processor first. */
export function offeredDevices(): ComputeDevice[] {
  const known: readonly ComputeDevice[] = ['cpu', 'webgpu', 'cuda', 'dml', 'coreml'];
  const here = new Set(listProviders());
  return known.filter((name) => here.has(name));
}
