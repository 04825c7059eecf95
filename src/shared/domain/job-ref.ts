import { JobId } from './ids.ts';

const PREFIX = 'job:';

/** Stands for what a job will have made: work that waits for it can be queued at once, so closing a window cancels nothing. */
export function jobRef(jobId: JobId): string {
  return PREFIX + jobId;
}

/** The job a reference waits for; null for every other text. */
export function jobOfRef(ref: unknown): JobId | null {
  if (typeof ref !== 'string' || !ref.startsWith(PREFIX)) return null;
  const parsed = JobId.safeParse(ref.slice(PREFIX.length));
  return parsed.success ? parsed.data : null;
}
