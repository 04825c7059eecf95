/** Index of the largest of each row; the first of equals. Shape: n × C -> n. */
export function predictedClasses(probabilities: Float32Array, nClasses: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / nClasses }, (_, row) => {
    const scores = probabilities.subarray(row * nClasses, (row + 1) * nClasses);
    return scores.reduce((best, score, i) => (score > scores[best] ? i : best), 0);
  });
}

/**
 * Accuracy and macro-F1 of predictions.
 *
 * Note: the mean of F1 is over the classes that occur as truth or prediction, as scikit-learn takes it.
 */
export function scoreClasses(
  truth: Int32Array,
  probabilities: Float32Array,
  nClasses: number,
): { accuracy: number; macroF1: number } {
  const predicted = predictedClasses(probabilities, nClasses);
  const [hits, said, are] = [new Float64Array(nClasses), new Float64Array(nClasses), new Float64Array(nClasses)];
  truth.forEach((label, i) => {
    are[label]++;
    said[predicted[i]]++;
    if (predicted[i] === label) hits[label]++;
  });
  // F1 = 2 TP / (2 TP + FP + FN) = 2 TP / (predicted + true)
  let [sum, nPresent, correct] = [0, 0, 0];
  for (let c = 0; c < nClasses; c++) {
    correct += hits[c];
    if (said[c] + are[c] === 0) continue;
    nPresent++;
    sum += (2 * hits[c]) / (said[c] + are[c]);
  }
  return { accuracy: correct / truth.length, macroF1: sum / nPresent };
}
