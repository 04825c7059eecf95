import type { JobState } from '#shared/domain/job.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/**
 * What can happen to a job. `crash` and `park` are the end of its process (again later, or twice and no more), `release`
 * is the end of the host or of the process through no fault of the job.
 */
export const JOB_ACTIONS = [
  'start',
  'succeed',
  'fail',
  'cancel',
  'pause',
  'resume',
  'crash',
  'park',
  'release',
] as const;
export type JobAction = (typeof JOB_ACTIONS)[number];

const NOWHERE: Record<JobAction, JobState | null> = {
  start: null,
  succeed: null,
  fail: null,
  cancel: null,
  pause: null,
  resume: null,
  crash: null,
  park: null,
  release: null,
};

/** State → action → next state; null where the action cannot happen. */
export const TRANSITIONS: Record<JobState, Record<JobAction, JobState | null>> = {
  queued: { ...NOWHERE, start: 'running', pause: 'paused', cancel: 'cancelled' },
  running: {
    ...NOWHERE,
    succeed: 'succeeded',
    fail: 'failed',
    cancel: 'cancelled',
    pause: 'paused',
    crash: 'queued',
    park: 'parked',
    release: 'queued',
  },
  paused: { ...NOWHERE, resume: 'queued', cancel: 'cancelled' },
  failed: { ...NOWHERE, resume: 'queued' },
  cancelled: { ...NOWHERE, resume: 'queued' },
  parked: { ...NOWHERE, resume: 'queued', cancel: 'cancelled' },
  succeeded: NOWHERE,
};

/** A job that crashed this often is not started again by itself. */
export const CRASHES_UNTIL_PARKED = 2;

export function nextState(state: JobState, action: JobAction): JobState | null {
  return TRANSITIONS[state][action];
}

/** Nothing more will happen unless a person resumes it. */
export function hasEnded(state: JobState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'parked';
}

/** Throws: `conflict` where the action cannot happen in this state. */
export function requireNext(state: JobState, action: JobAction, title: string): JobState {
  const next = nextState(state, action);
  if (next) return next;
  const possible = JOB_ACTIONS.filter((other) => PEOPLE_DO.has(other) && nextState(state, other));
  const hint = possible.length > 0 ? `you can ${possible.join(' or ')} it` : 'start a new one';
  throw new WorkbenchError('conflict', `${title}: the job is ${state}, so it cannot ${action}; ${hint}.`);
}

const PEOPLE_DO: ReadonlySet<JobAction> = new Set(['cancel', 'pause', 'resume']);
