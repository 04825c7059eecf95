import { z } from 'zod';
import { FinetuneConfig } from '#shared/domain/training.ts';
import { JobId } from '#shared/domain/ids.ts';
import type { Job } from '#shared/domain/job.ts';
import { useClient } from '../api/client.ts';

const KEY = 'gcw.follow-ups';

/** A fine-tuning that waits for the model a running pretraining will make. */
const FollowUp = z.object({
  afterJob: JobId,
  finetune: FinetuneConfig.omit({ model: true }),
});
type FollowUp = z.infer<typeof FollowUp>;

/** Session storage: it survives a reload; with the window it goes, and the overview then offers the step. */
function read(): FollowUp[] {
  const parsed = z.array(FollowUp).safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? '[]'));
  return parsed.success ? parsed.data : [];
}

function write(list: FollowUp[]): void {
  sessionStorage.setItem(KEY, JSON.stringify(list));
}

export function addFollowUp(followUp: FollowUp): void {
  write([...read(), followUp]);
}

export function hasFollowUp(jobId: string): boolean {
  return read().some((one) => one.afterJob === jobId);
}

/** Starts what waited for this job; forgets it when the job ended otherwise. Gives the new job's id, or null. */
export async function runFollowUps(ended: Job): Promise<string | null> {
  const waiting = read().find((one) => one.afterJob === ended.id);
  if (!waiting) return null;
  write(read().filter((one) => one.afterJob !== ended.id));
  const model = ended.outputs.at(-1);
  if (ended.state !== 'succeeded' || !model) return null;
  const { jobId } = await useClient().training.finetune({ ...waiting.finetune, model });
  return jobId;
}
