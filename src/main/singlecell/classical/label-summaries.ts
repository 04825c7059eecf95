import type { LabelsReport } from '#shared/domain/classical.ts';
import { sortedQuantile } from '../statistics/quantile.ts';
import type { CellLabels } from './annotate.ts';

/** One line per label of the reference, in its order. */
export function labelSummaries(
  known: { names: readonly string[]; codes: Int32Array },
  { labels, scores, deltas, isUncertain }: CellLabels,
  recall: readonly number[],
): LabelsReport['labels'] {
  return known.names.map((name, label) => {
    const cells = Array.from(labels.keys()).filter((cell) => labels[cell] === label);
    return {
      name,
      nReferenceCells: known.codes.reduce((sum, code) => sum + (code === label ? 1 : 0), 0),
      referenceRecall: recall[label],
      nCells: cells.length,
      nUncertain: cells.reduce((sum, cell) => sum + isUncertain[cell], 0),
      medianScore: median(cells.map((cell) => scores[cell])),
      medianDelta: median(cells.map((cell) => deltas[cell])),
    };
  });
}

function median(values: readonly number[]): number | null {
  const known = Float64Array.from(values.filter(Number.isFinite)).sort();
  return known.length === 0 ? null : sortedQuantile(known, 0.5);
}
