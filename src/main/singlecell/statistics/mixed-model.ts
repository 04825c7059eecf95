import { testOfMean, type MeanTest } from './mean-test.ts';

export interface MixedMean extends MeanTest {
  /** Variance of the donors' own means. */
  betweenVariance: number;
  /** Variance of cells of one donor. */
  withinVariance: number;
  /** Share of the variance of a cell that is its donor's: 0 donors are alike, 1 cells of a donor are copies. */
  intraclassCorrelation: number;
  nGroups: number;
}

/** What the likelihood needs to know of each group. */
interface Groups {
  sizes: number[];
  means: number[];
  /** Sum of squares around the means of the groups. */
  within: number;
  nValues: number;
}

/**
 * Mean over cells in a linear mixed model with a random intercept per donor: value = mean + donor + cell.
 *
 * Variances by restricted maximum likelihood (profiled over their ratio), t test with Satterthwaite's degrees of freedom
 * from the expected information; they are the number of donors − 1 where donors give equally many cells. NaN values are
 * left out. Below two donors, or with one cell each, the model cannot tell donors from cells: everything but the mean is NaN.
 *
 * Source: Patterson and Thompson 1971, Biometrika 58:545 (REML); Satterthwaite 1946, Biometrics Bull 2:110; Giesbrecht and
 * Burns 1985, Biometrics 41:477. Donors as random effect in single-cell data: Zimmerman et al. 2021, Nat Commun 12:738.
 */
export function randomInterceptMean(values: ArrayLike<number>, groupOf: ArrayLike<number>, nGroups: number): MixedMean {
  const groups = summarise(values, groupOf, nGroups);
  const { sizes, means, within, nValues } = groups;
  const unknown = { betweenVariance: NaN, withinVariance: NaN, intraclassCorrelation: NaN, nGroups: sizes.length };
  if (sizes.length < 2 || nValues <= sizes.length) {
    const total = sizes.reduce((sum, size, i) => sum + size * means[i], 0);
    return { ...testOfMean(total / nValues, NaN, NaN), ...unknown };
  }
  if (within === 0) return copies(groups);
  const ratio = likeliestRatio(groups);
  const { mean, residual } = profile(groups, ratio);
  const withinVariance = residual / (nValues - 1);
  const betweenVariance = ratio * withinVariance;
  const { variance, degreesOfFreedom } = satterthwaite(sizes, betweenVariance, withinVariance);
  return {
    ...testOfMean(mean, Math.sqrt(variance), degreesOfFreedom),
    betweenVariance,
    withinVariance,
    intraclassCorrelation: ratio / (1 + ratio),
    nGroups: sizes.length,
  };
}

function summarise(values: ArrayLike<number>, groupOf: ArrayLike<number>, nGroups: number): Groups {
  const sizes = new Float64Array(nGroups);
  const sums = new Float64Array(nGroups);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sizes[groupOf[i]]++;
    sums[groupOf[i]] += values[i];
  }
  let within = 0;
  for (let i = 0; i < values.length; i++)
    if (!Number.isNaN(values[i])) within += (values[i] - sums[groupOf[i]] / sizes[groupOf[i]]) ** 2;
  const present = [...sizes.keys()].filter((group) => sizes[group] > 0);
  return {
    sizes: present.map((group) => sizes[group]),
    means: present.map((group) => sums[group] / sizes[group]),
    within,
    nValues: present.reduce((sum, group) => sum + sizes[group], 0),
  };
}

/** Cells of a donor are copies of each other, so donors are all there is. */
function copies({ means }: Groups): MixedMean {
  const n = means.length;
  const mean = means.reduce((sum, value) => sum + value / n, 0);
  const betweenVariance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return {
    ...testOfMean(mean, Math.sqrt(betweenVariance / n), n - 1),
    betweenVariance,
    withinVariance: 0,
    intraclassCorrelation: betweenVariance > 0 ? 1 : 0,
    nGroups: n,
  };
}

/** Weighted mean and weighted sum of squares at one ratio of between to within variance. */
function profile({ sizes, means, within }: Groups, ratio: number) {
  let weights = 0;
  let weighted = 0;
  for (let i = 0; i < sizes.length; i++) {
    const weight = sizes[i] / (1 + sizes[i] * ratio);
    weights += weight;
    weighted += weight * means[i];
  }
  const mean = weighted / weights;
  let residual = within;
  for (let i = 0; i < sizes.length; i++) residual += (sizes[i] / (1 + sizes[i] * ratio)) * (means[i] - mean) ** 2;
  return { mean, residual, weights };
}

/** Minus twice the restricted log-likelihood, but for a constant. */
function deviance(groups: Groups, ratio: number): number {
  const { residual, weights } = profile(groups, ratio);
  let logDeterminant = Math.log(weights);
  for (const size of groups.sizes) logDeterminant += Math.log1p(size * ratio);
  return (groups.nValues - 1) * Math.log(residual) + logDeterminant;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Powers of e between which the ratio of variances is searched, finely enough that no second minimum is passed over. */
const [LOWEST, HIGHEST, STEP] = [-18, 14, 0.5];

function likeliestRatio(groups: Groups): number {
  const at = (power: number) => deviance(groups, Math.exp(power));
  let best = LOWEST;
  let smallest = at(LOWEST);
  for (let power = LOWEST + STEP; power <= HIGHEST; power += STEP) {
    const found = at(power);
    if (found < smallest) [best, smallest] = [power, found];
  }
  if (best === LOWEST || deviance(groups, 0) <= smallest) return 0;
  let [low, high] = [best - STEP, best + STEP];
  while (high - low > 1e-10) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (at(left) <= at(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

/** Variance of the mean and its degrees of freedom: 2 · variance² over the variance of the estimated variance. */
function satterthwaite(sizes: readonly number[], between: number, within: number) {
  // u: inverse variance of a cell along the mean of its group; a: inverse variance of a group's mean.
  let [a1, a2, a3, u2n, u2na, u3n, squares] = [0, 0, 0, 0, 0, 0, 0];
  for (const n of sizes) {
    const u = 1 / (within + n * between);
    const a = n * u;
    a1 += a;
    a2 += a * a;
    a3 += a * a * a;
    u2n += n * u * u;
    u2na += n * u * u * a;
    u3n += n * u * u * u;
    squares += (n - 1) / within ** 2 + u * u;
  }
  const f = 1 / a1;
  // Expected information of (between, within), from the traces of the REML projection.
  const bb = (a2 - 2 * f * a3 + (f * a2) ** 2) / 2;
  const bw = (u2n - 2 * f * u2na + f * f * u2n * a2) / 2;
  const ww = (squares - 2 * f * u3n + (f * u2n) ** 2) / 2;
  const determinant = bb * ww - bw * bw;
  const [gb, gw] = [f * f * a2, f * f * u2n];
  const varianceOfVariance = (gb * gb * ww - 2 * gb * gw * bw + gw * gw * bb) / determinant;
  return { variance: f, degreesOfFreedom: (2 * f * f) / varianceOfVariance };
}
