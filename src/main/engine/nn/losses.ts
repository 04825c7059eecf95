import type { Value } from '../ir/value.ts';
import {
  add,
  cast,
  div,
  exp,
  expand,
  gather,
  gatherElements,
  gemm,
  greater,
  logSoftmax,
  maximum,
  mul,
  neg,
  reduceSum,
  reshape,
  scatterAddRows,
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

/**
 * -log softmax(x W^T + b)[label] of each row; rows with a negative label give 0. Shape: [N, D], W [V, D], b [V], [N] -> [N].
 *
 * With P the softmax, y the labels and g the gradient of each row, spread over its factors before the products:
 *   dx = g (P W - W[y])      dW = P^T (g x) - rows g x added at y      db = P^T g - g added at y
 * Note: the N x V numbers are passed over three times instead of six, which matters when V is all genes.
 */
export function linearCrossEntropyRows(
  x: Value,
  { weight, bias }: { readonly weight: Value; readonly bias: Value },
  labels: Value,
): Value {
  const [rows] = x.shape;
  const logProbabilities = logSoftmax(gemm(x, weight, { transB: true, bias }));
  const counted = labelled(labels, x);
  const picked = maximum(labels, 0);
  const ofLabel = reshape(gatherElements(logProbabilities, reshape(picked, [rows, 1]), 1), [rows]);
  const loss = mul(neg(ofLabel), counted);
  return x.graph.replaceGradient(loss, [x, weight, bias], (gradient) => {
    const probabilities = exp(logProbabilities);
    const g = reshape(mul(gradient, counted), [rows, 1]);
    const gx = mul(x, g);
    return [
      () => mul(sub(gemm(probabilities, weight), gather(weight, picked)), g),
      () => add(gemm(probabilities, gx, { transA: true }), scatterAddRows(weight.shape, picked, neg(gx))),
      () =>
        add(
          reshape(gemm(probabilities, g, { transA: true }), bias.shape),
          reshape(scatterAddRows([bias.shape[0], 1], picked, neg(g)), bias.shape),
        ),
    ];
  });
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
