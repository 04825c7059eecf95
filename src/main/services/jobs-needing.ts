import { jobOfRef } from '#shared/domain/job-ref.ts';
import type { Job, JobState } from '#shared/domain/job.ts';

/** A job that has ended needs nothing; taken up again, it says itself what is gone. */
const NEEDY: readonly JobState[] = ['queued', 'running', 'paused'];

/** Jobs that wait, run or rest and work on one of the artifacts, named or as what a job before them made. */
export function jobsNeeding(jobs: readonly Job[], ids: ReadonlySet<string>): Job[] {
  const outputs = new Map<string, readonly string[]>(jobs.map((job) => [job.id, job.outputs]));
  const isNeeded = (value: unknown): boolean => {
    if (typeof value === 'string') return ids.has(value) || madeBy(value).some((id) => ids.has(id));
    return typeof value === 'object' && value !== null && Object.values(value).some(isNeeded);
  };
  const madeBy = (ref: string) => outputs.get(jobOfRef(ref) ?? '') ?? [];
  return jobs.filter(({ state, input }) => NEEDY.includes(state) && isNeeded(input));
}
