import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import type { ColumnTally } from '../packing/row-packer.ts';
import type { CsrChunk } from '../types.ts';
import type { GeneMapping } from './import-genes.ts';

/** Cells and counts of every column of one file. */
export class GeneTally implements ColumnTally {
  readonly nCells: Int32Array;
  readonly counts: Float64Array;

  constructor(nColumns: number) {
    this.nCells = new Int32Array(nColumns);
    this.counts = new Float64Array(nColumns);
  }

  add({ indices, data }: CsrChunk): void {
    for (let i = 0; i < data.length; i++) {
      if (data[i] === 0) continue;
      this.nCells[indices[i]]++;
      this.counts[indices[i]] += data[i];
    }
  }

  /** Adds cells of another file with the same columns. */
  join({ nCells, counts }: ColumnTally): void {
    for (let column = 0; column < counts.length; column++) {
      this.nCells[column] += nCells[column];
      this.counts[column] += counts[column];
    }
  }

  /** Counts in the columns for which `has` says so. */
  total(has: (column: number) => boolean): number {
    let total = 0;
    for (let column = 0; column < this.counts.length; column++) if (has(column)) total += this.counts[column];
    return total;
  }
}

/**
 * What became of every gene name of the files, those with most counts first, then by name.
 *
 * Note: the same name in several files is one row, its cells and counts added up.
 */
export function geneReport(files: readonly { mapping: GeneMapping; tally: GeneTally }[]): GeneReportRow[] {
  const rows = new Map<string, GeneReportRow>();
  for (const { mapping, tally } of files) {
    mapping.outcomes.forEach((outcome, column) => {
      if (!outcome) return;
      const key = JSON.stringify([outcome.input, outcome.fileId, outcome.status, outcome.gene?.id ?? null]);
      const known = rows.get(key);
      const nCells = tally.nCells[column];
      const counts = tally.counts[column];
      if (known) {
        known.nCells += nCells;
        known.counts += counts;
      } else rows.set(key, { ...outcome, nCells, counts });
    });
  }
  return [...rows.values()].sort((a, b) => b.counts - a.counts || (a.input < b.input ? -1 : a.input > b.input ? 1 : 0));
}
