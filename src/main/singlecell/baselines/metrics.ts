import type { ClassifierScore } from '#shared/domain/training.ts';

/** Rows: true class; columns: predicted. Cells whose true class is unknown (−1) are not counted. */
export function confusionMatrix(truth: Int32Array, predicted: Int32Array, nClasses: number): number[][] {
  const matrix = Array.from({ length: nClasses }, () => new Array<number>(nClasses).fill(0));
  truth.forEach((label, i) => {
    if (label >= 0) matrix[label][predicted[i]]++;
  });
  return matrix;
}

/**
 * Accuracy, macro-F1 and per-class scores of predictions.
 *
 * A ratio with nothing below the line is 0. Macro-F1 is the mean over classes that occur among the true or the predicted
 * labels: a class absent from both says nothing and is left out, one that is only predicted counts with 0 (the
 * convention of scikit-learn's `f1_score(average="macro", zero_division=0)`).
 */
export function scoreClassifier(
  method: string,
  truth: Int32Array,
  predicted: Int32Array,
  classes: readonly string[],
): ClassifierScore {
  const matrix = confusionMatrix(truth, predicted, classes.length);
  const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  let correct = 0;
  let total = 0;
  let f1Sum = 0;
  let nPresent = 0;
  const perClass = classes.map((label, c) => {
    const hits = matrix[c][c];
    const nTest = matrix[c].reduce((sum, n) => sum + n, 0);
    const nPredicted = matrix.reduce((sum, row) => sum + row[c], 0);
    const f1 = ratio(2 * hits, nTest + nPredicted);
    correct += hits;
    total += nTest;
    if (nTest + nPredicted > 0) {
      f1Sum += f1;
      nPresent++;
    }
    return { label, nTest, precision: ratio(hits, nPredicted), recall: ratio(hits, nTest), f1 };
  });
  return { method, accuracy: ratio(correct, total), macroF1: ratio(f1Sum, nPresent), perClass };
}
