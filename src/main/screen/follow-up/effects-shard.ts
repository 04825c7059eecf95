import type { CellEncoder, EncoderInput } from '#genecompass/types.ts';
import { combineChanges } from '#singlecell/perturb/combine.ts';
import { readOutRows } from '../read-outs.ts';
import { throwIfCancelled } from '../state-embeddings.ts';
import { ACTS, NO_MEANING, UNCHANGED, type Condition } from './types.ts';

export type ReadOutTarget = Parameters<typeof readOutRows>[2];

export interface EffectsContext {
  conditions: readonly Condition[];
  encoder: CellEncoder;
  target: ReadOutTarget;
  pooling: 'cls' | 'mean';
  maxLength: number;
  batchSize: number;
  /** Numbers of one condition in one cell. */
  perCondition: number;
  signal?: AbortSignal;
}

/** Effects of all conditions on one cell, and what each did to it. */
export interface EffectsShard {
  /** Shape: conditions × goals × read-outs. */
  effects: Float32Array;
  /** Shape: conditions. */
  acts: Uint8Array;
}

/** What each condition does to a cell, without a pass; perturbed cells by length, so that a batch is hardly padded. */
export function perturbedCells(conditions: readonly Condition[], cell: EncoderInput, maxLength: number) {
  const acts = new Uint8Array(conditions.length);
  const tasks: { condition: number; input: EncoderInput }[] = [];
  conditions.forEach((changes, condition) => {
    const perturbed = combineChanges(cell, changes, maxLength);
    acts[condition] = perturbed === null ? NO_MEANING : perturbed === 'unchanged' ? UNCHANGED : ACTS;
    if (perturbed && perturbed !== 'unchanged')
      tasks.push({ condition, input: { ...perturbed, species: cell.species } });
  });
  const length = ({ input }: (typeof tasks)[number]) => input.tokenIds.length;
  return { acts, tasks: tasks.sort((a, b) => length(a) - length(b) || a.condition - b.condition) };
}

/** All conditions of one start cell through the model. */
export async function effectsShard(
  context: EffectsContext,
  cell: EncoderInput,
  onBatch: (done: number) => void,
): Promise<EffectsShard> {
  const { conditions, encoder, target, batchSize, perCondition } = context;
  const { acts, tasks } = perturbedCells(conditions, cell, context.maxLength);
  const effects = new Float32Array(conditions.length * perCondition).fill(NaN);
  acts.forEach((act, condition) => {
    if (act === UNCHANGED) effects.fill(0, condition * perCondition, (condition + 1) * perCondition);
  });
  const queue = [{ condition: -1, input: cell }, ...tasks];
  let base: Float64Array | undefined;
  for (let from = 0; from < queue.length; from += batchSize) {
    throwIfCancelled(context.signal);
    const batch = queue.slice(from, from + batchSize);
    const encoded = await encoder.encode(
      batch.map(({ input }) => input),
      context.pooling,
    );
    const rows = readOutRows(encoded, batch.length, target);
    base ??= rows.slice(0, perCondition);
    for (const [row, { condition }] of batch.entries())
      if (condition >= 0)
        for (let i = 0; i < perCondition; i++)
          effects[condition * perCondition + i] = rows[row * perCondition + i] - base[i];
    onBatch(Math.min(from + batch.length, queue.length) - 1);
  }
  return { effects, acts };
}
