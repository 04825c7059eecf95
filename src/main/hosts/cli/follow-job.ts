import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '#shared/contract/index.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { JobId } from '#shared/domain/ids.ts';
import type { Job, JobEvent } from '#shared/domain/job.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

export type Client = ContractRouterClient<Contract>;

/** A job that ended well, and what it made, in order. */
export interface FinishedJob {
  job: Job;
  outputs: ArtifactManifest[];
}

/**
 * Waits for a job's end and hands on every event on the way.
 *
 * Throws: the job's own error when it failed or was parked, `cancelled` when it was cancelled or paused.
 */
export async function followJob(
  client: Client,
  jobId: JobId,
  onEvent: (event: JobEvent) => void = () => {},
): Promise<FinishedJob> {
  for await (const event of await client.jobs.watch({ jobId })) {
    onEvent(event);
    if (event.type === 'state' && event.state === 'paused') break;
  }
  const job = await client.jobs.get({ jobId });
  if (job.state !== 'succeeded') throw failureOf(job);
  const outputs: ArtifactManifest[] = [];
  for (const id of job.outputs) outputs.push(await client.artifact.get({ id }));
  return { job, outputs };
}

/**
 * What the command line prints of a job: the newest output of each kind by id, then the last one's summary. Datasets of several species are
 * listed, each with what it is.
 */
export function jobResult({ job, outputs }: FinishedJob): Record<string, unknown> {
  const ids: Record<string, unknown> = { jobId: job.id };
  for (const { kind, id } of outputs)
    ids[`${kind.replaceAll(/-(.)/g, (_dash, letter: string) => letter.toUpperCase())}Id`] = id;
  const datasets = outputs.filter(({ kind }) => kind === 'dataset');
  if (datasets.length > 1) {
    ids.datasets = datasets.map(({ id, title, summary: { species, nCells, nGenes } }) => {
      return { title, species, nCells, nGenes, id };
    });
  }
  return { ...ids, ...outputs.at(-1)?.summary, ...ids };
}

function failureOf(job: Job): WorkbenchError {
  const details = { jobId: job.id };
  switch (job.state) {
    case 'cancelled':
      return new WorkbenchError(
        'cancelled',
        `${job.title}: cancelled; what was finished is kept, and gcw jobs resume --job-id ${job.id} goes on from there.`,
        { details },
      );
    case 'paused':
      return new WorkbenchError(
        'cancelled',
        `${job.title}: paused at a checkpoint; gcw jobs resume --job-id ${job.id} goes on from there.`,
        { details },
      );
    default:
      return job.error
        ? WorkbenchError.fromData({ ...job.error, details: { ...job.error.details, ...details } })
        : new WorkbenchError('internal', `${job.title}: it ended as ${job.state} without saying why.`, { details });
  }
}
