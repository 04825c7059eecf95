import { CounterRandom } from '#shared/util/random.ts';
import { isotonicFit } from './isotonic.ts';

export interface MonotoneTrend {
  /** `flat` where all doses do the same. */
  direction: 'rising' | 'falling' | 'flat';
  /** The monotone curve through the means of the doses. */
  fitted: Float64Array;
  /** Share of the variance between the means of the doses that the curve explains; null where there is none. */
  explained: number | null;
  /** Of the permutations; null below two replicates or three doses. */
  pValue: number | null;
}

/** Fewer doses are a difference, no trend. */
const FEWEST_DOSES = 3;

/**
 * Whether a response goes one way with the dose. `rows`: one per replicate, its mean effect at each dose, weakest first.
 *
 * Each replicate's own mean is taken off, the means of the doses are fitted by the better of a non-decreasing and a
 * non-increasing curve, and the statistic is the share of all remaining variance that this curve explains (Ē² with
 * replicates as blocks, either direction). Doses change places within each replicate for the null distribution;
 * p = (k + 1) / (n + 1).
 * Source: Barlow et al. 1972, ch. 3 (order-restricted Ē²); Phipson and Smyth 2010, Stat Appl Genet Mol Biol 9:39.
 */
export function monotoneTrend(
  rows: readonly ArrayLike<number>[],
  options: { nPermutations: number; seed: number },
): MonotoneTrend {
  const nDoses = rows[0]?.length ?? 0;
  const nRows = rows.length;
  const centred = new Float64Array(nRows * nDoses);
  const raw = new Float64Array(nDoses);
  let total = 0;
  rows.forEach((row, r) => {
    let mean = 0;
    for (let d = 0; d < nDoses; d++) mean += row[d] / nDoses;
    for (let d = 0; d < nDoses; d++) {
      const value = row[d] - mean;
      centred[r * nDoses + d] = value;
      total += value * value;
      raw[d] += row[d] / nRows;
    }
  });
  const observed = explainedBy(columnMeans(centred, nRows, nDoses));
  const grand = raw.reduce((sum, value) => sum + value / nDoses, 0);
  const fitted = observed.fitted.map((value) => value + grand);
  if (!(total > 0) || !(observed.between > 0)) {
    const pValue = nRows < 2 || nDoses < FEWEST_DOSES ? null : 1;
    return { direction: 'flat', fitted: raw, explained: null, pValue };
  }
  return {
    direction: observed.isRising ? 'rising' : 'falling',
    fitted,
    explained: Math.min(1, observed.explained / observed.between),
    pValue: nRows < 2 || nDoses < FEWEST_DOSES ? null : permuted(centred, nRows, nDoses, observed.explained, options),
  };
}

/** The total is the same for every permutation, so sums of squares are compared. */
function permuted(
  centred: Float64Array,
  nRows: number,
  nDoses: number,
  observed: number,
  { nPermutations, seed }: { nPermutations: number; seed: number },
): number {
  const random = new CounterRandom(seed, 'monotone-trend');
  const shuffled = Float64Array.from(centred);
  // Arrangements equal but for rounding count as equal.
  const margin = 1e-12 * observed;
  let counter = 0;
  let atLeast = 0;
  for (let k = 0; k < nPermutations; k++) {
    for (let row = 0; row < nRows; row++) {
      const first = row * nDoses;
      for (let i = nDoses - 1; i > 0; i--) {
        const j = random.integer(counter++, i + 1);
        const held = shuffled[first + i];
        shuffled[first + i] = shuffled[first + j];
        shuffled[first + j] = held;
      }
    }
    if (explainedBy(columnMeans(shuffled, nRows, nDoses)).explained >= observed - margin) atLeast++;
  }
  return (atLeast + 1) / (nPermutations + 1);
}

/** Sums of squares of the means of the doses around 0, and what the better of both directions explains of them. */
function explainedBy(means: Float64Array) {
  const rising = isotonicFit(means);
  const falling = isotonicFit(means.map((value) => -value)).map((value) => -value);
  const [up, down] = [squares(rising), squares(falling)];
  const isRising = up >= down;
  return { isRising, explained: Math.max(up, down), fitted: isRising ? rising : falling, between: squares(means) };
}

function columnMeans(values: Float64Array, nRows: number, nDoses: number): Float64Array {
  const means = new Float64Array(nDoses);
  for (let row = 0; row < nRows; row++) for (let d = 0; d < nDoses; d++) means[d] += values[row * nDoses + d] / nRows;
  return means;
}

/** Pooled means are orthogonal to what they leave, so the square of a fit is what it explains. */
function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
