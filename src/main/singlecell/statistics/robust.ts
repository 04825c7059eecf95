import { sortedQuantile } from './quantile.ts';

/** Standard deviation of a normal distribution per median absolute deviation. */
const NORMAL_MAD = 1.4826022185056018;

/** Median; NaN of nothing. */
export function median(values: ArrayLike<number>): number {
  return values.length === 0 ? NaN : sortedQuantile(Float64Array.from(values).sort(), 0.5);
}

/** Spread in units of a normal standard deviation: 1.4826 × median absolute deviation from `centre`. */
export function madScale(values: ArrayLike<number>, centre = median(values)): number {
  return NORMAL_MAD * median(Float64Array.from(values, (value) => Math.abs(value - centre)));
}

/** Distance from the median in robust standard deviations; all zero where there is no spread. NaN stays NaN. */
export function robustZ(values: ArrayLike<number>): Float64Array {
  const finite = Float64Array.from(values).filter((value) => Number.isFinite(value));
  const centre = median(finite);
  const scale = madScale(finite, centre) || standardDeviation(finite);
  return Float64Array.from(values, (value) => (Number.isNaN(value) ? NaN : scale > 0 ? (value - centre) / scale : 0));
}

/** Population standard deviation. */
export function standardDeviation(values: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean) ** 2;
  return values.length === 0 ? 0 : Math.sqrt(sum / values.length);
}
