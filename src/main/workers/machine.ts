import type { MachineReport } from '#shared/contract/host.ts';
import { inspectDevices } from '#engine/runtime/devices.ts';

/** What this machine is and what it can run; each device is tried on a matrix product. */
export async function machineReport(): Promise<MachineReport> {
  const report = await inspectDevices();
  return {
    cpu: report.processor,
    nCores: report.cores,
    memoryBytes: report.memoryBytes,
    freeMemoryBytes: report.freeMemoryBytes,
    devices: report.providers.map(({ name, usable, words }) => ({ name, usable, verdict: words })),
  };
}
