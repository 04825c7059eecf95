import type { EncoderInput } from '#genecompass/types.ts';
import { combineChanges } from '#singlecell/perturb/combine.ts';
import { type ReadContext, readShifts, shortFirst } from '../read-shifts.ts';
import { ACTS, NO_MEANING, UNCHANGED, type Condition } from './types.ts';

export interface EffectsContext extends ReadContext {
  conditions: readonly Condition[];
  maxLength: number;
  /** Numbers of one condition in one cell. */
  perCondition: number;
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
  return { acts, tasks: shortFirst(tasks) };
}

/** All conditions of one start cell through the model. */
export async function effectsShard(
  context: EffectsContext,
  cell: EncoderInput,
  onBatch: (done: number) => void,
): Promise<EffectsShard> {
  const { conditions, perCondition } = context;
  const { acts, tasks } = perturbedCells(conditions, cell, context.maxLength);
  const effects = new Float32Array(conditions.length * perCondition).fill(NaN);
  acts.forEach((act, condition) => {
    if (act === UNCHANGED) effects.fill(0, condition * perCondition, (condition + 1) * perCondition);
  });
  const { shifts } = await readShifts(
    context,
    cell,
    tasks.map(({ input }) => input),
    onBatch,
  );
  tasks.forEach(({ condition }, i) =>
    effects.set(shifts.subarray(i * perCondition, (i + 1) * perCondition), condition * perCondition),
  );
  return { effects, acts };
}
