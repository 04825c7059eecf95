import { jobOfRef } from '#shared/domain/job-ref.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Worker } from '#jobs/worker.ts';
import type { Project } from '#project/project.ts';

/**
 * Lets a worker be given what an earlier job made: every `job:` reference of its input becomes the id of that job's last output.
 *
 * Throws: `conflict` when that job has not succeeded.
 */
export function withJobRefs(worker: Worker): Worker {
  return (context, input) => worker(context, resolveJobRefs(context.project, input as Record<string, unknown>));
}

function resolveJobRefs(project: Project, input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const jobId = jobOfRef(value);
      return [name, jobId ? lastOutput(project, jobId) : value];
    }),
  );
}

function lastOutput(project: Project, jobId: NonNullable<ReturnType<typeof jobOfRef>>): string {
  const job = project.jobs.find(jobId);
  const output = job?.state === 'succeeded' ? job.outputs.at(-1) : undefined;
  if (output) return output;
  throw new WorkbenchError(
    'conflict',
    `${job?.title ?? jobId}: this job had to come first, but it ${job ? `is ${job.state}` : 'is not in the project'}; let it finish, then resume this one.`,
  );
}
