import type { PartialGene, PartialScreen } from '#shared/domain/partial-screen.ts';
import { insertsGenes } from '#shared/domain/screen.ts';
import { cellTokens } from '#singlecell/perturb/dose.ts';
import type { TokenSet } from '#singlecell/types.ts';
import type { Only } from './passes.ts';
import { settle, Z_99 } from './settle.ts';
import { effectOffset, effectsPerGene, goalStates } from './states.ts';
import type { ScreenResult } from './types.ts';

export type { PartialScreen } from '#shared/domain/partial-screen.ts';

/** Genes that a person may see settle. */
const TOP = 10;
const SHOWN = 20;
/** Snapshots of one part of a screen; every one is kept in the journal. */
const MOST_SNAPSHOTS = 40;
/** A gene of fewer start cells is not ranked in the end. */
const FEWEST_CELLS = 3;

/**
 * Keeps the running effect of every candidate, by the first operator and the read-out of the configuration.
 *
 * The effect is what was foretold of all cells (0 without) plus the mean of what the computed ones add to it; its interval is
 * about the finished screen, so it closes as the last cell that tells of a gene is computed.
 */
export class PartialTracker {
  readonly #screen: ScreenResult;
  /** Offsets of the goals among the effects of a gene in a cell. */
  readonly #columns: number[];
  readonly #candidates: Int32Array;
  /** Start cells that tell of each gene. */
  readonly #telling: Int32Array;
  /** Cells computed, and by gene and goal the sum and squares of what they add. */
  readonly #counts: Int32Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #means: Float64Array;
  readonly #done: Set<number> = new Set();
  #foretold: Float32Array | null = null;
  #part = -1;

  constructor(screen: ScreenResult, tokens: TokenSet) {
    this.#screen = screen;
    const { plan, readOuts } = screen;
    const readOut = readOuts.indexOf(plan.config.readOut);
    this.#columns = goalStates(plan).map(({ name }) => effectOffset(plan, readOuts, name) + readOut);
    const nGenes = plan.genes.length;
    this.#candidates = Int32Array.from(plan.genes.flatMap(({ isCandidate }, row) => (isCandidate ? [row] : [])));
    this.#telling = new Int32Array(nGenes);
    if (insertsGenes(plan.operators[0])) this.#telling.fill(plan.cells.length);
    else {
      const rowOf = new Map(plan.genes.map(({ tokenId }, row) => [tokenId, row]));
      for (const cell of plan.cells)
        for (const id of cellTokens(tokens, cell, plan.maxLength).tokenIds) {
          const row = rowOf.get(id);
          if (row !== undefined) this.#telling[row]++;
        }
    }
    this.#counts = new Int32Array(nGenes);
    this.#sums = new Float64Array(nGenes * this.#columns.length);
    this.#squares = new Float64Array(nGenes * this.#columns.length);
    this.#means = new Float64Array(nGenes * this.#columns.length);
  }

  /** Takes in what is foretold of all cells. */
  foretell(foretold: ScreenResult): void {
    const { plan } = this.#screen;
    const all = foretold.effects[plan.operators[0]];
    if (!all) return;
    this.#foretold = all;
    const perGene = effectsPerGene(plan, foretold.readOuts);
    const nGoals = this.#columns.length;
    for (const row of this.#candidates)
      for (let goal = 0; goal < nGoals; goal++) {
        let [sum, n] = [0, 0];
        for (let cell = 0; cell < plan.cells.length; cell++) {
          const effect = all[(row * plan.cells.length + cell) * perGene + this.#columns[goal]];
          if (Number.isNaN(effect)) continue;
          sum += effect;
          n++;
        }
        this.#means[row * nGoals + goal] = n > 0 ? sum / n : 0;
      }
  }

  /** Takes in what one start cell was computed for. Answer: whether it is time to tell. */
  add(ordinal: number, only: Only, share: number): boolean {
    const { plan, readOuts, effects } = this.#screen;
    const operator = plan.operators[0];
    const perGene = effectsPerGene(plan, readOuts);
    const nGoals = this.#columns.length;
    const all = effects[operator] as Float32Array;
    for (const row of only[operator] ?? this.#candidates) {
      if (!plan.genes[row].isCandidate) continue;
      const from = (row * plan.cells.length + ordinal) * perGene;
      if (Number.isNaN(all[from + this.#columns[0]])) continue;
      this.#counts[row]++;
      for (let goal = 0; goal < nGoals; goal++) {
        const at = from + this.#columns[goal];
        const added = all[at] - (this.#foretold?.[at] ?? 0);
        this.#sums[row * nGoals + goal] += added;
        this.#squares[row * nGoals + goal] += added * added;
      }
    }
    this.#done.add(ordinal);
    const part = Math.floor(MOST_SNAPSHOTS * share);
    const isTime = part !== this.#part;
    this.#part = part;
    return isTime;
  }

  snapshot(share: number): PartialScreen {
    const { plan } = this.#screen;
    return {
      doneCells: this.#done.size,
      totalCells: plan.cells.length,
      share,
      operator: plan.operators[0],
      top: goalStates(plan).map(({ name: goal }, g) => this.#leading(goal, g)),
    };
  }

  #leading(goal: string, g: number): PartialScreen['top'][number] {
    const { plan } = this.#screen;
    const nGoals = this.#columns.length;
    const fewest = Math.min(FEWEST_CELLS, plan.cells.length);
    const isTold = (row: number) => this.#telling[row] >= fewest && (this.#foretold !== null || this.#counts[row] > 0);
    const effect = (row: number) => {
      const at = row * nGoals + g;
      return this.#means[at] + (this.#counts[row] > 0 ? this.#sums[at] / this.#counts[row] : 0);
    };
    const rows = Array.from(this.#candidates.filter(isTold));
    const effects = new Map(rows.map((row) => [row, effect(row)]));
    rows.sort((a, b) => effects.get(b)! - effects.get(a)! || plan.genes[a].tokenId - plan.genes[b].tokenId);
    const halfWidth = (row: number) => this.#halfWidth(row, row * nGoals + g);
    // Beyond these a gene could enter only with an interval as wide as all the others together.
    const { nTop, nSettled } = settle(
      rows.slice(0, 20 * TOP).map((row) => ({ row, size: effects.get(row)!, halfWidth: halfWidth(row) ?? Infinity })),
      TOP,
    );
    const genes = rows.slice(0, SHOWN).map((row): PartialGene => ({
      symbol: plan.genes[row].symbol,
      effect: effects.get(row)!,
      halfWidth: halfWidth(row),
      nDone: this.#counts[row],
      nCells: this.#telling[row],
    }));
    return { goal, nTop, nSettled, genes };
  }

  #halfWidth(row: number, at: number): number | null {
    const [n, total] = [this.#counts[row], this.#telling[row]];
    if (n >= total) return 0;
    if (n < 2) return null;
    const variance = Math.max(0, this.#squares[at] - this.#sums[at] ** 2 / n) / (n - 1);
    return Z_99 * Math.sqrt((variance / n) * (1 - n / total));
  }
}
