import type { GeneMoments } from './moments.ts';

/** Genes on either side, in order of mean, whose median variance is the trend at a gene. */
const HALF_WINDOW = 50;
const MIN_DETECTIONS = 3;

/**
 * The `number` genes whose variance of log expression most exceeds the trend of genes with a like mean; ascending indices.
 *
 * Ties go to the lower gene index. Genes seen in fewer than three cells are not considered.
 */
export function variableGenes(moments: GeneMoments, number: number): Int32Array {
  const considered = [...moments.mean.keys()].filter((gene) => moments.detections[gene] >= MIN_DETECTIONS);
  const byMean = considered.sort((a, b) => moments.mean[a] - moments.mean[b] || a - b);
  const excess = byMean.map((gene, i) => {
    const window = byMean.slice(Math.max(0, i - HALF_WINDOW), i + HALF_WINDOW + 1);
    const trend = Float64Array.from(window, (other) => moments.variance[other]).sort()[window.length >> 1];
    return { gene, excess: moments.variance[gene] - trend };
  });
  excess.sort((a, b) => b.excess - a.excess || a.gene - b.gene);
  return Int32Array.from(excess.slice(0, number), ({ gene }) => gene).sort();
}
