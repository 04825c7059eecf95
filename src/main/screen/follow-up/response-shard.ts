import type { GeneStates } from '#genecompass/gene-states.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import { throwIfCancelled } from '../state-embeddings.ts';
import { perturbedCells } from './effects-shard.ts';
import { ACTS, type ResponsePlan } from './types.ts';

/** Perturbed cells whose gene states are held at once. */
export const CELLS_AT_ONCE = 8;

export interface ResponseContext {
  responses: readonly ResponsePlan[];
  states: GeneStates;
  maxLength: number;
  signal?: AbortSignal;
}

/**
 * How far each gene of one cell moves under each perturbation: cosine distance of its state in the last layer.
 *
 * Genes are matched by token, never by position, since a perturbation changes ranks. Shape: responses × genes of the cell;
 * NaN for the perturbed gene itself, for genes that left the context, and where the perturbation does not act.
 */
export async function responseShard(
  { responses, states, maxLength, signal }: ResponseContext,
  cell: EncoderInput,
  onBatch: (done: number) => void,
): Promise<Float32Array> {
  const n = cell.tokenIds.length;
  const distances = new Float32Array(responses.length * n).fill(NaN);
  const { tasks } = perturbedCells(
    responses.map(({ change }) => [change]),
    cell,
    maxLength,
  );
  if (tasks.length === 0) return distances;
  throwIfCancelled(signal);
  const [before] = await states.of([cell]);
  for (let from = 0; from < tasks.length; from += CELLS_AT_ONCE) {
    throwIfCancelled(signal);
    const batch = tasks.slice(from, from + CELLS_AT_ONCE);
    const after = await states.of(batch.map(({ input }) => input));
    batch.forEach(({ condition, input }, i) => {
      const place = new Map(Array.from(input.tokenIds, (token, position) => [token, position]));
      for (let position = 0; position < n; position++) {
        const token = cell.tokenIds[position];
        const there = place.get(token);
        if (there === undefined || token === responses[condition].tokenId) continue;
        distances[condition * n + position] = cosineDistance(before, position, after[i], there, states.width);
      }
    });
    onBatch(from + batch.length);
  }
  return distances;
}

/** What one cell asks for: perturbations that act in it, and the cell itself where there are any. */
export function countResponsePasses(responses: readonly ResponsePlan[], cell: EncoderInput, maxLength: number): number {
  const { acts } = perturbedCells(
    responses.map(({ change }) => [change]),
    cell,
    maxLength,
  );
  return acts.reduce((count, act) => count + (act === ACTS ? 1 : 0), 0);
}

/** 1 − cosine of two rows; 0 where either has no length. */
export function cosineDistance(a: Float32Array, rowA: number, b: Float32Array, rowB: number, width: number): number {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < width; i++) {
    const x = a[rowA * width + i];
    const y = b[rowB * width + i];
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  // Equal vectors are at distance 0 exactly, not at what rounding leaves.
  return squaresA > 0 && squaresB > 0 ? Math.max(0, 1 - dot / Math.sqrt(squaresA * squaresB)) : 0;
}
