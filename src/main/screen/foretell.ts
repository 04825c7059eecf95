import type { GeneGradients, GoalScore } from '#genecompass/gene-gradients.ts';
import type { Operator } from '#shared/domain/screen.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { effectOffset, effectsPerGene, goalStates } from './states.ts';
import { encoderInput, throwIfCancelled } from './state-embeddings.ts';
import type { ReadOut, ScreenPlan, ScreenResult } from './types.ts';

/**
 * Operators that one backward pass foretells: they lower a gene where it stands.
 *
 * Note: `remove` is not among them, since most of what it does is the shift of all later ranks.
 */
export const FORETOLD: readonly Operator[] = ['mask', 'knock-down'];

/** Cells of one call, so that progress is told and a cancel is heard. */
export const CELLS_AT_ONCE = 4;

/**
 * What gradients are taken of: every goal by every read-out, in the order of the effects.
 *
 * Note: each is a backward pass of its own, so states that nobody wants to reach are left to the exact passes.
 */
export function goalScores(
  plan: ScreenPlan,
  centroids: Float32Array,
  readOuts: readonly ReadOut[],
  stateClasses: readonly (readonly number[])[],
): GoalScore[] {
  const width = centroids.length / plan.states.length;
  return plan.measured.flatMap((state, i) =>
    plan.states[state].role === 'goal'
      ? readOuts.map((readOut): GoalScore =>
          readOut === 'embedding-shift'
            ? { kind: 'cosine', state: centroids.slice(state * width, (state + 1) * width) }
            : { kind: 'log2-odds', classes: stateClasses[i] },
        )
      : [],
  );
}

/**
 * First-order effects of the operators of the plan that can be foretold.
 *
 * Shape: as `ScreenResult.effects`; NaN where the cell does not express the gene and for states that are no goals. Throws: `cancelled`.
 */
export async function foretell(
  plan: ScreenPlan,
  tokens: TokenSet,
  gradients: GeneGradients,
  options: { readOuts: readonly ReadOut[]; signal?: AbortSignal; onCells?: (done: number) => void },
): Promise<ScreenResult['effects']> {
  const { readOuts, signal } = options;
  const perGene = effectsPerGene(plan, readOuts);
  const columns = goalStates(plan).flatMap(({ name }) => {
    const offset = effectOffset(plan, readOuts, name);
    return readOuts.map((_, r) => offset + r);
  });
  const operators = plan.operators.filter((operator) => FORETOLD.includes(operator));
  const size = plan.genes.length * plan.cells.length * perGene;
  const effects = operators.map(() => new Float32Array(size).fill(NaN));
  const rowOf = new Map(plan.genes.map(({ tokenId }, row) => [tokenId, row]));
  for (let from = 0; from < plan.cells.length; from += CELLS_AT_ONCE) {
    throwIfCancelled(signal);
    const inputs = plan.cells
      .slice(from, from + CELLS_AT_ONCE)
      .map((cell) => encoderInput(tokens, cell, plan.maxLength));
    const found = await gradients.of(inputs);
    for (const [i, { tokenIds, values }] of inputs.entries()) {
      for (let position = 0; position < tokenIds.length; position++) {
        const row = rowOf.get(tokenIds[position]);
        if (row === undefined) continue;
        const at = (row * plan.cells.length + from + i) * perGene;
        for (const [score, { gate, value }] of found[i].entries()) {
          operators.forEach((operator, o) => {
            effects[o][at + columns[score]] =
              operator === 'mask'
                ? -gate[position]
                : (plan.config.knockDownLevel - 1) * values[position] * value[position];
          });
        }
      }
    }
    options.onCells?.(Math.min(plan.cells.length, from + CELLS_AT_ONCE));
  }
  return Object.fromEntries(operators.map((operator, o) => [operator, effects[o]]));
}
