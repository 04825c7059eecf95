import { z } from 'zod';
import { ComputeDevice } from './device.ts';

const Range = z.object({ from: z.number(), to: z.number() });

/** What stands against a job as it was asked for. */
export const EstimateWarning = z.enum(['memory', 'memory-now', 'card', 'disk', 'long']);
export type EstimateWarning = z.infer<typeof EstimateWarning>;

/** Time, memory and disk of a screen or a closer look, told before it starts. */
export const RunEstimate = z.object({
  /** All of it in English. */
  words: z.string(),
  device: ComputeDevice,
  /** Genes that are perturbed, null genes among them. */
  nGenes: z.number().int(),
  /** Start cells. */
  nCells: z.number().int(),
  /** Perturbed cells through the model; exact unless effects are foretold. */
  passes: Range,
  /** Null where no speed is known. Units: seconds. */
  seconds: Range.nullable(),
  /** Where foretold effects turn out not to agree with exact ones; null where nothing is foretold. */
  fallback: z.object({ passes: z.number().int(), seconds: Range.nullable() }).nullable(),
  memory: z.object({
    bytes: z.number(),
    totalBytes: z.number(),
    /** To be had at the moment. */
    freeBytes: z.number(),
  }),
  disk: z.object({
    bytes: z.number(),
    /** Beside the project; null where the system does not tell. */
    freeBytes: z.number().nullable(),
  }),
  warnings: z.array(EstimateWarning),
});
export type RunEstimate = z.infer<typeof RunEstimate>;
