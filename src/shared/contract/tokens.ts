import { TokensExportConfig, TokensExportReport, TokensImportConfig, TokensInspection } from '../domain/tokens.ts';
import { procedure, StartedJob } from './base.ts';
import { workEvents } from './library.ts';

/** Prepared cells that come from or go to the library `datasets`. */
export const tokens = {
  inspect: procedure({ help: 'Say what a folder of prepared cells holds, without importing it.', withoutProject: true })
    .input(TokensImportConfig.pick({ input: true }))
    .output(TokensInspection),
  import: procedure({
    help: 'Read cells that were prepared for GeneCompass or Geneformer into the project.',
    startsJob: true,
  })
    .input(TokensImportConfig)
    .output(StartedJob),
  export: procedure({
    help: 'Write prepared cells, in the clear, as a folder of the library "datasets".',
    tellsProgress: true,
  })
    .input(TokensExportConfig)
    .output(workEvents(TokensExportReport)),
};
