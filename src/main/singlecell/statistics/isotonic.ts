/**
 * The non-decreasing curve nearest to `y` in (weighted) least squares.
 *
 * Neighbours that violate the order are pooled into their weighted mean until none is left.
 * Source: Ayer et al. 1955, Ann Math Stat 26:641 (pool adjacent violators); Barlow et al. 1972, ch. 1.
 */
export function isotonicFit(y: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const means: number[] = [];
  const sums: number[] = [];
  const sizes: number[] = [];
  for (let i = 0; i < y.length; i++) {
    let [mean, weight, size] = [y[i], weights ? weights[i] : 1, 1];
    while (means.length > 0 && means.at(-1)! > mean) {
      const before = sums.pop()!;
      mean = (means.pop()! * before + mean * weight) / (before + weight);
      weight += before;
      size += sizes.pop()!;
    }
    means.push(mean);
    sums.push(weight);
    sizes.push(size);
  }
  const fitted = new Float64Array(y.length);
  let at = 0;
  means.forEach((mean, block) => {
    fitted.fill(mean, at, at + sizes[block]);
    at += sizes[block];
  });
  return fitted;
}
