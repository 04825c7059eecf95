import type { JobEvent, JobProgress } from '#shared/domain/job.ts';

/** Where messages go. */
export interface MessageStream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/** Without a terminal a line is printed for each stage and every so many parts of it. */
const SPARSE_PARTS = 5;
const CLEAR_LINE = '\r\u001B[K';

/** Tells the course of a job: one live line on a terminal, few lines elsewhere. */
export class ProgressPrinter {
  readonly #stream: MessageStream;
  readonly #metrics = new Map<string, number>();
  #isLineOpen = false;
  #lastStage = '';
  #lastPart = -1;

  constructor(stream: MessageStream) {
    this.#stream = stream;
  }

  event(event: JobEvent): void {
    switch (event.type) {
      case 'log':
        return this.#line(event.level === 'warn' ? `warning: ${event.message}` : event.message);
      case 'metric':
        this.#metrics.set(event.series, event.value);
        return;
      case 'progress':
        return this.progress(event.progress);
      case 'state':
      case 'partial-result':
        return;
    }
  }

  /** Leaves a clean line behind. */
  end(): void {
    if (this.#isLineOpen) this.#stream.write(CLEAR_LINE);
    this.#isLineOpen = false;
  }

  /** A message between the progress lines. */
  #line(text: string): void {
    this.end();
    this.#stream.write(`${text}\n`);
  }

  progress(progress: JobProgress): void {
    const text = [describeProgress(progress), ...this.#newestMetrics()].join(' · ');
    if (this.#stream.isTTY) {
      this.#stream.write(CLEAR_LINE + text.slice(0, (this.#stream.columns ?? 80) - 1));
      this.#isLineOpen = true;
      return;
    }
    const part = progress.total ? Math.floor((SPARSE_PARTS * progress.done) / progress.total) : 0;
    if (progress.stage === this.#lastStage && part === this.#lastPart) return;
    this.#lastStage = progress.stage;
    this.#lastPart = part;
    this.#line(text);
  }

  #newestMetrics(): string[] {
    return [...this.#metrics].slice(0, 2).map(([series, value]) => `${series} ${Number(value.toPrecision(4))}`);
  }
}

/** `Pretraining · 120/400 cells · 8.2/s · 0:34 left`; what is not known is left out. */
export function describeProgress(progress: JobProgress): string {
  const { stage, done, total, unit, ratePerSecond, etaMs } = progress;
  const parts = [stage];
  const amount = total === null ? `${count(done)}` : `${count(done)}/${count(total)}`;
  if (total !== null || done > 0) parts.push(`${amount} ${unit}`.trim());
  if (ratePerSecond !== null)
    parts.push(`${ratePerSecond < 10 ? ratePerSecond.toPrecision(2) : count(ratePerSecond)}/s`);
  if (etaMs !== null) parts.push(`${clock(etaMs)} left`);
  return parts.join(' · ');
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}
