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

/** Read-outs of a cell, and how far each of its perturbations moves them. */
export interface Shifts {
  /** Shape: states × read-outs. */
  base: Float64Array;
  /** Shape: perturbed × states × read-outs. */
  shifts: Float64Array;
}

/** `base` spares the pass through the cell as it is; `onBatch` is told how many perturbed cells are done. */
export async function readShifts(
  { encoder, target, pooling, batchSize, signal }: ReadContext,
  cell: EncoderInput,
  perturbed: readonly EncoderInput[],
  onBatch: (done: number) => void,
  base?: Float64Array,
): Promise<Shifts> {
  const perCell = target.states.length * target.readOuts.length;
  const inputs = base ? perturbed : [cell, ...perturbed];
  const rows = new Float64Array(inputs.length * perCell);
  for (let from = 0; from < inputs.length; from += batchSize) {
    throwIfCancelled(signal);
    const batch = inputs.slice(from, from + batchSize);
    rows.set(readOutRows(await encoder.encode(batch, pooling), batch.length, target), from * perCell);
    onBatch(from + batch.length - (base ? 0 : 1));
  }
  const own = base ?? rows.slice(0, perCell);
  const shifts = base ? rows : rows.subarray(perCell);
  for (let at = 0; at < shifts.length; at++) shifts[at] -= own[at % perCell];
  return { base: own, shifts };
}
