import type { LabelsReport, MarkerGene, MarkersReport } from '#shared/domain/classical.ts';

type Value = string | number | boolean;

/** Digits that matter in a table; the stored result keeps them all. */
const DIGITS = 6;

/** Symbols a spreadsheet turns into a date or a number: SEPT2, MARCH1, DEC1, 1E5. */
const LIKE_DATE = /^(?:jan|feb|mar|march|marc|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)-?\d{1,4}$|^\d+e\d+$/i;

/** Marker genes of all groups as CSV: RFC 4180, UTF-8, `.` as decimal mark; names a spreadsheet would change are quoted by an apostrophe. */
export function markersCsv(report: MarkersReport, genes: readonly (readonly MarkerGene[])[]): string {
  const rows = report.groups.flatMap(({ name, nCells, nDonors }, group) =>
    genes[group].map((gene): Value[] => [
      name,
      nCells,
      nDonors ?? '',
      gene.rank,
      gene.geneId,
      gene.symbol,
      gene.auc,
      gene.minAuc,
      gene.cohensD,
      gene.logFoldChange,
      gene.meanIn,
      gene.detectedIn,
      gene.detectedOut,
    ]),
  );
  return csv([
    [
      'group',
      'group_cells',
      'group_donors',
      'rank',
      'gene_id',
      'symbol',
      'auc_mean',
      'auc_min',
      'cohens_d_mean',
      'log2_fold_change_mean',
      'mean_log2_in_group',
      'detected_in_group',
      'detected_in_others',
    ],
    ...rows,
  ]);
}

export interface LabelRows {
  cellIds: readonly string[];
  cells: ArrayLike<number>;
  codes: ArrayLike<number>;
  scores: ArrayLike<number>;
  deltas: ArrayLike<number>;
  isUncertain: ArrayLike<number>;
}

/** The label of every cell as CSV. */
export function labelsCsv({ labels }: Pick<LabelsReport, 'labels'>, rows: LabelRows): string {
  const lines = Array.from(rows.cells, (cell, i): Value[] => [
    rows.cellIds[cell],
    labels[rows.codes[i]]?.name ?? '',
    number(rows.scores[i]),
    number(rows.deltas[i]),
    rows.isUncertain[i] === 1,
  ]);
  return csv([['cell', 'label', 'score', 'delta', 'is_uncertain'], ...lines]);
}

function number(value: number): Value {
  return Number.isFinite(value) ? value : '';
}

function csv(rows: readonly Value[][]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: Value): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)));
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) || LIKE_DATE.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
