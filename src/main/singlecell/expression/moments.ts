import { chunksOf, type StepHook } from '../count-source.ts';
import type { CountSource } from '../types.ts';

export interface GeneMoments {
  mean: Float64Array;
  /** Population variance. */
  variance: Float64Array;
  /** Cells with a value above zero. */
  detections: Int32Array;
}

/** Mean and variance of every column in one pass, zeros included. */
export async function geneMoments(source: CountSource, onCells?: StepHook): Promise<GeneMoments> {
  const { nCells, nGenes } = source;
  const mean = new Float64Array(nGenes);
  const squares = new Float64Array(nGenes);
  const detections = new Int32Array(nGenes);
  // Welford's update over the non-zero values, then the zeros of each gene are joined in one step.
  for (const chunk of chunksOf(source)) {
    for (let at = 0; at < chunk.data.length; at++) {
      const value = chunk.data[at];
      if (value === 0) continue;
      const gene = chunk.indices[at];
      const delta = value - mean[gene];
      mean[gene] += delta / ++detections[gene];
      squares[gene] += delta * (value - mean[gene]);
    }
    await onCells?.(chunk.start + chunk.nCells, nCells);
  }
  const variance = new Float64Array(nGenes);
  for (let gene = 0; gene < nGenes && nCells > 0; gene++) {
    const share = detections[gene] / nCells;
    variance[gene] = (squares[gene] + mean[gene] * mean[gene] * share * (nCells - detections[gene])) / nCells;
    mean[gene] *= share;
  }
  return { mean, variance, detections };
}
