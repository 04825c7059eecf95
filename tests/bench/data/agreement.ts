import type { SampleCell } from './report.ts';

/** Values are float32 of numbers that two libraries took the logarithm of. */
const TOLERANCE = 1e-5;

/** How many cells of two samples agree, such as `7 of 8`. */
export function agreement(ours: readonly SampleCell[], theirs: readonly SampleCell[]): string {
  const equal = ours.filter((cell, i) => isSameCell(cell, theirs[i]));
  return `${equal.length} of ${ours.length}`;
}

/** Values equal rank by rank, and the same genes wherever values differ; equal values are in no defined order. */
export function isSameCell(a: SampleCell, b: SampleCell | undefined): boolean {
  if (!b || a.cell !== b.cell || a.genes.length !== b.genes.length) return false;
  const isSame = (x: number, y: number) => Math.abs(x - y) <= TOLERANCE;
  const n = a.genes.length;
  for (let from = 0; from < n;) {
    let to = from + 1;
    while (to < n && isSame(a.values[to], a.values[to - 1])) to++;
    for (let i = from; i < to; i++) if (!isSame(a.values[i], b.values[i])) return false;
    const genes = new Set(a.genes.slice(from, to));
    // The last tie may be cut by the length of a cell, at genes of which either may stay.
    if (to < n && !b.genes.slice(from, to).every((gene) => genes.has(gene))) return false;
    from = to;
  }
  return true;
}
