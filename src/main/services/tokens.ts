import path from 'node:path';
import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { ServiceDeps } from './deps.ts';
import { workStream } from './work-stream.ts';

/** Prepared cells that come from or go to the library `datasets`. */
export function tokensService({ workspace, engine }: ServiceDeps) {
  const os = implement(contract.tokens);
  return os.router({
    inspect: os.inspect.handler(({ input }) => engine.call('inspectTokens', input)),
    import: os.import.handler(({ input }) => {
      const { vocabulary, ...config } = input;
      return workspace.start('import-tokens', `Import ${input.name ?? path.basename(path.resolve(input.input))}`, {
        ...config,
        ...(vocabulary === undefined ? {} : { vocabulary: workspace.artifact('vocabulary', vocabulary).id }),
      });
    }),
    export: os.export.handler(({ input, signal }) => {
      const { project } = workspace.require();
      const tokens = workspace.artifact('tokens', input.tokens);
      return workStream(async (options) => {
        const report = await engine.call('exportTokens', { ...input, tokens: tokens.id }, { ...options, project });
        const { nCells, columns } = report;
        project.audit.append({
          what: `tokens exported as ${input.format}`,
          details: { id: tokens.id, nCells, columns },
        });
        return report;
      }, signal);
    }),
  });
}
