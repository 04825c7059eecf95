import type { Share } from '#shared/domain/lab-results.ts';
import { CounterRandom } from '#shared/util/random.ts';

/** 97.5th percentile of the standard normal. */
const Z = 1.959963984540054;
const RESAMPLES = 2000;

/**
 * A share with Wilson's interval.
 *
 * Source: Wilson EB. J Am Stat Assoc 1927;22:209-212.
 */
export function shareOf(n: number, of: number): Share {
  if (of === 0) return null;
  const p = n / of;
  const middle = p + Z ** 2 / (2 * of);
  const half = Z * Math.sqrt((p * (1 - p)) / of + Z ** 2 / (4 * of ** 2));
  const below = 1 + Z ** 2 / of;
  return { n, of, low: Math.max(0, (middle - half) / below), high: Math.min(1, (middle + half) / below) };
}

/**
 * Probability that a hit stands above a miss, with a bootstrap interval over hits and misses; null without either.
 *
 * Source: Mann and Whitney's U over its largest value; percentile bootstrap.
 */
export function aucOf(
  scores: ArrayLike<number>,
  isHit: ArrayLike<boolean>,
  seed: number,
): { value: number; low: number; high: number } | null {
  const [hits, misses]: [number[], number[]] = [[], []];
  for (let i = 0; i < scores.length; i++) (isHit[i] ? hits : misses).push(scores[i]);
  if (hits.length === 0 || misses.length === 0) return null;
  const random = new CounterRandom(seed, 'auc');
  const values: number[] = [];
  let at = 0;
  for (let i = 0; i < RESAMPLES; i++) {
    const drawn = (from: readonly number[]) => from.map(() => from[random.integer(at++, from.length)]);
    values.push(concordance(drawn(hits), drawn(misses)));
  }
  values.sort((a, b) => a - b);
  const edge = (share: number) => values[Math.round(share * (RESAMPLES - 1))];
  return { value: concordance(hits, misses), low: edge(0.025), high: edge(0.975) };
}

function concordance(hits: readonly number[], misses: readonly number[]): number {
  const sorted = Float64Array.from(misses).sort();
  let sum = 0;
  for (const hit of hits) sum += (lowerBound(sorted, hit, false) + lowerBound(sorted, hit, true)) / 2;
  return sum / (hits.length * misses.length);
}

/** How many values are below `value`, or not above it. */
function lowerBound(sorted: Float64Array, value: number, isInclusive: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value || (isInclusive && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
