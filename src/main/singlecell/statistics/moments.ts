export interface Moments {
  /** Values that are numbers. */
  readonly n: number;
  readonly mean: number;
  /** With n − 1; NaN or infinite below two values. */
  readonly variance: number;
}

/** Number, mean and variance of a sample; NaN values are left out. */
export function momentsOf(values: ArrayLike<number>): Moments {
  let n = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i];
    n++;
  }
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) squares += (values[i] - mean) ** 2;
  return { n, mean, variance: squares / (n - 1) };
}
