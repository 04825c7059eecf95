import type { Value } from '../ir/value.ts';
import { gather, reshape } from '../ops/index.ts';

/** Rows of a table. Shape: table [V, D], ids [..] -> [.., D]. */
export function embedding(table: Value, ids: Value): Value {
  return gather(table, ids, 0);
}

/**
 * Hidden states at chosen places, so that an expensive head sees only those.
 *
 * Shape: hidden [B, L, D], positions [N] of b L + l -> [N, D].
 */
export function gatherPositions(hidden: Value, positions: Value): Value {
  return gather(reshape(hidden, [-1, hidden.shape.at(-1)!]), positions, 0);
}
