/** Settings of a screen that a picture of its operators depends on. */
export interface SchemeSettings {
  dosePercentile?: number;
  knockDownLevel?: number;
  rankPercentile?: number;
}

export interface SchemeMove {
  nGenes: number;
  before: number;
  after: number | null;
  isHidden: boolean;
}

/** Values of a made-up cell by rank, and of the perturbed gene in the cells that express it. */
const VALUES = [9, 8, 7, 6, 5.5, 5, 4.5, 4, 3.5, 3, 2.5, 2];
const TARGET = 8;
const EXPRESSED = [2, 3.5, 4.2, 5.2, 6.5, 8.5];

/** What an operator does to the ranks of a made-up cell of twelve genes; ranks begin at 1. */
export function schemeMove(operator: string, settings: SchemeSettings): SchemeMove {
  const own = VALUES[TARGET];
  const others = VALUES.filter((_, i) => i !== TARGET);
  const rankOf = (value: number) => 1 + others.filter((other) => other > value).length;
  const move = (after: number | null, isHidden = false) => ({
    nGenes: VALUES.length,
    before: TARGET + 1,
    after,
    isHidden,
  });
  switch (operator) {
    case 'mask':
      return move(TARGET + 1, true);
    case 'remove':
      return move(null);
    case 'knock-down':
      return move(rankOf((settings.knockDownLevel ?? 0.5) * own));
    case 'to-rank':
      return move(1 + Math.round((settings.rankPercentile ?? 0) * others.length));
    case 'published-over-express':
      return move(1);
    default:
      return move(rankOf(Math.max(own, quantile(EXPRESSED, settings.dosePercentile ?? 0.9))));
  }
}

function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}
