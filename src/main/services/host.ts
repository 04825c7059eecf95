import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.host);

/** What the host and its machine can do. */
export function hostService({ host, engine, machine }: ServiceDeps) {
  return os.router({
    capabilities: os.capabilities.handler(() => host.capabilities()),
    machine: os.machine.handler(({ input }) => machine.report(input.measure)),
    selftest: os.selftest.handler(({ input }) => engine.call('selftest', input)),
    browse: os.browse.handler(async ({ input }) => {
      if (!(await host.capabilities()).browseFiles) throw notHere('its folders cannot be listed');
      return host.browse(input.path);
    }),
    chooseFile: os.chooseFile.handler(async ({ input }) => {
      if (!(await host.capabilities()).nativeDialogs) throw notHere('it has no file dialogs');
      return { path: await host.chooseFile(input.purpose, input.suggestedName) };
    }),
    chooseData: os.chooseData.handler(async ({ input }) => {
      if (!(await host.capabilities()).nativeDialogs) throw notHere('it has no file dialogs');
      return { paths: await host.chooseData(input.kind) };
    }),
    saveFile: os.saveFile.handler(async ({ input }) => {
      await host.saveFile(input.path, Buffer.from(input.content, input.encoding));
      return {};
    }),
  });
}

function notHere(fact: string): WorkbenchError {
  return new WorkbenchError('unsupported', `This host: ${fact}; type the path instead.`);
}
