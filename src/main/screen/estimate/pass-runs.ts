import { keyOfPass, type Pass } from '#genecompass/resources/pass-graphs.ts';

/** How often a graph runs. */
export interface PassRuns {
  readonly pass: Pass;
  readonly runs: number;
}

/** Counts the runs of graphs of each kind and shape. */
export class PassCounter {
  readonly #counted = new Map<string, PassRuns>();

  add(pass: Pass, runs = 1): void {
    const key = keyOfPass(pass);
    this.#counted.set(key, { pass, runs: (this.#counted.get(key)?.runs ?? 0) + runs });
  }

  get all(): PassRuns[] {
    return [...this.#counted.values()];
  }
}
