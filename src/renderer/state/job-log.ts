import type { JobEvent, JobState } from '#shared/domain/job.ts';

export interface MetricPoint {
  step: number;
  value: number;
}

/** What is known of one job's run; plain data, replaced as a whole. */
export interface JobLog {
  /** Last lossless event taken in: where a new subscription goes on. */
  lastSeq: number;
  series: Readonly<Record<string, readonly MetricPoint[]>>;
  messages: readonly { at: string; level: 'info' | 'warn'; message: string }[];
  partial: Readonly<Record<string, unknown>> | null;
}

export const emptyLog: JobLog = { lastSeq: 0, series: {}, messages: [], partial: null };

/** Takes in one event. A lossless event seen before (replayed after a reconnect) changes nothing. */
export function applyEvent(log: JobLog, event: JobEvent): JobLog {
  if (event.type === 'progress' || event.seq <= log.lastSeq) return log;
  const next = { ...log, lastSeq: event.seq };
  switch (event.type) {
    case 'metric': {
      const points = log.series[event.series] ?? [];
      return {
        ...next,
        series: { ...log.series, [event.series]: [...points, { step: event.step, value: event.value }] },
      };
    }
    case 'log':
      return { ...next, messages: [...log.messages, { at: event.at, level: event.level, message: event.message }] };
    case 'partial-result':
      return { ...next, partial: event.result };
    case 'state':
      return next;
  }
}

const ENDED: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'parked'];

export function hasEnded(state: JobState): boolean {
  return ENDED.includes(state);
}

export function isActive(state: JobState): boolean {
  return state === 'queued' || state === 'running' || state === 'paused';
}
