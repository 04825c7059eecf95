import type { CounterRandom } from '#shared/util/random.ts';

/** A Poisson count from one counter: inverse CDF, and from rate 50 on a rounded normal. */
export function samplePoisson(rate: number, random: CounterRandom, index: number): number {
  if (!(rate > 0)) return 0;
  if (rate > 50) return Math.max(0, Math.round(rate + Math.sqrt(rate) * random.normal(index)));
  const u = random.uniform(2 * index);
  let probability = Math.exp(-rate);
  let cumulative = probability;
  let count = 0;
  while (u > cumulative && count < 1000) {
    count++;
    probability *= rate / count;
    cumulative += probability;
  }
  return count;
}
