import type { GeneReportPage } from '#shared/contract/dataset.ts';
import type { GeneReportRow, GeneReportShare, GeneStatus } from '#shared/domain/gene-report.ts';
import { csvTable } from '#shared/util/csv.ts';
import type { Sheet } from '#shared/domain/sheet.ts';

export interface GeneFilter {
  status?: GeneStatus;
  by?: string;
  search?: string;
}

/** The rows that fit, and the counts of every outcome of the whole report. */
export function geneReportPage(
  rows: readonly GeneReportRow[],
  { offset, limit, ...filter }: GeneFilter & { offset: number; limit: number },
): GeneReportPage {
  const fitting = filterGenes(rows, filter);
  const page = fitting.slice(offset, offset + limit);
  return { shares: sharesOf(rows), total: fitting.length, rows: page, taken: takenCandidates(rows, page) };
}

function takenCandidates(rows: readonly GeneReportRow[], page: readonly GeneReportRow[]): string[] {
  const candidates = new Set(page.flatMap((row) => row.candidates.map(({ id }) => id)));
  if (candidates.size === 0) return [];
  const taken = new Set(rows.flatMap(({ gene }) => (gene && candidates.has(gene.id) ? [gene.id] : [])));
  return [...taken].sort();
}

export function filterGenes(rows: readonly GeneReportRow[], { status, by, search }: GeneFilter): GeneReportRow[] {
  const text = search?.trim().toLowerCase() ?? '';
  return rows.filter(
    (row) =>
      (status === undefined || row.status === status) &&
      (by === undefined || row.by === by) &&
      (text === '' || wordsOf(row).some((word) => word.toLowerCase().includes(text))),
  );
}

/** Most names first within matched, ambiguous, missing. */
function sharesOf(rows: readonly GeneReportRow[]): GeneReportShare[] {
  const shares = new Map<string, GeneReportShare>();
  for (const { status, by, counts } of rows) {
    const key = `${status} ${by}`;
    const share = shares.get(key) ?? { status, by, names: 0, counts: 0 };
    shares.set(key, { ...share, names: share.names + 1, counts: share.counts + counts });
  }
  const order: readonly GeneStatus[] = ['matched', 'ambiguous', 'missing'];
  return [...shares.values()].sort(
    (a, b) => order.indexOf(a.status) - order.indexOf(b.status) || b.names - a.names || (a.by! < b.by! ? -1 : 1),
  );
}

const COLUMNS: readonly [
  name: string,
  kind: 'text' | 'integer' | 'number',
  value: (row: GeneReportRow) => string | number,
][] = [
  ['name_in_file', 'text', (row) => row.input],
  ['id_in_file', 'text', (row) => row.fileId ?? ''],
  ['status', 'text', (row) => row.status],
  ['recognised_by', 'text', (row) => row.by ?? ''],
  ['gene_id', 'text', (row) => row.gene?.id ?? ''],
  ['symbol', 'text', (row) => row.gene?.symbol ?? ''],
  ['candidates', 'text', (row) => row.candidates.map(({ id, symbol }) => `${symbol} ${id}`).join('; ')],
  ['reason', 'text', (row) => row.reason],
  ['n_cells', 'integer', (row) => row.nCells],
  ['counts', 'number', (row) => row.counts],
];

export function geneReportCsv(rows: readonly GeneReportRow[]): string {
  return csvTable([COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, , value]) => value(row)))]);
}

export function geneReportSheet(rows: readonly GeneReportRow[]): Sheet {
  return {
    name: 'Gene names',
    columns: COLUMNS.map(([title, kind]) => ({ title, kind })),
    rows: rows.map((row) => COLUMNS.map(([, , value]) => value(row))),
  };
}

function wordsOf({ input, fileId, gene, candidates }: GeneReportRow): string[] {
  const genes = gene ? [gene, ...candidates] : candidates;
  return [input, ...(fileId === null ? [] : [fileId]), ...genes.flatMap(({ id, symbol }) => [id, symbol])];
}
