import type { JobProgress } from '#shared/domain/job.ts';
import type { Work } from './worker.ts';

/** At most ten a second. */
const MIN_INTERVAL_MS = 100;
/** A rate over the last seconds follows a change of speed; over the whole stage it would not. */
const WINDOW_MS = 15_000;
/** An estimate from less than this is a guess. */
const MIN_ESTIMATE_MS = 3_000;
const MAX_SAMPLES = 32;

interface Sample {
  readonly at: number;
  readonly done: number;
  /** As `done` where nothing else was told. */
  readonly work: number;
}

/** Turns counts into progress with rate and remaining time, and drops what comes too often. */
export class ProgressMeter {
  readonly #now: () => number;
  #stage: string | null = null;
  #samples: Sample[] = [];
  #lastSent = -Infinity;
  #lastDone = -1;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Null where it came too soon after the last one; a new stage and its end always pass. Without `work` the remaining time is
   * that of the stage.
   */
  update(
    stage: string,
    done: number,
    total: number | null,
    unit: string,
    work?: Work | null,
  ): Omit<JobProgress, 'memoryBytes'> | null {
    const sample = { at: this.#now(), done, work: work?.done ?? done };
    const { at } = sample;
    const isNewStage = stage !== this.#stage;
    if (isNewStage || done < this.#lastDone) {
      this.#stage = stage;
      this.#samples = [sample];
    }
    const isEnd = done === total && done !== this.#lastDone;
    this.#lastDone = done;
    if (!isNewStage && !isEnd && at - this.#lastSent < MIN_INTERVAL_MS) return null;
    this.#lastSent = at;
    const rates = this.#rates(sample);
    const ratePerSecond = rates?.done ?? null;
    const whole = work?.total ?? total;
    const etaMs = rates && whole !== null ? (Math.max(0, whole - sample.work) / rates.work) * 1000 : null;
    return { stage, done, total, unit, ratePerSecond, etaMs };
  }

  /** Per second over the window, null while too little is known. */
  #rates(sample: Sample): { done: number; work: number } | null {
    const { at } = sample;
    const oldest = this.#samples[0];
    const elapsed = (at - oldest.at) / 1000;
    const newest = this.#samples[this.#samples.length - 1];
    if (at - newest.at >= WINDOW_MS / MAX_SAMPLES) this.#samples.push(sample);
    while (this.#samples.length > 1 && at - this.#samples[1].at >= WINDOW_MS) this.#samples.shift();
    if (elapsed < MIN_ESTIMATE_MS / 1000 || sample.done <= oldest.done || sample.work <= oldest.work) return null;
    return { done: (sample.done - oldest.done) / elapsed, work: (sample.work - oldest.work) / elapsed };
  }
}
