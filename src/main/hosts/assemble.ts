import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { typedCalls } from '#jobs/engine-calls.ts';
import type { SpawnEngine } from '#jobs/engine-child.ts';
import { EngineSupervisor } from '#jobs/supervisor.ts';
import { JobScheduler } from '#jobs/scheduler.ts';
import type { ServiceDeps } from '#services/deps.ts';
import { createServices } from '#services/index.ts';
import { Workspace } from '#services/session.ts';
import { forkEngine } from './fork-engine.ts';
import type { HostAdapter } from './host-adapter.ts';
import { programRoot } from './places.ts';
import { recentProjects } from './recent-projects.ts';

/** The same for every host: adapter, services, queue and engine child joined. */
export function assemble(host: HostAdapter, options: { spawnEngine?: SpawnEngine } = {}) {
  const entry = path.join(programRoot().folder, 'src', 'main', 'workers', 'engine-main.ts');
  const engine = new EngineSupervisor({ spawn: options.spawnEngine ?? (() => forkEngine(entry)) });
  const workspace = new Workspace();
  const deps: ServiceDeps = {
    workspace,
    host,
    engine: typedCalls(engine),
    openSession: (project) => ({ project, scheduler: new JobScheduler({ project, engine }) }),
    recent: recentProjects(host.dataFolder),
  };
  const router = createServices(deps);
  return {
    router,
    client: createRouterClient(router),
    close: async () => {
      await workspace.replace(null);
      await engine.close();
    },
  };
}
