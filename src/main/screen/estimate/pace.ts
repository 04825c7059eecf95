/** A stage of a job: how much of it is expected, and what that takes. */
export interface StagePace {
  readonly stage: string;
  readonly seconds: number;
  /** As progress counts them. */
  readonly units: number;
}

/** How far a job is in all its stages together, in seconds of work as they were foretold. */
export class Pace {
  readonly #stages: readonly StagePace[];

  /** In the order in which they run. */
  constructor(stages: readonly StagePace[]) {
    this.#stages = stages;
  }

  /** Null for a stage that was not foretold. A stage that turns out larger than expected takes longer in proportion. */
  at(stage: string, done: number, total: number): { done: number; total: number } | null {
    const index = this.#stages.findIndex((one) => one.stage === stage);
    if (index < 0) return null;
    const { seconds, units } = this.#stages[index];
    const each = units > 0 ? seconds / units : 0;
    const sum = (stages: readonly StagePace[]) => stages.reduce((all, one) => all + one.seconds, 0);
    const before = sum(this.#stages.slice(0, index));
    const after = sum(this.#stages.slice(index + 1));
    return { done: before + each * done, total: before + each * Math.max(units, total) + after };
  }
}
