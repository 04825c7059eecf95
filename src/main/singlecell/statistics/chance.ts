import { hypergeometricProbability } from './hypergeometric.ts';

/** Drawing without replacement: `draws` of `population` genes, `successes` of which count. */
export interface Draw {
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

/** Expected hits of a random order and its 2.5 % and 97.5 % quantiles. */
export function chanceRange(draw: Draw): ChanceRange {
  const masses = probabilities(draw);
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
export function atLeastByChance(draw: Draw, hits: number): number {
  return Math.min(
    1,
    probabilities(draw).reduce((sum, mass, n) => (n >= hits ? sum + mass : sum), 0),
  );
}

/** Of 0, 1, … hits. */
function probabilities({ population, successes, draws }: Draw): Float64Array {
  return Float64Array.from({ length: Math.min(successes, draws) + 1 }, (_, hits) =>
    hypergeometricProbability(hits, population, successes, draws),
  );
}
