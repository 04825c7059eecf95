/**
 * The majority class among the k nearest training cells (Euclidean), for each query cell.
 *
 * Note: among classes with equal votes the one with the nearest neighbour wins; equal distances are ordered by training
 * position.
 * Shape: `train` and `query` cells × dimensions, row-major; `exclude[q]` is a training position to skip, −1 for none.
 */
export function nearestNeighbourClasses(
  train: Float32Array,
  trainLabels: Int32Array,
  query: Float32Array,
  dimensions: number,
  options: { k: number; nClasses: number; exclude?: Int32Array },
): Int32Array {
  const { nClasses, exclude } = options;
  const nTrain = trainLabels.length;
  const k = Math.min(options.k, nTrain);
  const distances = new Float64Array(k);
  const neighbours = new Int32Array(k);
  const votes = new Int32Array(nClasses);
  return Int32Array.from({ length: query.length / dimensions }, (_, q) => {
    let found = 0;
    for (let t = 0; t < nTrain; t++) {
      if (exclude?.[q] === t) continue;
      const limit = found < k ? Infinity : distances[k - 1];
      let distance = 0;
      for (let j = 0; j < dimensions && distance < limit; j++) {
        const difference = query[q * dimensions + j] - train[t * dimensions + j];
        distance += difference * difference;
      }
      if (distance >= limit) continue;
      let at = found < k ? found++ : k - 1;
      for (; at > 0 && distances[at - 1] > distance; at--) {
        distances[at] = distances[at - 1];
        neighbours[at] = neighbours[at - 1];
      }
      distances[at] = distance;
      neighbours[at] = t;
    }
    votes.fill(0);
    for (let i = 0; i < found; i++) votes[trainLabels[neighbours[i]]]++;
    let best = -1;
    for (let i = 0; i < found; i++) {
      const label = trainLabels[neighbours[i]];
      if (best < 0 || votes[label] > votes[best]) best = label;
    }
    return best;
  });
}
