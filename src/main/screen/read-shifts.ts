import type { CellEncoder, EncoderInput } from '#genecompass/types.ts';
import { readOutRows } from './read-outs.ts';
import { throwIfCancelled } from './state-embeddings.ts';

export type ReadOutTarget = Parameters<typeof readOutRows>[2];

export interface ReadContext {
  encoder: CellEncoder;
  target: ReadOutTarget;
  pooling: 'cls' | 'mean';
  batchSize: number;
  signal?: AbortSignal;
}

/** Perturbed cells by length, so that a batch is hardly padded; ties keep their order. */
export function shortFirst<T extends { readonly input: EncoderInput }>(tasks: readonly T[]): T[] {
  return [...tasks].sort((a, b) => a.input.tokenIds.length - b.input.tokenIds.length);
}

/**
 * Read-outs of a cell, and how far each of its perturbations moves them.
 *
 * Shape: (1 + perturbed) × states × read-outs, the cell's own first. `onBatch` is told how many perturbed cells are done.
 */
export async function readShifts(
  { encoder, target, pooling, batchSize, signal }: ReadContext,
  cell: EncoderInput,
  perturbed: readonly EncoderInput[],
  onBatch: (done: number) => void,
): Promise<Float64Array> {
  const perCell = target.states.length * target.readOuts.length;
  const inputs = [cell, ...perturbed];
  const shifts = new Float64Array(inputs.length * perCell);
  for (let from = 0; from < inputs.length; from += batchSize) {
    throwIfCancelled(signal);
    const batch = inputs.slice(from, from + batchSize);
    shifts.set(readOutRows(await encoder.encode(batch, pooling), batch.length, target), from * perCell);
    onBatch(from + batch.length - 1);
  }
  for (let at = perCell; at < shifts.length; at++) shifts[at] -= shifts[at % perCell];
  return shifts;
}
