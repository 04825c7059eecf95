import type { EngineCallHandlers } from '#jobs/engine-calls.ts';
import { inspectTokens as inspectTokenFolder } from '#singlecell/io/hf-arrow/inspect-tokens.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { inspectInputs } from '#singlecell/io/samples/inspect-inputs.ts';
import { geneResolver } from './resources.ts';

/** What files hold, before anything of them is kept. */
export const inspect: EngineCallHandlers['inspect'] = async ({ input }) => inspectInputs(input, await geneResolver());

/** The same of a folder of prepared cells. */
export const inspectTokens: EngineCallHandlers['inspectTokens'] = async ({ input }) =>
  inspectTokenFolder(await diskPlace(input), input);
