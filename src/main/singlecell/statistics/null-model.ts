import { median } from './robust.ts';
import { fitStudent, predictivePValue } from './student-fit.ts';

/** Null genes nearest in reach whose effects give centre and spread; fewer, and the spread is mostly noise. */
const NEIGHBOURS = 50;
/** Weight, in genes, of the trend over all null genes in the spread of a neighbourhood. */
const TREND_GENES = 20;
/** Share of the likelihood that is believed: residuals are scaled by their own neighbours, so they know less than as many fresh ones. */
const POWER = 0.5;
/** The mean over fewer cells is luck, and so is a test of it. */
export const FEWEST_MOVED = 3;

/** Effects of genes, and in how many start cells each changes anything. NaN effects are no genes. */
export interface MeasuredGenes {
  effects: ArrayLike<number>;
  reach: ArrayLike<number>;
}

export interface NullTest {
  /** Effect minus the centre of its neighbours, in their standard deviations. NaN for a gene that cannot be tested. */
  z: Float64Array;
  /** Two-sided, as z. */
  pValues: Float64Array;
  /** Share of null genes with a smaller standardised effect, 0 to 100. */
  percentiles: Float64Array;
  /** (k + 1) / (n + 1), k null genes being at least as far out: assumes no distribution and cannot fall below 1 / (n + 1). */
  counted: Float64Array;
  nNull: number;
}

/**
 * Tests each effect against expression-matched null genes.
 *
 * 1. A mean over cells spreads with the number of cells the gene moves at all (its reach: how often its rank is among the
 *    genes the model reads). Centre (median) and spread come from the 50 null genes nearest in reach, the spread shrunk
 *    towards a power law of reach over all null genes. Below three cells moved a gene is neither tested nor a null gene.
 * 2. Student t distributions (location 0, own scale) are fitted to all standardised null effects and weighted by the square
 *    root of their likelihood. Their tail gives p-values beyond the resolution 1 / (n + 1) of counting, without which no
 *    gene of a thousand could pass an FDR of 5 % against 200 null genes.
 * 3. p is the tail of the predictive distribution: degrees of freedom below n − 1 and the scale widened by
 *    sqrt(1 + 1 / neighbours), which pays for having estimated scale and centre.
 *
 * Source: Efron 2004 (empirical null), J Am Stat Assoc 99:96. Note: what it replaced and how often each is wrong is in
 * docs/reference/statistics.md.
 */
export function testAgainstNull(genes: MeasuredGenes, nullGenes: MeasuredGenes): NullTest {
  const n = genes.effects.length;
  const empty = () => new Float64Array(n).fill(NaN);
  const test: NullTest = { z: empty(), pValues: empty(), percentiles: empty(), counted: empty(), nNull: 0 };
  const kept = testable(nullGenes);
  test.nNull = kept.length;
  if (kept.length < 3) return test;
  const neighbourhoodOf = neighbourhoods(
    kept.map((gene) => ({ effect: nullGenes.effects[gene], reach: nullGenes.reach[gene] })),
  );
  const standardise = ({ effects, reach }: MeasuredGenes, gene: number) => {
    const { centre, scale } = neighbourhoodOf(reach[gene]);
    // No spread at all: nothing to compare with, so nothing is significant.
    return scale > 0 ? (effects[gene] - centre) / scale : 0;
  };
  const residuals = Float64Array.from(kept, (gene) => standardise(nullGenes, gene));
  const fits = fitStudent(residuals, POWER);
  const sorted = residuals.slice().sort();
  const distances = residuals.map(Math.abs).sort();
  const widening = Math.sqrt(1 + 1 / Math.min(NEIGHBOURS, kept.length));
  for (const gene of testable(genes)) {
    const z = standardise(genes, gene);
    test.z[gene] = z;
    test.pValues[gene] = fits.length > 0 ? predictivePValue(Math.abs(z) / widening, fits, kept.length) : 1;
    test.percentiles[gene] = (100 * countBelow(sorted, z)) / kept.length;
    test.counted[gene] = (kept.length - countBelow(distances, Math.abs(z)) + 1) / (kept.length + 1);
  }
  return test;
}

function testable({ effects, reach }: MeasuredGenes): number[] {
  const kept: number[] = [];
  for (let i = 0; i < effects.length; i++) if (!Number.isNaN(effects[i]) && reach[i] >= FEWEST_MOVED) kept.push(i);
  return kept;
}

interface NullGene {
  effect: number;
  reach: number;
}

/** Centre and spread of null genes of about the same reach; between the reaches of null genes, those of the nearest. */
function neighbourhoods(genes: NullGene[]): (reach: number) => { centre: number; scale: number } {
  genes.sort((a, b) => a.reach - b.reach);
  const reaches = [...new Set(genes.map(({ reach }) => reach))];
  const around = reaches.map((reach) => spreadAround(genes, reach));
  const nearest = (reach: number) => {
    const above = reaches.findIndex((one) => one >= reach);
    if (above <= 0) return above < 0 ? reaches.length - 1 : 0;
    return reach - reaches[above - 1] < reaches[above] - reach ? above - 1 : above;
  };
  const trend = powerLaw(genes.map(({ reach }) => ({ x: reach, y: around[nearest(reach)].variance })));
  return (reach) => {
    const { centre, variance, n } = around[nearest(reach)];
    return { centre, scale: Math.sqrt((variance * n + trend(reach) * TREND_GENES) / (n + TREND_GENES)) };
  };
}

/** `genes` ascend by reach. */
function spreadAround(genes: readonly NullGene[], reach: number) {
  let first = genes.findIndex((gene) => gene.reach >= reach);
  let last = first;
  const gap = (i: number) => (i < 0 || i >= genes.length ? Infinity : Math.abs(genes[i].reach - reach));
  // All of the same distance are taken, so that the choice never depends on the effects.
  while (last - first < NEIGHBOURS && last - first < genes.length) {
    const next = Math.min(gap(first - 1), gap(last));
    while (gap(first - 1) === next) first--;
    while (gap(last) === next) last++;
  }
  const effects = genes.slice(first, last).map(({ effect }) => effect);
  const centre = median(effects);
  // n − 1: the centre was estimated from the same genes.
  return { centre, variance: winsorisedSquares(effects, centre) / Math.max(1, effects.length - 1), n: effects.length };
}

/** y = a · x^b by least squares of the logarithms; the mean of y where some y is 0. */
function powerLaw(points: readonly { x: number; y: number }[]): (x: number) => number {
  const n = points.length;
  if (points.some(({ y }) => y <= 0)) {
    const mean = points.reduce((sum, { y }) => sum + y / n, 0);
    return () => mean;
  }
  const [xs, ys] = [points.map(({ x }) => Math.log(x)), points.map(({ y }) => Math.log(y))];
  const [meanX, meanY] = [xs, ys].map((values) => values.reduce((sum, value) => sum + value / n, 0));
  const squares = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
  const products = xs.reduce((sum, x, i) => sum + (x - meanX) * (ys[i] - meanY), 0);
  const slope = squares > 0 ? products / squares : 0;
  return (x) => Math.exp(meanY + slope * (Math.log(x) - meanX));
}

/** Sum of squares in which single outliers count no more than 4 robust standard deviations. */
function winsorisedSquares(effects: readonly number[], centre: number): number {
  const deviations = effects.map((effect) => Math.abs(effect - centre));
  const cap = 4 * 1.4826022185056018 * median(deviations);
  return deviations.reduce((sum, deviation) => sum + Math.min(deviation, cap > 0 ? cap : deviation) ** 2, 0);
}

function countBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
