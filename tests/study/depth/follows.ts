/** What the dependence of effects on depth is: of cells, or of each gene on its own. */
import { correlationTest } from '#singlecell/statistics/correlation-test.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { FEWEST_MOVED } from '#singlecell/statistics/null-model.ts';
import { sortedQuantile } from '#singlecell/statistics/quantile.ts';
import { pearson, spearman } from '#singlecell/statistics/ranks.ts';
import { lineThrough, scalesOf } from './corrections.ts';
import { type CellReads, cellsMoved, type DepthMatrix, rowMeans, rowOf } from './matrix.ts';

export interface Following {
  /** Genes whose effect follows counts at an FDR of 5 %, among those that move three cells or more. */
  n: number;
  tested: number;
  /** Of them, those that move cells with more counts less far. */
  less: number;
}

/** The test of a ranking: Spearman of a gene's effects with counts, FDR over the ranked genes. */
export function following({ effects, nCells }: DepthMatrix, counts: readonly number[]): Following {
  const moved = cellsMoved(effects, nCells);
  const means = rowMeans(effects, nCells);
  const tests = moved.map((n, gene) =>
    n >= FEWEST_MOVED ? correlationTest(rowOf(effects, gene, nCells), counts) : null,
  );
  const fdr = benjaminiHochberg(tests.map((test) => test?.pValue ?? NaN));
  const found = moved.map((_, gene) => gene).filter((gene) => fdr[gene] < 0.05);
  return {
    n: found.length,
    tested: tests.filter((test) => test !== null).length,
    less: found.filter((gene) => means[gene] * (tests[gene]?.correlation ?? 0) < 0).length,
  };
}

export interface Anatomy {
  /** Counts at the 90th over those at the 10th percentile of start cells; the goal's median over the start cells'. */
  spreadOfCounts: number;
  goalOverStart: number;
  /** Spearman of the scale of a cell with its counts, and with the genes the model reads of it; null without spread. */
  scaleWithCounts: number;
  scaleWithRead: number | null;
  /** Exponent of counts in the scale, and the share of its variance (logarithms) they explain. */
  exponent: number;
  explained: number;
  /** |effect| in the deeper half of the cells over that in the other, at percentiles of the effects that are not 0. */
  ratios: number[];
  /** Share of effects that are exactly 0 in the shallow and in the deep half: genes the model does not read. */
  unread: [shallow: number, deep: number];
  /** Correlation over genes of the slope on log counts with the effect: −1 where all effects shrink by one factor. */
  slopeWithEffect: number;
}

export const RATIO_PERCENTILES = [25, 50, 75, 95] as const;

export function anatomyOf(matrix: DepthMatrix, { counts, read, goalCounts }: CellReads): Anatomy {
  const { effects, nCells } = matrix;
  const scales = scalesOf(matrix);
  const x = counts.map(Math.log);
  const y = Float64Array.from(scales, Math.log);
  const ascending = [...counts].sort((a, b) => a - b);
  const order = counts.map((_, cell) => cell).sort((a, b) => counts[a] - counts[b] || a - b);
  const half = (cells: readonly number[]) => {
    const isIn = new Set(cells);
    const told = effects.filter((effect, i) => isIn.has(i % nCells) && !Number.isNaN(effect));
    return {
      ascending: told
        .filter((effect) => effect !== 0)
        .map(Math.abs)
        .sort(),
      unread: told.filter((effect) => effect === 0).length / told.length,
    };
  };
  const [shallow, deep] = [half(order.slice(0, nCells >> 1)), half(order.slice(-(nCells >> 1)))];
  const moved = cellsMoved(effects, nCells);
  const genes = moved.map((_, gene) => gene).filter((gene) => moved[gene] >= FEWEST_MOVED);
  const means = rowMeans(effects, nCells);
  const slopes = genes.map((gene) => lineThrough(x, rowOf(effects, gene, nCells)).slope);
  return {
    spreadOfCounts: sortedQuantile(ascending, 0.9) / sortedQuantile(ascending, 0.1),
    goalOverStart: goalCounts / sortedQuantile(ascending, 0.5),
    scaleWithCounts: spearman(scales, counts) ?? 0,
    scaleWithRead: spearman(scales, read),
    exponent: lineThrough(x, y).slope,
    explained: (pearson(x, y) ?? 0) ** 2,
    ratios: RATIO_PERCENTILES.map(
      (percent) => sortedQuantile(deep.ascending, percent / 100) / sortedQuantile(shallow.ascending, percent / 100),
    ),
    unread: [shallow.unread, deep.unread],
    slopeWithEffect:
      pearson(
        slopes,
        genes.map((gene) => means[gene]),
      ) ?? 0,
  };
}
