import type { RankedGene } from '#shared/domain/ranking.ts';
import { GROUP_COLUMNS, groupLines } from '#shared/ranking/columns/group-columns.ts';
import { csvTable } from '#shared/util/csv.ts';
import type { StoredGroupEffects } from '#project/stored/group-effects.ts';

/** Effects of all genes of a ranking within groups of the start cells as a file, in the order of the ranking. */
export function groupFile(
  id: string,
  groups: StoredGroupEffects,
  genes: readonly RankedGene[],
  format: 'csv' | 'json',
): { fileName: string; mediaType: string; content: string } {
  const fileName = `groups-${id.slice(0, 12)}.${format}`;
  const every = groups.every();
  const lines = genes.flatMap((gene) => groupLines(gene, every.of(gene.geneId)));
  if (format === 'json')
    return {
      fileName,
      mediaType: 'application/json',
      content: `${JSON.stringify({ ranking: id, effects: lines }, null, 1)}\n`,
    };
  const rows = lines.map((line) => GROUP_COLUMNS.map(({ value }) => value(line) ?? ''));
  return { fileName, mediaType: 'text/csv', content: csvTable([GROUP_COLUMNS.map(({ name }) => name), ...rows]) };
}
