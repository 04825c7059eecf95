import type { QcRules } from '#shared/domain/qc-rules.ts';
import { QUALITY_MEASURES, type QualityCounts, type QualityMeasure } from '#shared/domain/quality.ts';
import { NO_BIN, type Binned } from './histogram.ts';
import { maskCells, type QcRuleName, type RuledCells } from './rules.ts';

/** Measured cells that are asked again and again how many some rules would keep. */
export class RuleCounter {
  readonly #cells: RuledCells;
  readonly #donors: Int32Array | null;
  readonly #binned: Partial<Record<QualityMeasure, Binned>>;

  constructor(cells: RuledCells, donors: Int32Array | null, measures: Partial<Record<QualityMeasure, Binned>>) {
    this.#cells = cells;
    this.#donors = donors;
    this.#binned = measures;
  }

  /** Exact, and the same as preparing the cells with these rules would give. */
  count(rules: QcRules): QualityCounts {
    const alone: Partial<Record<QcRuleName, number>> = {};
    const { keep, nKept, maskedBy, warnings } = maskCells(this.#cells, rules, alone);
    return {
      nCells: keep.length,
      nKept,
      maskedBy: maskedBy as Record<string, number>,
      masksAlone: alone as Record<string, number>,
      samples: this.#cells.samples ? keptByCode(this.#cells.samples, keep) : [],
      donors: this.#donors ? keptByCode(this.#donors, keep) : [],
      kept: Object.fromEntries(
        QUALITY_MEASURES.flatMap((measure) => {
          const known = this.#binned[measure];
          return known ? [[measure, keptByBin(known, keep)]] : [];
        }),
      ),
      warnings,
    };
  }
}

function keptByBin({ bins, histogram }: Binned, keep: Uint8Array): number[] {
  const counts = new Int32Array(NO_BIN + 1);
  for (let cell = 0; cell < keep.length; cell++) counts[bins[cell]] += keep[cell];
  return Array.from(counts.subarray(0, histogram.counts.length));
}

/** Cells and kept cells of each code, ascending, −1 last. */
function keptByCode(codes: Int32Array, keep: Uint8Array): QualityCounts['samples'] {
  // Codes begin at −1.
  const all: number[] = [];
  const kept: number[] = [];
  for (let cell = 0; cell < codes.length; cell++) {
    const at = codes[cell] + 1;
    all[at] = (all[at] ?? 0) + 1;
    kept[at] = (kept[at] ?? 0) + keep[cell];
  }
  const rows = all.flatMap((nCells, at) => (nCells > 0 ? [{ code: at - 1, nCells, nKept: kept[at] }] : []));
  return rows[0]?.code === -1 ? [...rows.slice(1), rows[0]] : rows;
}
