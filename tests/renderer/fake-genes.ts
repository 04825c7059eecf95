import type { implement } from '@orpc/server';
import type { contract } from '#shared/contract/index.ts';
import { chosenLevels, ColumnRole, type ColumnRoles } from '#shared/domain/annotation.ts';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import { filterGenes, geneReportCsv, geneReportPage } from '#services/gene-report.ts';
import * as data from './fake-data.ts';

const gene = (number: number, symbol: string) => ({ id: `ENSMUSG${String(number).padStart(11, '0')}`, symbol });

/** 17,750 names of a mouse file, most of them current symbols. */
function rows(): GeneReportRow[] {
  const plain = { fileId: null, by: null, gene: null, candidates: [], reason: '', nCells: 0, counts: 0 };
  const matched = Array.from({ length: 16_791 }, (_, i): GeneReportRow => {
    const by = i % 30 === 0 ? 'previous' : i % 641 === 7 ? 'excel-date' : 'symbol';
    const symbol = data.rankedGenes[i]?.symbol ?? `Gene${i}`;
    const input = by === 'previous' ? `Old${i}` : by === 'excel-date' ? `${(i % 14) + 1}-Sep` : symbol;
    const counts = Math.round(4e6 / (i + 3));
    return {
      ...plain,
      input,
      status: 'matched',
      by,
      gene: gene(i + 1, symbol),
      nCells: Math.min(3696, counts),
      counts,
    };
  });
  const ambiguous = Array.from({ length: 43 }, (_, i): GeneReportRow => {
    const candidates = [gene(80_000 + i, `Rpl${i}`), gene(81_000 + i, `Rpl${i}-ps1`)];
    const reason = 'several genes go by this name';
    return {
      ...plain,
      input: `Rpl${i}_ps`,
      status: 'ambiguous',
      candidates,
      reason,
      nCells: 900 - i,
      counts: 4000 - i,
    };
  });
  const missing = Array.from({ length: 916 }, (_, i): GeneReportRow => {
    const input = ['Gm42418', '4930402H24Rik', 'AY036118'][i] ?? `${1_110_000 + 37 * i}A${i % 20}Rik`;
    const reason = 'no mouse gene goes by this name';
    return { ...plain, input, status: 'missing', reason, nCells: 2000 - i, counts: 21_000 - 20 * i };
  });
  return [...matched, ...ambiguous, ...missing].sort((a, b) => b.counts - a.counts);
}

/** Genes and annotations of the made-up dataset. */
export function fakeGenes(os: ReturnType<typeof implement<typeof contract>>) {
  const report = rows();
  let { obsColumns: columns } = data.dataset;
  const roles = Object.fromEntries(
    ColumnRole.options.map((role) => [role, data.dataset[`${role}Column`]]),
  ) as unknown as ColumnRoles;
  return {
    genes: os.dataset.genes.handler(({ input }) => geneReportPage(report, input)),
    orthologs: os.dataset.orthologs.handler(() => [
      { policy: 'one-to-one' as const, shared: 15_204, sharedCounts: 9.1e6, own: 1587, ownCounts: 8e5, nCounts: 1e7 },
      { policy: 'one-to-many' as const, shared: 15_611, sharedCounts: 9.4e6, own: 1180, ownCounts: 5e5, nCounts: 1e7 },
      { policy: 'none' as const, shared: 0, sharedCounts: 0, own: 16_791, ownCounts: 9.9e6, nCounts: 1e7 },
    ]),
    exportGenes: os.dataset.exportGenes.handler(({ input }) => ({
      fileName: 'genes.csv',
      mediaType: 'text/csv',
      content: geneReportCsv(filterGenes(report, input)),
    })),
    columns: os.dataset.columns.handler(() => ({ roles, columns })),
    setColumns: os.dataset.setColumns.handler(({ input }) => {
      for (const role of ColumnRole.options)
        if (input[`${role}Column`] !== undefined) roles[role] = input[`${role}Column`]!;
      const levels = chosenLevels(input.columnPrivacy);
      columns = columns.map((column) => {
        const privacy = levels.get(column.name);
        return privacy ? { ...column, privacy, privacyReason: 'by-hand' as const } : column;
      });
      return { roles, columns };
    }),
  };
}
