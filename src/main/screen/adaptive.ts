import type { Operator } from '#shared/domain/screen.ts';
import { cellOrder, cellWeights } from './cell-order.ts';
import { type DifferenceEstimate, differenceEstimate, residualError, residualScale } from './difference.ts';
import type { Only } from './passes.ts';
import { settle, type Standing, Z_99 } from './settle.ts';
import { effectOffset, effectsPerGene, goalStates } from './states.ts';
import type { AdaptiveStage, ScreenPlan, ScreenResult, StageAgreement } from './types.ts';

/** Cells in which a gene is computed when it is first computed; doubled from round to round. */
export const FIRST_CELLS = 4;
/** Twice FIRST_CELLS that often is more cells than a screen has. */
const MAX_ROUNDS = 16;

/** How many cells of which genes are computed exactly, by operator: row of `plan.genes` → cells. */
type Wanted = Map<Operator, Map<number, number>>;

/**
 * Exact passes where they decide who leads: few start cells for the genes that foretold effects let lead and for a sample,
 * then twice as many for each gene whose interval still holds the cut, until no gene does.
 *
 * The exact mean of a gene is estimated from its foretold effect in all cells and the residuals in those computed
 * (`difference.ts`), so its interval is about the exact mean over the same cells, not about other cells.
 * `run` computes what it is asked for into `result.effects`, which holds NaN elsewhere.
 */
export class AdaptiveStages {
  readonly #result: ScreenResult;
  readonly #foretold: ScreenResult;
  readonly #sample: ReadonlySet<number>;
  readonly #order: number[];
  readonly #wanted: Wanted = new Map();
  /** Start cells that tell of a gene, in the order in which they are computed, and their weights in its mean. */
  readonly #telling = new Map<string, { cells: number[]; weights: Float64Array }>();

  constructor(result: ScreenResult, foretold: ScreenResult, sample: readonly number[], operators: readonly Operator[]) {
    this.#result = result;
    this.#foretold = foretold;
    this.#sample = new Set(sample);
    this.#order = cellOrder(result.plan);
    for (const operator of operators) this.#wanted.set(operator, new Map());
  }

  /** What the first round computes: a sample, to learn how good foretold effects are, and every other operator in full. */
  first(): (ordinal: number) => Only {
    const asked = [...this.#wanted.keys()].map((operator) => this.#ask(operator, [...this.#sample]));
    return (ordinal) => Object.assign({}, ...asked.map((only) => only(ordinal)));
  }

  /** What a cell has not computed yet of operators that are not foretold well. */
  rest(operators: readonly Operator[], ordinal: number): Only {
    const { plan, readOuts, effects } = this.#result;
    const perGene = effectsPerGene(plan, readOuts);
    const at = (row: number) => (row * plan.cells.length + ordinal) * perGene;
    return Object.fromEntries(
      operators.map((operator) => {
        const isLeft = (row: number) =>
          Number.isNaN(effects[operator]![at(row)]) && !Number.isNaN(this.#foretold.effects[operator]![at(row)]);
        return [operator, new Set(plan.genes.flatMap((_, row) => (isLeft(row) ? [row] : [])))];
      }),
    );
  }

  /** Rounds until the leading genes of every goal are settled. Answer: what is to be told of each operator. */
  async settle(
    operators: readonly Operator[],
    agreement: readonly StageAgreement[],
    run: (onlyOf: (ordinal: number) => Only, tag: string) => Promise<void>,
  ): Promise<AdaptiveStage[]> {
    const stages: AdaptiveStage[] = [];
    for (const operator of operators) {
      const slopes = new Map(agreement.filter((a) => a.operator === operator).map((a) => [a.goal, a.slope]));
      let judged = this.#judge(operator, slopes);
      let rounds = 1;
      for (; judged.open.length > 0 && rounds < MAX_ROUNDS; rounds++) {
        const only = this.#ask(operator, judged.open);
        const none = Object.fromEntries(this.#result.plan.operators.map((name) => [name, new Set<number>()]));
        await run((ordinal) => ({ ...none, ...only(ordinal) }), `settle-${operator}-${rounds}`);
        judged = this.#judge(operator, slopes);
      }
      this.#fill(operator, slopes);
      stages.push({ operator, rounds, top: this.#result.plan.config.nTop, goals: judged.goals, genes: judged.genes });
    }
    return stages;
  }

  /** Asks for the next cells of the genes. */
  #ask(operator: Operator, rows: readonly number[]): (ordinal: number) => Only {
    const wanted = this.#wanted.get(operator)!;
    const cells = Array.from({ length: this.#result.plan.cells.length }, () => new Set<number>());
    for (const row of rows) {
      const order = this.#tellingOf(operator, row).cells;
      const before = wanted.get(row) ?? 0;
      const next = Math.min(order.length, Math.max(FIRST_CELLS, 2 * before));
      for (const ordinal of order.slice(before, next)) cells[ordinal].add(row);
      wanted.set(row, next);
    }
    return (ordinal) => ({ [operator]: cells[ordinal] });
  }

  #tellingOf(operator: Operator, row: number): { cells: number[]; weights: Float64Array } {
    const key = `${operator}:${row}`;
    let told = this.#telling.get(key);
    if (!told) {
      const { plan, readOuts } = this.#result;
      const perGene = effectsPerGene(plan, readOuts);
      const all = this.#foretold.effects[operator]!;
      const cells = this.#order.filter((ordinal) => !Number.isNaN(all[(row * plan.cells.length + ordinal) * perGene]));
      this.#telling.set(key, (told = { cells, weights: cellWeights(plan, cells) }));
    }
    return told;
  }

  /** Where every gene stands for every goal after a round. */
  #judge(operator: Operator, slopes: ReadonlyMap<string, number>) {
    const { plan, readOuts } = this.#result;
    const wanted = this.#wanted.get(operator)!;
    const open = new Set<number>();
    const errors = new Map<number, number[]>();
    const goals: AdaptiveStage['goals'] = [];
    for (const { name: goal } of goalStates(plan)) {
      const slope = slopes.get(goal) ?? 1;
      const column = effectOffset(plan, readOuts, goal) + readOuts.indexOf(plan.config.readOut);
      const estimates = this.#estimates(operator, column, slope);
      const scale = residualScale(
        estimates.flatMap((one, row) => (one ? [{ ...one, isSample: this.#sample.has(row) }] : [])),
        floorOf(estimates),
      );
      const standings = estimates.flatMap((one, row): Standing[] => {
        if (!one || !plan.genes[row].isCandidate || !enough(plan, one.estimate)) return [];
        const { estimate, foretold } = one;
        const error = residualError(estimate, foretold, scale);
        const guess = scale.largest * Math.max(Math.abs(foretold), scale.floor);
        const told = errors.get(row) ?? [];
        if (estimate.nExact > 0) errors.set(row, [...told, error]);
        return [{ row, size: Math.abs(estimate.mean), halfWidth: estimate.nExact > 0 ? Z_99 * error : guess }];
      });
      const settled = settle(standings, plan.config.nTop);
      for (const row of settled.open) open.add(row);
      goals.push({ goal, nTop: settled.nTop, nSettled: settled.nSettled });
    }
    const genes = [...wanted].map(([row, nExact]) => ({
      row,
      nExact,
      nCells: this.#tellingOf(operator, row).cells.length,
      errors: errors.get(row) ?? goals.map(() => 0),
    }));
    genes.sort((a, b) => a.row - b.row);
    return { open: [...open].sort((a, b) => a - b), goals, genes };
  }

  #estimates(operator: Operator, column: number, slope: number) {
    const { plan, readOuts } = this.#result;
    const perGene = effectsPerGene(plan, readOuts);
    const nCells = plan.cells.length;
    const [guesses, truths] = [this.#foretold.effects[operator]!, this.#result.effects[operator]!];
    return plan.genes.map((_, row) => {
      const { cells, weights } = this.#tellingOf(operator, row);
      if (cells.length === 0) return null;
      const at = (cell: number) => (row * nCells + cell) * perGene + column;
      const guess = cells.map((cell) => slope * guesses[at(cell)]);
      const truth = cells.map((cell) => truths[at(cell)]);
      const estimate = differenceEstimate(guess, truth, weights);
      return { estimate, foretold: estimate.mean - estimate.offset };
    });
  }

  /** Effects of the cells that were not computed: foretold, moved by what the computed ones add on average. */
  #fill(operator: Operator, slopes: ReadonlyMap<string, number>): void {
    const { plan, readOuts } = this.#result;
    const perGene = effectsPerGene(plan, readOuts);
    const [guesses, into] = [this.#foretold.effects[operator]!, this.#result.effects[operator]!];
    for (const { name: goal } of goalStates(plan))
      readOuts.forEach((_, readOut) => {
        const column = effectOffset(plan, readOuts, goal) + readOut;
        const slope = slopes.get(goal) ?? 1;
        this.#estimates(operator, column, slope).forEach((one, row) => {
          for (const cell of this.#tellingOf(operator, row).cells) {
            const at = (row * plan.cells.length + cell) * perGene + column;
            if (Number.isNaN(into[at])) into[at] = slope * guesses[at] + (one?.estimate.offset ?? 0);
          }
        });
      });
  }
}

/** Effects of half of the genes are smaller: residuals of tiny effects do not shrink with them. */
function floorOf(estimates: readonly ({ foretold: number } | null)[]): number {
  const sizes = estimates.flatMap((one) => (one ? [Math.abs(one.foretold)] : [])).sort((a, b) => a - b);
  return sizes.length > 0 ? sizes[sizes.length >> 1] : 0;
}

/** As `enoughTold` for cells; a gene of fewer is not ranked. */
function enough(plan: ScreenPlan, { nCells }: DifferenceEstimate): boolean {
  return nCells >= Math.min(3, plan.cells.length);
}
