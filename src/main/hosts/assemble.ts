import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import type { Contract } from '#shared/contract/index.ts';
import type { SpawnEngine } from '#jobs/engine-child.ts';
import { typedCalls } from '#jobs/engine-calls.ts';
import { ModelLibrary } from '#library/model-library.ts';
import { JobScheduler } from '#jobs/scheduler.ts';
import { EngineSupervisor } from '#jobs/supervisor.ts';
import { modelsFolder } from '#library/layout.ts';
import { createServices, type Services } from '#services/index.ts';
import { Workspace } from '#services/session.ts';
import { forkEngine } from './fork-engine.ts';
import type { HostAdapter } from './host-adapter.ts';
import { CheckedMachine } from './checked-machine.ts';
import { engineEntry, engineEnvironment } from './places.ts';
import { recentProjects } from './recent-projects.ts';

/** Everything behind a host, ready to be called. */
export interface Workbench {
  /** To be served over a port or a socket. */
  router: Services;
  /** The same services without a wire. */
  client: ContractRouterClient<Contract>;
  /** Lets a running job reach its checkpoint, closes the project and ends the engine child. */
  close(): Promise<void>;
}

/** Joins services, the open project, its queue and the engine child; nothing is started before it is needed. */
export function assemble(host: HostAdapter, options: { spawnEngine?: SpawnEngine } = {}): Workbench {
  const spawnEngine = options.spawnEngine ?? (() => forkEngine(engineEntry(), engineEnvironment(host)));
  const engine = new EngineSupervisor({ spawn: spawnEngine });
  const workspace = new Workspace();
  const router = createServices({
    workspace,
    host,
    library: new ModelLibrary(modelsFolder(host.dataFolder)),
    engine: typedCalls(engine),
    openSession: (project) => ({ project, scheduler: new JobScheduler({ project, engine }) }),
    recent: recentProjects(host.dataFolder),
    machine: new CheckedMachine({ spawn: spawnEngine, engine: typedCalls(engine), dataFolder: host.dataFolder }),
  });
  return {
    router,
    client: createRouterClient(router),
    close: async () => {
      try {
        await workspace.replace(null);
      } finally {
        await engine.close();
      }
    },
  };
}
