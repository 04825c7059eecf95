import { robustZ } from '#singlecell/statistics/robust.ts';

/** How much a fully reliable model may weigh beside fold change. */
const MODEL_WEIGHT = 0.3;
/** Detections at which half of a gene's model evidence is believed. */
const HALF_DETECTIONS = 30;
/** Standard deviations beyond which more evidence of one kind changes nothing. */
const MODEL_CAP = 3;

export interface Witnesses {
  log2FoldChanges: ArrayLike<number>;
  /** Model effect in standard deviations of matched null genes. */
  modelZ: ArrayLike<number>;
  detections: ArrayLike<number>;
  /** How alike two halves of the start cells rank the genes; null = unknown. */
  splitHalf: number | null;
}

/**
 * Fold change, corroborated by the model: z(fold change) + w · z(model).
 *
 * w = 0.3 × split-half reliability × detections / (detections + 30). Note: an equal-weight sum lets a weak witness
 * dilute a strong one; here the model moves a gene by 0.9 robust standard deviations of fold change at most, and by
 * less where it has hardly seen the gene or does not repeat itself.
 */
export function combinedScores({ log2FoldChanges, modelZ, detections, splitHalf }: Witnesses): Float64Array {
  const reliability = Math.max(0, Math.min(1, splitHalf ?? 0));
  return robustZ(log2FoldChanges).map((z, gene) => {
    const believed = detections[gene] / (detections[gene] + HALF_DETECTIONS);
    return z + MODEL_WEIGHT * reliability * believed * Math.max(-MODEL_CAP, Math.min(MODEL_CAP, modelZ[gene]));
  });
}
