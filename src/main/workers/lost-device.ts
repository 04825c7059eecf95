import type { ComputeDevice, DeviceCheck } from '#shared/domain/device.ts';
import { goneWords } from '#engine/devices/words.ts';

/** A device whose process did not come back from the check. */
export function lostDevice(device: ComputeDevice, how: 'slow' | 'ended', seconds: number): DeviceCheck {
  const { verdict, advice } = goneWords(device, how, seconds);
  return { ...uncheckedDevice(device, verdict), advice };
}

/** A device of which nothing but this verdict is known. */
export function uncheckedDevice(name: ComputeDevice, verdict: string): DeviceCheck {
  const none = { advice: null, error: null, speed: null, calibration: null, memoryBytes: null };
  return { name, usable: false, verdict, ...none };
}
