import type { Histogram, QualityMeasure } from '#shared/domain/quality.ts';

const N_BINS = 60;
/** Bin of a cell without a value. */
export const NO_BIN = 255;
/** Measures that span decades. */
const LOG: ReadonlySet<QualityMeasure> = new Set(['totalCounts', 'detectedGenes']);
/** No axis is narrower than this, so that a measure that is 0 everywhere still has one. */
const NARROWEST = 0.05;

/** A histogram, and the bin of every cell, so that any part of the cells is counted without another look at the values. */
export interface Binned {
  histogram: Histogram;
  bins: Uint8Array;
}

/**
 * Bins the values of one measure; cells with include 0, NaN, and zeros on the log scale have no bin.
 *
 * Log-scale edges are log10 of the value, from the first to the last whole tenth of a decade. Shares begin at 0 and end at the
 * next twentieth above the largest; complexity begins at the twentieth below the smallest.
 */
export function binned(measure: QualityMeasure, values: ArrayLike<number>, include: Uint8Array): Binned {
  const isLog = LOG.has(measure);
  const place = (cell: number) => (include[cell] ? (isLog ? Math.log10(values[cell]) : values[cell]) : NaN);
  let [low, high] = [Infinity, -Infinity];
  for (let cell = 0; cell < values.length; cell++) {
    const at = place(cell);
    if (!Number.isFinite(at)) continue;
    low = Math.min(low, at);
    high = Math.max(high, at);
  }
  const perUnit = isLog ? 10 : 20;
  // Twentieths are not exact in binary: 0.15 × 20 is a little above 3.
  const up = (value: number) => Math.ceil(value * perUnit - 1e-9) / perUnit;
  const down = (value: number) => Math.floor(value * perUnit + 1e-9) / perUnit;
  const from = low > high ? 0 : isLog || measure === 'complexity' ? down(low) : 0;
  const to = low > high ? 1 : Math.max(from + NARROWEST, up(high));
  const width = (to - from) / N_BINS;
  const counts = new Array<number>(N_BINS).fill(0);
  const bins = new Uint8Array(values.length).fill(NO_BIN);
  for (let cell = 0; cell < values.length; cell++) {
    const at = place(cell);
    if (!Number.isFinite(at)) continue;
    bins[cell] = Math.max(0, Math.min(N_BINS - 1, Math.floor((at - from) / width)));
    counts[bins[cell]]++;
  }
  const edges = Array.from({ length: N_BINS + 1 }, (_, i) => (i === N_BINS ? to : from + i * width));
  return { histogram: { scale: isLog ? 'log' : 'linear', edges, counts }, bins };
}

/** Values counted in the bins of an earlier histogram; values beyond its ends go to the outer bins. */
export function countedIn(edges: readonly number[], values: ArrayLike<number>): number[] {
  const nBins = edges.length - 1;
  const width = (edges[nBins] - edges[0]) / nBins;
  const counts = new Array<number>(nBins).fill(0);
  for (let i = 0; i < values.length; i++) {
    counts[Math.max(0, Math.min(nBins - 1, Math.floor((values[i] - edges[0]) / width)))]++;
  }
  return counts;
}
