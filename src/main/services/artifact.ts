import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import { commandsFor } from '#shared/provenance/command.ts';
import { methodsParagraph } from '#shared/provenance/methods.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.artifact);

/** What the project keeps and where each thing comes from. */
export function artifactService({ workspace, host }: ServiceDeps) {
  return os.router({
    list: os.list.handler(({ input }) => workspace.require().project.artifacts.list(input)),
    get: os.get.handler(({ input }) => workspace.artifact(null, input.id)),
    provenance: os.provenance.handler(({ input }) => {
      const manifest = workspace.artifact(null, input.id);
      const chain = workspace.require().project.artifacts.ancestry(manifest.id);
      const commands = [...new Set([...chain, manifest].flatMap((each) => commandsFor(each)))];
      return { artifact: manifest, chain, methods: methodsParagraph([...chain, manifest], host.version), commands };
    }),
    delete: os.delete.handler(({ input }) => {
      const { project } = workspace.require();
      const manifest = workspace.artifact(null, input.id);
      project.artifacts.delete(manifest.id);
      project.audit.append({ what: 'artifact deleted', details: { kind: manifest.kind, id: manifest.id } });
      return {};
    }),
  });
}
