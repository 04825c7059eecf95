import { correlationTest } from '#singlecell/statistics/correlation-test.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { FEWEST_MOVED } from '#singlecell/statistics/null-model.ts';
import type { CellEffects } from '#singlecell/statistics/rank-stability.ts';

const FDR_CUT = 0.05;

/** Genes whose effect follows the counts of a start cell, and whether that is because deep cells do not read them. */
export interface DepthDependence {
  /** Genes that follow counts at an FDR of 5 %, of those that change three cells or more. */
  nFollowing: number;
  nTested: number;
  /** Of the following: genes of which it follows counts by itself whether a cell is changed at all. */
  nByReading: number;
  /** Genes that follow counts among the cells that they change at all. */
  nWithin: number;
  /** Share of effects that are exactly 0 in the shallower and in the deeper half of the cells. */
  unread: { shallow: number; deep: number };
}

/**
 * Whether effects follow counts, and which part: whether a cell is changed at all, or how far. Within `groups` where there are any.
 *
 * Source: effects of 0 as a part of their own: Cragg 1971, Econometrica 39:829; tests by Spearman's correlation (Kendall and
 * Stuart vol. 2, ch. 31), Benjamini and Hochberg 1995 over the genes. Note: within the changed cells a gene is tested with fewer
 * cells, so `nWithin` may be small for want of power; `nByReading` is not.
 */
export function depthDependence(
  { effects, nGenes, nCells }: CellEffects,
  counts: ArrayLike<number>,
  groups: ArrayLike<number> | null,
): DepthDependence {
  const whole: number[] = [];
  const reading: number[] = [];
  const within: number[] = [];
  for (let gene = 0; gene < nGenes; gene++) {
    const own = effects.subarray(gene * nCells, (gene + 1) * nCells);
    const changed = own.map((effect) => (effect === 0 ? NaN : effect));
    const isTested = changed.filter((effect) => !Number.isNaN(effect)).length >= FEWEST_MOVED;
    const chance = (values: Float64Array) =>
      isTested ? (correlationTest(values, counts, groups)?.pValue ?? NaN) : NaN;
    whole.push(chance(own));
    reading.push(chance(own.map((effect) => (Number.isNaN(effect) ? NaN : effect === 0 ? 0 : 1))));
    within.push(chance(changed));
  }
  const [isFollowing, isByReading, isWithin] = [whole, reading, within].map((pValues) =>
    Array.from(benjaminiHochberg(pValues), (fdr) => fdr < FDR_CUT),
  );
  return {
    nFollowing: isFollowing.filter(Boolean).length,
    nTested: whole.filter((p) => !Number.isNaN(p)).length,
    nByReading: isFollowing.filter((follows, gene) => follows && isByReading[gene]).length,
    nWithin: isWithin.filter(Boolean).length,
    unread: unreadShares(effects, nCells, counts),
  };
}

function unreadShares(effects: Float64Array, nCells: number, counts: ArrayLike<number>) {
  const order = Array.from({ length: nCells }, (_, cell) => cell).sort((a, b) => counts[a] - counts[b] || a - b);
  const shareOf = (cells: readonly number[]) => {
    let [zero, told] = [0, 0];
    for (const cell of cells)
      for (let i = cell; i < effects.length; i += nCells) {
        if (Number.isNaN(effects[i])) continue;
        told++;
        if (effects[i] === 0) zero++;
      }
    return told > 0 ? zero / told : 0;
  };
  const half = nCells >> 1;
  return { shallow: shareOf(order.slice(0, half)), deep: shareOf(order.slice(nCells - half)) };
}
