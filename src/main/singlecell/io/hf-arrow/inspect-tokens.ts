import type { TokensInspection } from '#shared/domain/tokens.ts';
import type { Place } from '../place.ts';
import { openTokenSource } from './token-source.ts';

/** Cells whose tokens are looked at; the others are counted. */
const LOOKED_AT = 20_000;

/** Says what a token folder holds. Throws not-found, data-format, unsupported. */
export async function inspectTokens(place: Place, path: string): Promise<TokensInspection> {
  const source = await openTokenSource(place);
  let nCells = 0;
  let highestToken = -1;
  let longestCell = 0;
  let nPadded = 0;
  for await (const { ids, nCells: n } of source.batches()) {
    for (let row = 0; row < n && nCells + row < LOOKED_AT; row++) {
      let last = ids.offsets[row + 1];
      while (last > ids.offsets[row] && ids.values[last - 1] === 0) last--;
      if (last < ids.offsets[row + 1]) nPadded++;
      longestCell = Math.max(longestCell, last - ids.offsets[row]);
      for (let at = ids.offsets[row]; at < last; at++) highestToken = Math.max(highestToken, ids.values[at]);
    }
    nCells += n;
  }
  const format = source.hasValues ? 'genecompass' : 'geneformer';
  const { nFiles, splits, obsNames } = source;
  const words = [
    `${format === 'genecompass' ? 'GeneCompass' : 'Geneformer'} tokens`,
    `${nFiles} ${nFiles === 1 ? 'file' : 'files'}`,
    ...(splits.length > 0 ? [`splits ${splits.join(', ')}`] : []),
    `${nCells.toLocaleString('en')} cells`,
    `tokens up to ${highestToken.toLocaleString('en')}`,
    `up to ${longestCell.toLocaleString('en')} genes per cell${nPadded > 0 ? ', filled up with zeros' : ''}`,
  ];
  const warnings = [
    ...source.warnings,
    'Which genes the tokens are is not in the file: the vocabulary or token dictionary they were made with is needed.',
    ...(source.hasValues ? [] : ['It has no expression values, only ranks.']),
  ];
  return {
    path,
    description: words.join(', '),
    format,
    nCells,
    nFiles,
    splits: [...splits],
    highestToken,
    longestCell,
    obsColumns: [...obsNames],
    warnings,
  };
}
