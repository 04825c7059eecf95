import type { GeneGradient, GeneGradients, GradientInput, GradientPart } from '#genecompass/gene-gradients.ts';
import type { GoalScore } from '#genecompass/goal-scores.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import type { Operator } from '#shared/domain/screen.ts';
import { type CellTokens, compareRank, removeGenes } from '#singlecell/perturb/operators.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { effectOffset, effectsPerGene, goalStates } from './states.ts';
import { encoderInput, throwIfCancelled } from './state-embeddings.ts';
import type { ReadOut, ScreenPlan, ScreenResult } from './types.ts';

/** Operators that backward passes foretell: they silence or lower a gene that the cell expresses. */
export const FORETOLD: readonly Operator[] = ['mask', 'remove', 'knock-down'];
/** What each of them needs of the pass through the cell as it is. */
const PARTS: Partial<Record<Operator, readonly GradientPart[]>> = {
  mask: ['gate'],
  remove: ['gate', 'up'],
  'knock-down': ['up', 'changed'],
};

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

/** Operators of a plan that are foretold. */
export function foretoldOperators({ operators }: Pick<ScreenPlan, 'operators'>): Operator[] {
  return operators.filter((operator) => FORETOLD.includes(operator));
}

/** What the passes through the cells as they are must tell; with `up`, a pass through the cells without their first gene tells `down`. */
export function gradientParts(operators: readonly Operator[]): GradientPart[] {
  return [...new Set(operators.flatMap((operator) => PARTS[operator] ?? []))];
}

/**
 * First-order effects of the operators of the plan that can be foretold.
 *
 *   mask(p) = -gate(p)     remove(p) = mask(p) + shift(p)     knock-down(p) = changed(p) + shift(p) - shift(rank it falls to)
 *   shift(p) = sum over q > p of (up(q) - down'(q)) / 2
 * shift: what it does that every gene behind p moves up by one rank; down': the way back, told by the cell after the move.
 *
 * Shape: as `ScreenResult.effects`; NaN where the cell does not express the gene and for states that are no goals. Throws: `cancelled`.
 * Note: ranks have no order to a model that learned a vector for each, so one derivative misses much of a shift. Over 64 cells of the
 * demo preset its mean effects correlate with exact removals by .987 to .999, the mean of both ends (trapezoid) by .9996 and more.
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
  const operators = foretoldOperators(plan);
  const parts = gradientParts(operators);
  const size = plan.genes.length * plan.cells.length * perGene;
  const effects = operators.map(() => new Float32Array(size).fill(NaN));
  const rowOf = new Map(plan.genes.map(({ tokenId }, row) => [tokenId, row]));
  for (let from = 0; from < plan.cells.length; from += CELLS_AT_ONCE) {
    throwIfCancelled(signal);
    const cells = plan.cells
      .slice(from, from + CELLS_AT_ONCE)
      .map((cell) => encoderInput(tokens, cell, plan.maxLength));
    const inputs = cells.map((cell): GradientInput =>
      parts.includes('changed') ? { ...cell, change: loweredGenes(cell, plan.config.knockDownLevel) } : cell,
    );
    const found = await gradients.of(inputs, parts);
    const moved = parts.includes('up') ? await gradients.of(cells.map(movedUp), ['down']) : [];
    inputs.forEach(({ tokenIds, change }, i) => {
      const n = tokenIds.length;
      found[i].forEach((gradient, score) => {
        const shift = moved.length > 0 ? rankShift(gradient.up, moved[i][score].down) : new Float64Array(n);
        operators.forEach((operator, o) => {
          for (let position = 0; position < n; position++) {
            const row = rowOf.get(tokenIds[position]);
            if (row === undefined) continue;
            effects[o][(row * plan.cells.length + from + i) * perGene + columns[score]] = firstOrder(
              operator,
              gradient,
              shift,
              position,
              change?.ranks[position] ?? position,
            );
          }
        });
      });
    });
    options.onCells?.(Math.min(plan.cells.length, from + CELLS_AT_ONCE));
  }
  return Object.fromEntries(operators.map((operator, o) => [operator, effects[o]]));
}

function firstOrder(
  operator: Operator,
  { gate, changed }: GeneGradient,
  shift: Float64Array,
  position: number,
  loweredTo: number,
): number {
  switch (operator) {
    // A cell of a single gene has nothing left to read without it.
    case 'mask':
      return gate.length > 1 ? -gate[position] : NaN;
    case 'remove':
      return gate.length > 1 ? shift[position] - gate[position] : NaN;
    default:
      return changed[position] + shift[position] - shift[loweredTo];
  }
}

/** The cell without its first gene: every other gene one rank up. A cell of one gene stays; none of its genes can move. */
function movedUp({ species, ...cell }: EncoderInput): EncoderInput {
  const rest = cell.tokenIds.length > 1 ? removeGenes(cell, [cell.tokenIds[0]])! : cell;
  return { ...rest, species };
}

/** What it does that every gene behind a position moves up by one rank, for each position. */
function rankShift(up: Float32Array, down: Float32Array): Float64Array {
  const shift = new Float64Array(up.length);
  for (let position = up.length - 2; position >= 0; position--)
    shift[position] = shift[position + 1] + (up[position + 1] - down[position]) / 2;
  return shift;
}

/** Value and rank of each gene of a cell if it alone were lowered, as `knockDownGenes` has them. */
function loweredGenes({ tokenIds, values }: CellTokens, level: number): { ranks: Int32Array; values: Float32Array } {
  const lowered = values.map((value) => Math.fround(level * value));
  const ranks = Int32Array.from(tokenIds, (id, position) => {
    // The last gene that still stands before it.
    let [low, high] = [position, tokenIds.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (compareRank(tokenIds[middle], values[middle], id, lowered[position]) < 0) low = middle;
      else high = middle - 1;
    }
    return low;
  });
  return { ranks, values: lowered };
}
