import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { commandsFor } from '#shared/provenance/command.ts';
import { methodsParagraph } from '#shared/provenance/methods.ts';
import type { ServiceDeps } from './deps.ts';
import { jobsNeeding } from './jobs-needing.ts';

const os = implement(contract.artifact);

/** What the project keeps and where each thing comes from. */
export function artifactService({ workspace, host }: ServiceDeps) {
  const needing = (ids: readonly string[]) => jobsNeeding(workspace.require().scheduler.list(), new Set(ids));
  return os.router({
    list: os.list.handler(({ input }) => workspace.require().project.artifacts.list(input)),
    get: os.get.handler(({ input }) => workspace.artifact(null, input.id)),
    provenance: os.provenance.handler(({ input }) => {
      const manifest = workspace.artifact(null, input.id);
      const chain = workspace.require().project.artifacts.ancestry(manifest.id);
      const commands = [...new Set([...chain, manifest].flatMap((each) => commandsFor(each)))];
      return { artifact: manifest, chain, methods: methodsParagraph([...chain, manifest], host.version), commands };
    }),
    dependents: os.dependents.handler(({ input }) => {
      const { id } = workspace.artifact(null, input.id);
      const { artifacts } = workspace.require().project;
      const made = artifacts.descendants(id);
      const all = [id, ...made.map((one) => one.id)];
      return {
        artifacts: made,
        sizeBytes: all.reduce((sum, one) => sum + artifacts.storedBytes(one), 0),
        jobs: needing(all).map(({ id: job, title }) => ({ id: job, title })),
      };
    }),
    delete: os.delete.handler(({ input: { id: ref, ...how } }) => {
      const { artifacts } = workspace.require().project;
      const { id, title } = workspace.artifact(null, ref);
      const [job] = needing([id, ...artifacts.descendants(id).map((one) => one.id)]);
      if (job) {
        throw new WorkbenchError('conflict', `${title}: the job "${job.title}" still needs it; stop that job first.`);
      }
      return { deleted: artifacts.delete(id, how) };
    }),
  });
}
