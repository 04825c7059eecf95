import { z } from 'zod';
import { field } from './field.ts';

/** What can compute; `gcw host machine` says which of them are here. */
export const Device = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
export type Device = z.infer<typeof Device>;

export const deviceField = field(Device.default('cpu'), {
  title: 'Device',
  help: 'What computes: the processor or a graphics card. gcw host machine says what is here.',
});
