import type { ProjectInfo } from '#shared/contract/project.ts';
import type { HostAdapter } from '#hosts/host-adapter.ts';
import type { ModelLibrary } from '#library/model-library.ts';
import type { EngineCalls } from '#jobs/engine-calls.ts';
import type { Project } from '#project/project.ts';
import type { Session, Workspace } from './session.ts';

/** What the composition root of a host gives to every service. */
export interface ServiceDeps {
  workspace: Workspace;
  host: HostAdapter;
  /** Imported models of this user. */
  library: ModelLibrary;
  /** Questions answered by the engine child; no project needed. */
  engine: EngineCalls;
  /** Gives a project its queue of jobs. */
  openSession(project: Project): Session;
  recent: RecentProjects;
}

/** Remembered outside any project: paths and names only. */
export interface RecentProjects {
  remember(info: ProjectInfo): void;
  list(): { path: string; name: string; openedAt: string; exists: boolean }[];
}
