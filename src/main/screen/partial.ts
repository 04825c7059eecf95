import { effectOffset, effectsPerGene, goalStates } from './states.ts';
import type { ScreenResult } from './types.ts';

const TOP = 10;

/** What is known while a screen runs; plain data for a `partial-result` event. */
export interface PartialScreen {
  doneCells: number;
  totalCells: number;
  operator: string;
  /** Leading candidates of each goal by mean effect so far. */
  top: { goal: string; genes: { symbol: string; effect: number }[] }[];
}

/** Keeps the running mean of every candidate, by the first operator and the read-out of the configuration. */
export class PartialTracker {
  readonly #screen: ScreenResult;
  readonly #sums: Float64Array;
  readonly #counts: Int32Array;
  #doneCells = 0;

  constructor(screen: ScreenResult) {
    this.#screen = screen;
    const slots = screen.plan.genes.length * goalStates(screen.plan).length;
    this.#sums = new Float64Array(slots);
    this.#counts = new Int32Array(slots);
  }

  /** Takes in one finished start cell. */
  add(ordinal: number): void {
    const { plan, readOuts, effects } = this.#screen;
    const readOut = readOuts.indexOf(plan.config.readOut);
    const columns = goalStates(plan).map(({ name }) => effectOffset(plan, readOuts, name) + readOut);
    const nGoals = columns.length;
    const perGene = effectsPerGene(plan, readOuts);
    const all = effects[plan.operators[0]] as Float32Array;
    for (let gene = 0; gene < plan.genes.length; gene++) {
      for (let goal = 0; goal < nGoals; goal++) {
        const at = (gene * plan.cells.length + ordinal) * perGene + columns[goal];
        if (Number.isNaN(all[at])) continue;
        this.#sums[gene * nGoals + goal] += all[at];
        this.#counts[gene * nGoals + goal]++;
      }
    }
    this.#doneCells++;
  }

  snapshot(): PartialScreen {
    const { plan } = this.#screen;
    const goals = goalStates(plan);
    const nGoals = goals.length;
    const top = goals.map(({ name: goal }, g) => ({
      goal,
      genes: plan.genes
        .map((gene, i) => ({ gene, effect: this.#sums[i * nGoals + g] / this.#counts[i * nGoals + g] }))
        .filter(({ gene, effect }) => gene.isCandidate && !Number.isNaN(effect))
        .sort((a, b) => b.effect - a.effect || a.gene.tokenId - b.gene.tokenId)
        .slice(0, TOP)
        .map(({ gene, effect }) => ({ symbol: gene.symbol, effect })),
    }));
    return { doneCells: this.#doneCells, totalCells: plan.cells.length, operator: plan.operators[0], top };
  }
}
