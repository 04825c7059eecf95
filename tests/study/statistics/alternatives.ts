import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { rankSum } from '#singlecell/statistics/rank-tests.ts';
import { median } from '#singlecell/statistics/robust.ts';
import { normalSurvival } from '#singlecell/statistics/special-functions.ts';
import { fitStudent, predictivePValue } from '#singlecell/statistics/student-fit.ts';
import type { ScreenResult } from '#screen/types.ts';
import type { GeneTest } from '#ranking/gene-test.ts';

/** Ways to test a gene that were compared; each gives p-values in the order of the candidates, NaN for no test. */
export const TESTS: Record<string, (tested: GeneTest, screen: ScreenResult) => ArrayLike<number>> = {
  used: ({ test }) => test.pValues,
  /** Five bins of detections, all of the likelihood: what the ranking did before. */
  'bins of detections': (tested, screen) => binned(tested, screen),
  /** No distribution assumed, and no p-value below 1 / (null genes + 1). */
  counting: ({ test }) => test.counted,
  /** Normal distribution with the median and the median absolute deviation of null genes. */
  'normal fit': ({ means, candidates, nulls }) => {
    const centre = median(nulls.map((g) => means[g]));
    const scale = 1.4826022185056018 * median(nulls.map((g) => Math.abs(means[g] - centre)));
    return candidates.map((g) => 2 * normalSurvival(Math.abs(means[g] - centre) / scale));
  },
};

const POOLED_GENES = 20;

/** Rank-sum of a gene's cells against the cells of null genes, as published for Geneformer; cells pass for replicates. */
export function rankSumOverCells({ perCell, candidates, nulls }: GeneTest, screen: ScreenResult): number[] {
  const width = screen.plan.cells.length;
  const cellsOf = (g: number) => perCell.subarray(g * width, (g + 1) * width).filter((value) => !Number.isNaN(value));
  const pooled = Float64Array.from(nulls.slice(0, POOLED_GENES).flatMap((g) => [...cellsOf(g)]));
  return candidates.map((g) => rankSum(cellsOf(g), pooled).pValue);
}

export interface Found {
  hits: number;
  wrong: number;
}

/** Genes at an FDR of 5 %, and how many of them are none of the first `nTrue`. */
export function findings(pValues: ArrayLike<number>, candidates: readonly number[], nTrue: number): Found {
  const fdr = benjaminiHochberg(pValues);
  const hits = candidates.filter((_, i) => fdr[i] < 0.05);
  return { hits: hits.length, wrong: hits.filter((g) => g >= nTrue).length };
}

function binned({ means, candidates, nulls }: GeneTest, screen: ScreenResult): number[] {
  const seen = (g: number) => screen.plan.genes[g].detections;
  const kept = [...nulls].sort((a, b) => seen(a) - seen(b) || a - b);
  const nBins = Math.max(1, Math.floor(kept.length / 40));
  const members = Array.from({ length: nBins }, (_, b) =>
    kept.filter((_gene, i) => Math.min(nBins - 1, Math.floor((i * nBins) / kept.length)) === b),
  );
  const bins = members.map((genes) => {
    const centre = median(genes.map((g) => means[g]));
    const deviations = genes.map((g) => Math.abs(means[g] - centre));
    const cap = 4 * 1.4826022185056018 * median(deviations) || Infinity;
    const squares = deviations.reduce((sum, one) => sum + Math.min(one, cap) ** 2, 0);
    return { from: seen(genes[0]), centre, variance: squares / (genes.length - 1), n: genes.length };
  });
  const pooled = bins.reduce((sum, bin) => sum + bin.variance * bin.n, 0) / kept.length;
  const standard = (g: number) => {
    const bin = bins.findLast(({ from }) => seen(g) >= from) ?? bins[0];
    return (means[g] - bin.centre) / Math.sqrt((bin.variance * bin.n + pooled * 20) / (bin.n + 20));
  };
  const fits = fitStudent(kept.map(standard));
  const widening = Math.sqrt(1 + nBins / kept.length);
  return candidates.map((g) => predictivePValue(Math.abs(standard(g)) / widening, fits, kept.length));
}
