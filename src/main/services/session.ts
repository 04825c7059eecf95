import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactKind, ArtifactManifest } from '#shared/domain/artifact.ts';
import { ArtifactId, type JobId } from '#shared/domain/ids.ts';
import { jobOfRef } from '#shared/domain/job-ref.ts';
import { STEPS } from '#shared/domain/steps.ts';
import type { JobKind } from '#shared/domain/job.ts';
import type { Project } from '#project/project.ts';
import type { JobScheduler } from '#jobs/scheduler.ts';

/** An open project with its queue of jobs. */
export interface Session {
  project: Project;
  scheduler: JobScheduler;
}

/** At most one project is open in a host; everything that needs one goes through here. */
export class Workspace {
  #session: Session | null = null;

  get session(): Session | null {
    return this.#session;
  }

  /** Throws `not-found` when no project is open. */
  require(): Session {
    if (!this.#session) {
      throw new WorkbenchError(
        'not-found',
        'Project: none is open; open or create one first (--project on the command line).',
      );
    }
    return this.#session;
  }

  async replace(session: Session | null): Promise<void> {
    const previous = this.#session;
    this.#session = session;
    if (!previous) return;
    try {
      await previous.scheduler.close();
    } finally {
      previous.project.close();
    }
  }

  /** Resolves a full id, an unambiguous beginning of one, or `latest`. Throws `not-found` or `invalid-input`. */
  artifact(kind: ArtifactKind | null, ref: string): ArtifactManifest {
    return resolveArtifact(this.require().project, kind, ref);
  }

  /** What a new job works on: an artifact, or what a job that is still in the queue will make. */
  input(kind: ArtifactKind, ref: string): { id: string; title: string } {
    const jobId = jobOfRef(ref);
    return jobId ? { id: ref, title: this.require().scheduler.get(jobId).title } : this.artifact(kind, ref);
  }

  /** Queues a job with every artifact reference of its input made a full id. */
  start(kind: JobKind, title: string, input: Record<string, unknown>): { jobId: JobId } {
    STEPS[kind].config.parse(input);
    const job = this.require().scheduler.start({ kind, title, input });
    return { jobId: job.id };
  }
}

/** Newest first for `latest`. */
export function resolveArtifact(project: Project, kind: ArtifactKind | null, ref: string): ArtifactManifest {
  const subject = kind ?? 'artifact';
  if (ArtifactId.safeParse(ref).success) {
    const found = project.artifacts.list(kind ? { kind } : {}).find(({ id }) => id === ref);
    if (found) return found;
    throw new WorkbenchError(
      'not-found',
      `${subject} ${ref.slice(0, 12)}: the project holds none with this id; list them first.`,
    );
  }
  const all = project.artifacts.list(kind ? { kind } : {});
  if (ref === 'latest') {
    const newest = all.at(-1);
    if (!newest) throw new WorkbenchError('not-found', `${subject}: the project holds none yet; make one first.`);
    return newest;
  }
  const matches = all.filter(({ id }) => id.startsWith(ref));
  if (matches.length === 1) return matches[0];
  throw matches.length === 0
    ? new WorkbenchError('not-found', `${subject} ${ref}: the project holds none whose id begins so; list them first.`)
    : new WorkbenchError('invalid-input', `${subject} ${ref}: ${matches.length} ids begin so; give more characters.`);
}
