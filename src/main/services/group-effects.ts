import type { GroupEffect } from '#shared/domain/group-effect.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { csvTable, type CsvValue } from '#shared/util/csv.ts';
import type { StoredGroupEffects } from '#project/stored/group-effects.ts';

interface Line extends GroupEffect {
  rank: number;
  geneId: string;
  symbol: string;
}

/** Columns of the table; more may be added at the end only. */
const COLUMNS: readonly [name: string, value: (line: Line) => CsvValue | null][] = [
  ['rank', ({ rank }) => rank],
  ['gene_id', ({ geneId }) => geneId],
  ['symbol', ({ symbol }) => symbol],
  ['group_kind', ({ kind }) => kind],
  ['group', ({ kind, name }) => (kind === 'donor' ? `donor ${name}` : name)],
  ['group_cells', ({ nCells }) => nCells],
  ['told_by_cells', ({ nTold }) => nTold],
  ['effect', ({ effect }) => effect],
  ['effect_low', ({ low }) => low],
  ['effect_high', ({ high }) => high],
  ['difference_from_others', ({ comparison }) => comparison?.difference ?? null],
  ['difference_low', ({ comparison }) => comparison?.low ?? null],
  ['difference_high', ({ comparison }) => comparison?.high ?? null],
  ['difference_p_value', ({ comparison }) => comparison?.pValue ?? null],
  ['difference_fdr', ({ comparison }) => comparison?.fdr ?? null],
  ['difference_test', ({ comparison }) => comparison?.test ?? null],
];

/** Effects of all genes of a ranking within groups of the start cells as a file, in the order of the ranking. */
export function groupFile(
  id: string,
  groups: StoredGroupEffects,
  genes: readonly RankedGene[],
  format: 'csv' | 'json',
): { fileName: string; mediaType: string; content: string } {
  const fileName = `groups-${id.slice(0, 12)}.${format}`;
  const lines = genes.flatMap(({ rank, geneId, symbol }) =>
    groups.of(geneId).map((group): Line => ({ rank, geneId, symbol, ...group })),
  );
  if (format === 'json')
    return {
      fileName,
      mediaType: 'application/json',
      content: `${JSON.stringify({ ranking: id, effects: lines }, null, 1)}\n`,
    };
  const rows = lines.map((line) => COLUMNS.map(([, value]) => value(line) ?? ''));
  return { fileName, mediaType: 'text/csv', content: csvTable([COLUMNS.map(([name]) => name), ...rows]) };
}
