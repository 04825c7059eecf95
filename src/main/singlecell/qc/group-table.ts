import type { GroupTable, QualityMeasure } from '#shared/domain/quality.ts';
import { madScale } from '../statistics/robust.ts';
import { sortedQuantile } from '../statistics/quantile.ts';

export type MeasureValues = Partial<Record<QualityMeasure, ArrayLike<number>>>;

/** Median and robust spread of some values, without NaN; null of nothing. */
export function spreadOf(values: ArrayLike<number>): { median: number | null; mad: number | null } {
  const known = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (known.length === 0) return { median: null, mad: null };
  const median = sortedQuantile(known, 0.5);
  return { median, mad: madScale(known, median) };
}

/** Every measure by group, over the included cells; groups in the order of their codes, cells without one last. */
export function groupTable(
  column: string,
  codes: Int32Array,
  measures: MeasureValues,
  include: Uint8Array,
): GroupTable {
  const members = membersOf(codes);
  return {
    column,
    groups: [...members].map(([code, cells]) => {
      const measured = cells.filter((cell) => include[cell] === 1);
      return {
        code,
        nCells: cells.length,
        measures: Object.fromEntries(
          Object.entries(measures).map(([name, values]) => [
            name,
            spreadOf(Float64Array.from(measured, (cell) => values[cell])),
          ]),
        ),
      };
    }),
  };
}

/** Cells of each code, ascending; −1 last. */
export function membersOf(codes: Int32Array): Map<number, Int32Array> {
  const sizes = new Map<number, number>();
  for (const code of codes) sizes.set(code, (sizes.get(code) ?? 0) + 1);
  const order = [...sizes.keys()].sort((a, b) => Number(a < 0) - Number(b < 0) || a - b);
  const members = new Map(order.map((code) => [code, new Int32Array(sizes.get(code)!)]));
  const next = new Map<number, number>();
  codes.forEach((code, cell) => {
    const at = next.get(code) ?? 0;
    members.get(code)![at] = cell;
    next.set(code, at + 1);
  });
  return members;
}
