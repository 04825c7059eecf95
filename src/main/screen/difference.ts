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

/** NaN in `exact`: not computed; NaN in `foretold`: the cell does not tell of the gene. */
export function differenceEstimate(
  foretold: ArrayLike<number>,
  exact: ArrayLike<number>,
  weights: ArrayLike<number>,
): DifferenceEstimate {
  let [mean, sum, share, nExact, nCells] = [0, 0, 0, 0, 0];
  for (let cell = 0; cell < foretold.length; cell++) {
    if (Number.isNaN(foretold[cell])) continue;
    nCells++;
    mean += weights[cell] * foretold[cell];
    if (Number.isNaN(exact[cell])) continue;
    nExact++;
    sum += weights[cell] * (exact[cell] - foretold[cell]);
    share += weights[cell];
  }
  const offset = share > 0 ? sum / share : 0;
  let squares = 0;
  for (let cell = 0; cell < foretold.length; cell++)
    if (!Number.isNaN(foretold[cell]) && !Number.isNaN(exact[cell]))
      squares += (exact[cell] - foretold[cell] - offset) ** 2;
  return { mean: mean + offset, offset, nExact, nCells, squares };
}

/** A gene counts as if it had so many residuals of the size that is usual for its effect. */
const PRIOR_RESIDUALS = 4;

/** How large residuals usually are, as a share of the effect, and the effect below which they do not shrink further. */
export interface ResidualScale {
  /** Mean squared residual as a share of the squared scale of the gene. */
  readonly variance: number;
  /** Largest difference of a foretold from an estimated mean, as a share of the scale. */
  readonly largest: number;
  readonly floor: number;
}

/** Learns the usual size of residuals from genes of which some cells were computed exactly. */
export function residualScale(
  estimates: readonly { estimate: DifferenceEstimate; foretold: number; isSample: boolean }[],
  floor: number,
): ResidualScale {
  let [squares, freedom, largest] = [0, 0, 0];
  for (const { estimate, foretold, isSample } of estimates) {
    if (estimate.nExact === 0) continue;
    const scale = Math.max(Math.abs(foretold), floor);
    if (estimate.nExact > 1) {
      squares += estimate.squares / scale ** 2;
      freedom += estimate.nExact - 1;
    }
    // Genes chosen for what was foretold of them would show how far the largest guesses are off, not how far any is.
    if (isSample) largest = Math.max(largest, Math.abs(estimate.offset) / scale);
  }
  return { variance: freedom > 0 ? squares / freedom : 0, largest, floor };
}

/**
 * Standard error of an estimate, as an estimate of the exact mean over the same cells.
 *
 *   s² = (4 v scale² + squares) / (4 + n - 1),   error² = s² / n · (1 - n / N)
 *
 * Note: few residuals say little of their spread, so it leans on the usual one. Source: Smyth 2004 (moderated variance).
 */
export function residualError(
  { nExact, nCells, squares }: DifferenceEstimate,
  foretold: number,
  { variance, floor }: ResidualScale,
): number {
  if (nExact === 0 || nExact >= nCells) return 0;
  const scale = Math.max(Math.abs(foretold), floor);
  const s2 = (PRIOR_RESIDUALS * variance * scale ** 2 + squares) / (PRIOR_RESIDUALS + nExact - 1);
  return Math.sqrt((s2 / nExact) * (1 - nExact / nCells));
}
