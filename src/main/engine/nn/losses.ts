import type { Value } from '../ir/value.ts';
import {
  cast,
  div,
  exp,
  expand,
  gatherElements,
  greater,
  logSoftmax,
  maximum,
  mul,
  neg,
  reduceSum,
  reshape,
  scatterElementsAdd,
  sub,
} from '../ops/index.ts';

/**
 * -log softmax(logits)[label] of each row; rows with a negative label give 0. Shape: [N, C], [N] -> [N].
 *
 * d/dlogits = softmax - onehot: one exp and N single additions, no one-hot matrix.
 */
export function crossEntropyRows(logits: Value, labels: Value): Value {
  const [rows, classes] = logits.shape;
  const counted = labelled(labels, logits);
  const picked = reshape(maximum(labels, 0), [rows, 1]);
  const logProbabilities = logSoftmax(logits);
  const loss = mul(neg(reshape(gatherElements(logProbabilities, picked, 1), [rows])), counted);
  return logits.graph.replaceGradient(loss, [logits], (g) => [
    () => {
      const minusOne = expand(logits.graph.constant(-1, logits.dtype), [rows, 1]);
      const excess = scatterElementsAdd(exp(logProbabilities), picked, minusOne, 1);
      return mul(reshape(excess, [rows, classes]), reshape(mul(g, counted), [rows, 1]));
    },
  ]);
}

/** Mean cross-entropy over the rows whose label is not negative (-100 by custom). Shape: [N, C], [N] -> []. */
export function crossEntropy(logits: Value, labels: Value): Value {
  return weightedMean(crossEntropyRows(logits, labels), labelled(labels, logits));
}

/** Mean squared error over elements of weight 1; weights are 0 or 1. Shape: [N], [N], [N] -> []. */
export function maskedMse(predicted: Value, target: Value, weights: Value): Value {
  const difference = sub(predicted, target);
  return weightedMean(mul(mul(difference, difference), weights), weights);
}

/** sum(values) / max(sum(weights), 1), so that nothing to average gives 0. */
function weightedMean(values: Value, weights: Value): Value {
  return div(reduceSum(values), maximum(reduceSum(weights), 1));
}

/** 1 where a label is given, 0 where it is negative. */
function labelled(labels: Value, like: Value): Value {
  return cast(greater(labels, -1), like.dtype);
}
