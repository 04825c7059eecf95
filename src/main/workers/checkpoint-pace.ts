import { CHECKPOINT_STEPS } from '#genecompass/optimiser.ts';

/** Writing may take at most one part in so many of the time. */
const SHARE = 50;
/** A state is due after `CHECKPOINT_STEPS`, or sooner where they take this long. */
const DUE_MS = 5 * 60_000;

/**
 * When a training writes its state down: seldom enough that writing takes at most 2 % of the time, often enough that a
 * crash costs 200 steps or five minutes, or, where writing takes long, fifty times what it takes.
 *
 * Note: what is written when does not change what is computed (ADR 0059).
 */
export class CheckpointPace {
  readonly #now: () => number;
  #last: { step: number; at: number; tookMs: number };

  constructor(startStep: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#last = { step: startStep, at: now(), tookMs: 0 };
  }

  isDue(step: number): boolean {
    const passedMs = this.#now() - this.#last.at;
    return passedMs >= SHARE * this.#last.tookMs && (step - this.#last.step >= CHECKPOINT_STEPS || passedMs >= DUE_MS);
  }

  /** Writes by `write` and remembers how long it took. */
  async time(step: number, write: () => Promise<void>): Promise<void> {
    const began = this.#now();
    await write();
    const at = this.#now();
    this.#last = { step, at, tookMs: at - began };
  }
}
