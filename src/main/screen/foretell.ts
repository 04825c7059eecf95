import type { GeneGradients, GradientInput } from '#genecompass/gene-gradients.ts';
import type { GoalScore } from '#genecompass/goal-scores.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import { type ForetoldOperator, insertsGenes, isForetold } from '#shared/domain/screen.ts';
import { removeGenes } from '#singlecell/perturb/operators.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { cellMoves, changesOf, changing, firstOrderEffects, joiningOf, needsOf, rankShifts } from './first-order.ts';
import { effectOffset, effectsPerGene, goalStates } from './states.ts';
import { encoderInput, throwIfCancelled } from './state-embeddings.ts';
import type { ReadOut, ScreenPlan, ScreenResult } from './types.ts';

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
export function foretoldOperators({ operators }: Pick<ScreenPlan, 'operators'>): ForetoldOperator[] {
  return operators.filter(isForetold);
}

/**
 * First-order effects of the operators of the plan that can be foretold (`first-order.ts`).
 *
 * Shape: as `ScreenResult.effects`; NaN where an operator has no meaning in a cell and for states that are no goals. Throws: `cancelled`.
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
  const { parts, shiftedUp, shiftedDown } = needsOf(operators, plan.config);
  const size = plan.genes.length * plan.cells.length * perGene;
  const effects = operators.map(() => new Float32Array(size).fill(NaN));
  for (let from = 0; from < plan.cells.length; from += CELLS_AT_ONCE) {
    throwIfCancelled(signal);
    const questions = plan.cells
      .slice(from, from + CELLS_AT_ONCE)
      .map((cell) => question(plan, operators, encoderInput(tokens, cell, plan.maxLength)));
    const inputs = questions.map(({ input }) => input);
    const told = await gradients.of(inputs, parts);
    const upper = shiftedUp ? await gradients.of(inputs.map(withoutFirst), ['down']) : null;
    const lower = shiftedDown
      ? await gradients.of(
          inputs.map((input) => behindHidden(input, plan.maxLength)),
          ['up'],
        )
      : null;
    questions.forEach(({ input, moves, change, firstJoining }, i) => {
      const nGenes = input.tokenIds.length;
      const at = (row: number, score: number) => (row * plan.cells.length + from + i) * perGene + columns[score];
      told[i].forEach((gradient, score) => {
        const shifts = rankShifts(nGenes, gradient, upper?.[i][score] ?? null, lower?.[i][score] ?? null);
        moves.forEach((each, o) => {
          const of = { nGenes, isFull: nGenes === plan.maxLength, change: change[o], firstJoining: firstJoining[o] };
          for (const row of each.unmoved) effects[o][at(row, score)] = 0;
          firstOrderEffects(each, gradient, shifts, of, (row, effect) => (effects[o][at(row, score)] = effect));
        });
      });
    });
    options.onCells?.(Math.min(plan.cells.length, from + CELLS_AT_ONCE));
  }
  return Object.fromEntries(operators.map((operator, o) => [operator, effects[o]]));
}

/** What the operators ask of one cell, and where each finds its answers. */
function question(plan: ScreenPlan, operators: readonly ForetoldOperator[], cell: EncoderInput) {
  const positions = positionsOf(plan, cell);
  const moves = operators.map((operator) => cellMoves(operator, cell, positions, plan));
  const changed = changing(operators);
  const input: GradientInput = {
    ...cell,
    changes: moves.filter(({ operator }) => changed.includes(operator)).map((each) => changesOf(each, cell)),
    joining: joiningOf(moves, plan.genes),
  };
  let nJoining = 0;
  const firstJoining = moves.map((each) => {
    const first = nJoining;
    nJoining += each.moves.filter(({ from }) => from < 0).length;
    return first;
  });
  return { input, moves, change: operators.map((operator) => changed.indexOf(operator)), firstJoining };
}

/** Positions of the genes of a plan in a cell; −1 where it lacks them. */
export function positionsOf(
  { genes }: Pick<ScreenPlan, 'genes'>,
  { tokenIds }: Pick<EncoderInput, 'tokenIds'>,
): Int32Array {
  const positionOf = new Map<number, number>();
  tokenIds.forEach((id, position) => positionOf.set(id, position));
  return Int32Array.from(genes, ({ tokenId }) => positionOf.get(tokenId) ?? -1);
}

/** Genes that the foretold operators bring into a cell. */
export function countJoining(plan: ScreenPlan, cell: EncoderInput): number {
  const inserting = foretoldOperators(plan).filter(insertsGenes);
  if (inserting.length === 0) return 0;
  const positions = positionsOf(plan, cell);
  return joiningOf(
    inserting.map((operator) => cellMoves(operator, cell, positions, plan)),
    plan.genes,
  ).tokenIds.length;
}

/** The cell without its first gene: every other gene one rank up. A cell of one gene stays; none of its genes can move. */
function withoutFirst({ tokenIds, values, species }: EncoderInput): EncoderInput {
  const cell = { tokenIds, values };
  return { ...(tokenIds.length > 1 ? removeGenes(cell, [tokenIds[0]])! : cell), species };
}

/** The cell behind a gene that nobody sees: every gene one rank down, the last one lost where the cell is full. */
function behindHidden({ tokenIds, values, species }: EncoderInput, maxLength: number): EncoderInput {
  const n = Math.min(tokenIds.length + 1, maxLength);
  const behind = <T extends Int32Array | Float32Array>(all: T, into: T) => {
    into.set(all.subarray(0, 1));
    into.set(all.subarray(0, n - 1), 1);
    return into;
  };
  return {
    tokenIds: behind(tokenIds, new Int32Array(n)),
    values: behind(values, new Float32Array(n)),
    species,
    hiddenPositions: [0],
  };
}
