import { ORPCError } from '@orpc/server';
import type { TokensInspection } from '#shared/domain/tokens.ts';

/** What a made-up folder of prepared cells is told to be; another path is refused. */
export function fakeTokenFolder(path: string): TokensInspection {
  if (!path.endsWith('.dataset')) {
    throw new ORPCError('data-format', { message: `${path}: no folder of prepared cells; choose another.` });
  }
  return {
    path,
    description: 'GeneCompass tokens, 2 files, 50,000 cells, tokens up to 50,557, up to 2,048 genes per cell',
    format: 'genecompass',
    nCells: 50_000,
    nFiles: 2,
    splits: [],
    highestToken: 50_557,
    longestCell: 2048,
    obsColumns: ['cell_type', 'organ'],
    warnings: ['Which genes the tokens are is not in the file: the vocabulary or token dictionary is needed.'],
  };
}
