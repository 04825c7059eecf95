import type { JobProgress } from '#shared/domain/job.ts';

/** At most ten a second. */
const MIN_INTERVAL_MS = 100;
/** A rate over the last seconds follows a change of speed; over the whole stage it would not. */
const WINDOW_MS = 15_000;
/** An estimate from less than this is a guess. */
const MIN_ESTIMATE_MS = 3_000;
const MAX_SAMPLES = 32;

/** Turns counts into progress with rate and remaining time, and drops what comes too often. */
export class ProgressMeter {
  readonly #now: () => number;
  #stage: string | null = null;
  #samples: { at: number; done: number }[] = [];
  #lastSent = -Infinity;
  #lastDone = -1;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Null where it came too soon after the last one; a new stage and its end always pass. */
  update(stage: string, done: number, total: number | null, unit: string): Omit<JobProgress, 'memoryBytes'> | null {
    const at = this.#now();
    const isNewStage = stage !== this.#stage;
    if (isNewStage || done < this.#lastDone) {
      this.#stage = stage;
      this.#samples = [{ at, done }];
    }
    const isEnd = done === total && done !== this.#lastDone;
    this.#lastDone = done;
    if (!isNewStage && !isEnd && at - this.#lastSent < MIN_INTERVAL_MS) return null;
    this.#lastSent = at;
    const ratePerSecond = this.#rate(at, done);
    const etaMs = ratePerSecond && total !== null ? (Math.max(0, total - done) / ratePerSecond) * 1000 : null;
    return { stage, done, total, unit, ratePerSecond, etaMs };
  }

  /** Per second over the window, null while too little is known. */
  #rate(at: number, done: number): number | null {
    const oldest = this.#samples[0];
    const elapsed = at - oldest.at;
    const newest = this.#samples[this.#samples.length - 1];
    if (at - newest.at >= WINDOW_MS / MAX_SAMPLES) this.#samples.push({ at, done });
    while (this.#samples.length > 1 && at - this.#samples[1].at >= WINDOW_MS) this.#samples.shift();
    if (elapsed < MIN_ESTIMATE_MS || done <= oldest.done) return null;
    return ((done - oldest.done) / elapsed) * 1000;
  }
}
