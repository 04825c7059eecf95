import type { ProjectInfo } from '#shared/contract/project.ts';
import type { HostAdapter } from '#hosts/host-adapter.ts';
import type { ModelLibrary } from '#library/model-library.ts';
import type { MachineReport } from '#shared/contract/host.ts';
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
  machine: MachineChecks;
}

/** What this machine can run; a check tries every device in a process of its own and is kept. */
export interface MachineChecks {
  report(measure: 'if-needed' | 'again' | 'never'): Promise<MachineReport>;
}

/** Remembered outside any project: paths and names only. */
export interface RecentProjects {
  remember(info: ProjectInfo): void;
  list(): { path: string; name: string; openedAt: string; exists: boolean }[];
}
