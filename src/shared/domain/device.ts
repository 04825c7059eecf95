import { z } from 'zod';
import { field } from './field.ts';
import { ModelPreset } from './model.ts';

/** What can compute; `gcw host machine` says which of them are here. */
export const ComputeDevice = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml', 'tfjs']);
export type ComputeDevice = z.infer<typeof ComputeDevice>;

/** `auto`: the fastest device that passed the check and that the work fits on. */
export const Device = z.enum(['auto', ...ComputeDevice.options]);
export type Device = z.infer<typeof Device>;

export const deviceField = field(Device.default('auto'), {
  title: 'Device',
  help: 'What computes: the processor or a graphics card. auto takes the fastest one that passed the check of this computer and has room for the work; gcw host machine says what is here. Results agree to about six digits whatever computes.',
  advanced: true,
});

/** Measured on the device itself, transfers left out where the name does not say otherwise. */
export const DeviceSpeed = z.object({
  /** Products of 1,024 × 1,024 matrices, 10⁹ operations a second. */
  gigaflops: z.number().positive(),
  /** Products of 256 × 256 matrices, 10⁹ operations a second. */
  smallGigaflops: z.number().positive(),
  /** Memory read and written by an elementwise operator, 10⁹ bytes a second. */
  gigabytesPerSecond: z.number().positive(),
  /** What starting one graph costs. */
  runMs: z.number().nonnegative(),
  /** What one operator on a single number costs. */
  operatorMs: z.number().nonnegative(),
});
export type DeviceSpeed = z.infer<typeof DeviceSpeed>;

/** Measured time of a real pass over the time the speeds alone predict; 1 where the prediction is right. */
export const DeviceCalibration = z.object({ inference: z.number().positive(), training: z.number().positive() });
export type DeviceCalibration = z.infer<typeof DeviceCalibration>;

/** What a check found out about one device. */
export const DeviceCheck = z.object({
  name: ComputeDevice,
  usable: z.boolean(),
  /** Largest difference from double precision over the tensors of the test graph, relative; null where none came out. */
  error: z.number().nullable(),
  speed: DeviceSpeed.nullable(),
  calibration: DeviceCalibration.nullable(),
  /** Memory the device computes in; null where the system does not tell. */
  memoryBytes: z.number().nullable(),
  /** What a person can do about it; null where nothing is to be done. */
  advice: z.string().nullable(),
  /** Plain words: what it is and how it did, or why it cannot be used. */
  verdict: z.string(),
});
export type DeviceCheck = z.infer<typeof DeviceCheck>;

/** Room and time for one kind of work on one device. */
export const MachinePlan = z.object({
  device: ComputeDevice,
  preset: ModelPreset,
  nGenes: z.number().int(),
  mode: z.enum(['inference', 'training']),
  /** Null where the memory of the device is not known. */
  fits: z.boolean().nullable(),
  /** Cells computed together: as many as usual, fewer where more have no room, 0 where none has. */
  batchSize: z.number().int(),
  bytes: z.number(),
  /** An estimate from measured speeds; null where it does not fit. */
  cellsPerMinute: z.number().nullable(),
  words: z.string(),
});
export type MachinePlan = z.infer<typeof MachinePlan>;

/** Stored beside the program's data, so that jobs know the devices without measuring again. */
export const MachineCheck = z.object({
  format: z.literal(1),
  /** Version of the workbench and facts of the machine; a check of another one does not count. */
  fingerprint: z.string(),
  checkedAt: z.string(),
  devices: z.array(DeviceCheck),
  plans: z.array(MachinePlan),
});
export type MachineCheck = z.infer<typeof MachineCheck>;
