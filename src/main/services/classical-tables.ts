import type { LabelsReport, MarkerGene, MarkersReport } from '#shared/domain/classical.ts';
import { csvTable, type CsvValue } from '#shared/util/csv.ts';

/** Marker genes of all groups as CSV. */
export function markersCsv(report: MarkersReport, genes: readonly (readonly MarkerGene[])[]): string {
  const rows = report.groups.flatMap(({ name, nCells, nDonors }, group) =>
    genes[group].map((gene): CsvValue[] => [
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
  return csvTable([
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
  const lines = Array.from(rows.cells, (cell, i): CsvValue[] => [
    rows.cellIds[cell],
    labels[rows.codes[i]]?.name ?? '',
    number(rows.scores[i]),
    number(rows.deltas[i]),
    rows.isUncertain[i] === 1,
  ]);
  return csvTable([['cell', 'label', 'score', 'delta', 'is_uncertain'], ...lines]);
}

function number(value: number): CsvValue {
  return Number.isFinite(value) ? value : '';
}
