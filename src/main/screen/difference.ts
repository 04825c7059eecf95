/**
 * The exact mean effect of a gene, estimated from what was foretold in all of its cells and computed in some.
 *
 *   mean = sum_c w_c f_c + d,   d = sum_S w_c (e_c - f_c) / sum_S w_c
 *
 * f: foretold, on the scale of the exact effects; e: exact; S: the cells computed exactly; w: weights of sum 1.
 * Source: difference estimator, Cochran 1977, Sampling Techniques, §7.
 */
export interface DifferenceEstimate {
  readonly mean: number;
  /** What is added to the foretold effect of a cell that was not computed; 0 where none was. */
  readonly offset: number;
  /** Cells computed exactly. */
  readonly nExact: number;
  readonly nCells: number;
  /** Sum of squared residuals about their mean, over `nExact - 1` degrees of freedom. */
  readonly squares: number;
}

/** Of the cells that tell of the gene; NaN in `exact` where a cell was not computed. */
export function differenceEstimate(
  foretold: ArrayLike<number>,
  exact: ArrayLike<number>,
  weights: ArrayLike<number>,
): DifferenceEstimate {
  let [mean, sum, share, nExact] = [0, 0, 0, 0];
  for (let cell = 0; cell < foretold.length; cell++) {
    mean += weights[cell] * foretold[cell];
    if (Number.isNaN(exact[cell])) continue;
    nExact++;
    sum += weights[cell] * (exact[cell] - foretold[cell]);
    share += weights[cell];
  }
  const offset = share > 0 ? sum / share : 0;
  let squares = 0;
  for (let cell = 0; cell < foretold.length; cell++)
    if (!Number.isNaN(exact[cell])) squares += (exact[cell] - foretold[cell] - offset) ** 2;
  return { mean: mean + offset, offset, nExact, nCells: foretold.length, squares };
}

/** A gene counts as if it had so many residuals of the size that is usual for its effect. */
const PRIOR_RESIDUALS = 4;

/** How large residuals usually are: their variance is `constant + relative × effect²`. */
export interface ResidualScale {
  readonly constant: number;
  readonly relative: number;
  /** Largest difference of a foretold from an estimated mean, as a share of the effect or, if larger, of the floor. */
  readonly largest: number;
  readonly floor: number;
}

interface Told {
  readonly estimate: DifferenceEstimate;
  /** Mean foretold effect. */
  readonly foretold: number;
  /** Whether the gene was not chosen for what was foretold of it. */
  readonly isSample: boolean;
}

/** Learns the usual size of residuals from genes of which some cells were computed exactly. */
export function residualScale(genes: readonly Told[], floor: number): ResidualScale {
  const told = genes
    .filter(({ estimate }) => estimate.nExact > 1)
    .sort((a, b) => Math.abs(a.foretold) - Math.abs(b.foretold));
  const half = told.length >> 1;
  // Residuals of small effects show what does not shrink with the effect, those of large ones what grows with it.
  const constant = pooled(told.slice(0, Math.max(1, half)), () => 1, 0);
  const relative = pooled(told.slice(half), ({ foretold }) => foretold ** 2, constant);
  let largest = 0;
  // Genes chosen for what was foretold of them would show how far the largest guesses are off, not how far any is.
  for (const { estimate, foretold, isSample } of genes)
    if (isSample && estimate.nExact > 0)
      largest = Math.max(largest, Math.abs(estimate.offset) / Math.max(Math.abs(foretold), floor));
  return { constant, relative, largest, floor };
}

/** Mean squared residual beyond a known part, as a share of what it is measured by; not below 0. */
function pooled(genes: readonly Told[], measure: (gene: Told) => number, known: number): number {
  let [squares, freedom] = [0, 0];
  for (const gene of genes) {
    const by = measure(gene);
    if (by === 0) continue;
    squares += (gene.estimate.squares - known * (gene.estimate.nExact - 1)) / by;
    freedom += gene.estimate.nExact - 1;
  }
  return freedom > 0 ? Math.max(0, squares / freedom) : 0;
}

/**
 * Standard error of an estimate, as an estimate of the exact mean over the same cells.
 *
 *   s² = (4 (a + b f²) + squares) / (4 + n - 1),   error² = s² / n · (1 - n / N)
 *
 * Note: few residuals say little of their spread, so it leans on the usual one (Smyth 2004, moderated variance), and is
 * widened so that 1.96 errors reach as far as Student's t would.
 */
export function residualError(
  { nExact, nCells, squares }: DifferenceEstimate,
  foretold: number,
  { constant, relative }: ResidualScale,
): number {
  if (nExact === 0 || nExact >= nCells) return 0;
  const usual = constant + relative * foretold ** 2;
  const freedom = PRIOR_RESIDUALS + nExact - 1;
  const s2 = (PRIOR_RESIDUALS * usual + squares) / freedom;
  return forFew(freedom) * Math.sqrt((s2 / nExact) * (1 - nExact / nCells));
}

/** 97.5 % quantile of Student's t over that of the normal distribution. Source: Cornish and Fisher 1937. */
function forFew(freedom: number): number {
  const z2 = 1.96 ** 2;
  return 1 + (z2 + 1) / (4 * freedom) + (5 * z2 ** 2 + 16 * z2 + 3) / (96 * freedom ** 2);
}
