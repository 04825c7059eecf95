import { logGamma } from './special-functions.ts';

/** Drawing without replacement: `draws` of `population` genes, `successes` of which count. */
export interface Hypergeometric {
  population: number;
  successes: number;
  draws: number;
}

/** What a random order finds: mean, and the central 95 % of what it could find. */
export interface ChanceRange {
  expected: number;
  low: number;
  high: number;
}

/** Probabilities of 0, 1, … hits. Source: scipy.stats.hypergeom gives the same numbers. */
export function hypergeometricMasses({ population, successes, draws }: Hypergeometric): Float64Array {
  const masses = new Float64Array(Math.min(successes, draws) + 1);
  for (let hits = Math.max(0, draws + successes - population); hits < masses.length; hits++)
    masses[hits] = Math.exp(
      logChoose(successes, hits) + logChoose(population - successes, draws - hits) - logChoose(population, draws),
    );
  return masses;
}

/** Expected hits of a random order and its 2.5 % and 97.5 % quantiles. */
export function chanceRange(draw: Hypergeometric): ChanceRange {
  const masses = hypergeometricMasses(draw);
  const quantile = (p: number) => {
    let sum = 0;
    for (let hits = 0; hits < masses.length; hits++) {
      sum += masses[hits];
      // Rounding of the sum must not push a quantile beyond the last hit.
      if (sum >= p - 1e-12) return hits;
    }
    return masses.length - 1;
  };
  const { population, successes, draws } = draw;
  return {
    expected: population > 0 ? (Math.min(draws, population) * successes) / population : 0,
    low: quantile(0.025),
    high: quantile(0.975),
  };
}

/** Probability of at least `hits` hits by chance. */
export function atLeastByChance(draw: Hypergeometric, hits: number): number {
  return Math.min(
    1,
    hypergeometricMasses(draw).reduce((sum, mass, n) => (n >= hits ? sum + mass : sum), 0),
  );
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
