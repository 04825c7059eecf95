import { minimise } from './lbfgs.ts';

/** Sparse rows of features. */
export interface FeatureRows {
  nCells: number;
  nGenes: number;
  indptr: Float64Array;
  indices: Int32Array;
  data: Float32Array;
}

export interface LogisticModel {
  /** Shape: (features + 1) × classes, row-major; the last row is the intercept. */
  weights: Float64Array;
  nClasses: number;
  nGenes: number;
  converged: boolean;
}

/**
 * Multinomial logistic regression with an L2 penalty on all weights but the intercept.
 *
 * Objective: mean over cells of −log p(label) + penalty / (2 nCells) Σ w², that is scikit-learn's with C = 1 / penalty.
 * Deterministic: starts at zero, no randomness.
 */
export function fitLogistic(
  rows: FeatureRows,
  labels: Int32Array,
  nClasses: number,
  options: { penalty?: number; maxIterations?: number; tolerance?: number } = {},
): LogisticModel {
  const { penalty = 1, maxIterations = 200, tolerance = 1e-5 } = options;
  const { nCells, nGenes, indptr, indices, data } = rows;
  const weights = new Float64Array((nGenes + 1) * nClasses);
  const logits = new Float64Array(nClasses);
  const bias = nGenes * nClasses;
  const { converged } = minimise(
    (w, gradient) => {
      let loss = 0;
      for (let i = 0; i < bias; i++) {
        loss += (penalty / 2) * w[i] * w[i];
        gradient[i] = penalty * w[i];
      }
      gradient.fill(0, bias);
      for (let cell = 0; cell < nCells; cell++) {
        rowLogits(rows, cell, w, nClasses, logits);
        loss -= softmax(logits, labels[cell]);
        logits[labels[cell]] -= 1;
        for (let at = indptr[cell]; at < indptr[cell + 1]; at++) {
          const base = indices[at] * nClasses;
          for (let c = 0; c < nClasses; c++) gradient[base + c] += data[at] * logits[c];
        }
        for (let c = 0; c < nClasses; c++) gradient[bias + c] += logits[c];
      }
      for (let i = 0; i < gradient.length; i++) gradient[i] /= nCells;
      return loss / nCells;
    },
    weights,
    { maxIterations, tolerance },
  );
  return { weights, nClasses, nGenes, converged };
}

/** The class of highest probability per row; ties go to the lower class. */
export function predictLogistic(model: LogisticModel, rows: FeatureRows): Int32Array {
  const logits = new Float64Array(model.nClasses);
  return Int32Array.from({ length: rows.nCells }, (_, cell) => {
    rowLogits(rows, cell, model.weights, model.nClasses, logits);
    return logits.indexOf(Math.max(...logits));
  });
}

function rowLogits(rows: FeatureRows, cell: number, w: Float64Array, nClasses: number, into: Float64Array): void {
  const bias = rows.nGenes * nClasses;
  for (let c = 0; c < nClasses; c++) into[c] = w[bias + c];
  for (let at = rows.indptr[cell]; at < rows.indptr[cell + 1]; at++) {
    const base = rows.indices[at] * nClasses;
    for (let c = 0; c < nClasses; c++) into[c] += rows.data[at] * w[base + c];
  }
}

/** Turns logits into probabilities in place; returns log p of `label`. */
function softmax(logits: Float64Array, label: number): number {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  const own = logits[label] - largest;
  let sum = 0;
  for (let c = 0; c < logits.length; c++) sum += logits[c] = Math.exp(logits[c] - largest);
  for (let c = 0; c < logits.length; c++) logits[c] /= sum;
  return own - Math.log(sum);
}
