import { createHash } from 'node:crypto';
import { arch, availableParallelism, cpus, freemem, platform, totalmem } from 'node:os';
import type { MachineReport } from '#shared/contract/host.ts';
import type { ComputeDevice, DeviceCheck, MachineCheck } from '#shared/domain/device.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { deviceRuntime, offeredDevices } from '#engine/devices/device-runtime.ts';
import { findGraphicsCards } from '#engine/devices/graphics-cards.ts';
import { probeDevice } from '#engine/devices/probe.ts';
import { DEVICE_WORDS, failureWords } from '#engine/devices/words.ts';
import { hasCudaLibraries } from '#engine/runtime/cuda-libraries.ts';
import { calibrate } from '#genecompass/resources/calibrate.ts';
import { uncheckedDevice } from './lost-device.ts';
import { programVersion } from './version.ts';

/** What the devices are, and a hash that changes with the machine, its cards and the version of the workbench. */
export async function machineFacts(): Promise<{ fingerprint: string; devices: ComputeDevice[] }> {
  const devices = offeredDevices();
  const facts = {
    version: programVersion(),
    system: [platform(), arch(), processor(), availableParallelism(), totalmem()],
    cards: (await findGraphicsCards()).map(({ maker, name, memoryBytes }) => [maker, name, memoryBytes]),
    cuda: hasCudaLibraries(),
    devices,
  };
  return { fingerprint: createHash('sha256').update(stableJson(facts)).digest('hex'), devices };
}

/** Tries one device, and a real model on it where it passed; to be called in a process of its own. */
export async function probe(device: ComputeDevice): Promise<DeviceCheck> {
  const check = await probeDevice(device);
  if (!check.usable || !check.speed) return check;
  try {
    return { ...check, calibration: await calibrate(deviceRuntime(device), check.speed) };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const words = failureWords(device, { reason, cards: [], hasCudaLibraries: hasCudaLibraries() });
    return { ...check, usable: false, ...words };
  }
}

/** What this machine is and, as far as a check has told, what it can run. */
export async function machineReport(check: MachineCheck | null): Promise<MachineReport> {
  return {
    cpu: processor(),
    nCores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    checkedAt: check?.checkedAt ?? null,
    devices:
      check?.devices ?? offeredDevices().map((name) => uncheckedDevice(name, `${DEVICE_WORDS[name]}: not checked yet`)),
    plans: check?.plans ?? [],
  };
}

function processor(): string {
  return cpus()[0]?.model.trim() ?? 'unknown';
}
