import type { ReadOut } from './types.ts';

/** A probability counts as no smaller than this, so that no single cell can give an unbounded shift. */
const SMALLEST_PROBABILITY = 1e-6;

/** Cosine of the angle between a row of `embeddings` and a row of `centroids`; 0 where either has no length. */
export function cosine(
  embeddings: Float32Array,
  row: number,
  centroids: Float32Array,
  state: number,
  width: number,
): number {
  let dot = 0;
  let a = 0;
  let b = 0;
  for (let i = 0; i < width; i++) {
    const x = embeddings[row * width + i];
    const y = centroids[state * width + i];
    dot += x * y;
    a += x * x;
    b += y * y;
  }
  return a > 0 && b > 0 ? dot / Math.sqrt(a * b) : 0;
}

/**
 * Odds of a class on a log2 scale: a shift of 1 doubles them.
 *
 * Note: a plain difference of probabilities would be almost all due to the few cells that already stand between states,
 * since a softmax is flat where one class is sure; on this scale every cell counts alike.
 */
export function log2Odds(probability: number): number {
  const p = Math.min(1 - SMALLEST_PROBABILITY, Math.max(SMALLEST_PROBABILITY, probability));
  return Math.log2(p / (1 - p));
}

/** How close each encoded cell is to each measured state. Shape of the answer: rows × states × read-outs; NaN where no class tells. */
export function readOutRows(
  encoded: { embeddings: Float32Array; probabilities: Float32Array | null },
  nRows: number,
  target: {
    width: number;
    centroids: Float32Array;
    /** Measured states, as rows of `centroids`. */
    states: readonly number[];
    readOuts: readonly ReadOut[];
    nClasses: number;
    /** Classes of each measured state; none where the classifier does not know it. */
    classes: readonly (readonly number[])[];
  },
): Float64Array {
  const { width, centroids, states, readOuts, nClasses, classes } = target;
  const rows = new Float64Array(nRows * states.length * readOuts.length);
  let at = 0;
  for (let row = 0; row < nRows; row++) {
    for (const [i, state] of states.entries()) {
      for (const readOut of readOuts) {
        rows[at++] =
          readOut === 'embedding-shift'
            ? cosine(encoded.embeddings, row, centroids, state, width)
            : log2Odds(probabilityOf(encoded.probabilities, row * nClasses, classes[i]));
      }
    }
  }
  return rows;
}

/** Probability of any of some classes; NaN where there are none. */
function probabilityOf(probabilities: Float32Array | null, row: number, classes: readonly number[]): number {
  if (!probabilities || classes.length === 0) return NaN;
  return classes.reduce((sum, index) => sum + probabilities[row + index], 0);
}
