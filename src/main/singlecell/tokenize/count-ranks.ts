/** Pairs of count and divisor whose place among all is known beforehand. */
const MAX_PAIRS = 1 << 18;
/** Counts of one divisor that are worth a place; larger ones are rare. */
const MAX_COUNT = 512;
/** With fewer, most counts would have none. */
const MIN_COUNT = 8;

/** value = log2(1 + count / median), of the ratio count / median. Source: spec/genecompass.md §1.2 step 7. */
export function expressionValue(ratio: number): number {
  return Math.log2(1 + ratio);
}

/**
 * Places of count / divisor among all such ratios, largest first, for small whole counts: most tokens of a cell are ranked
 * by a number that is looked up, not computed.
 */
export interface CountRanks {
  /** Counts from 1 to below this have a place. */
  limit: number;
  /** Where the places of a token's counts begin: that of count c is `rankOf[first + c]`. Index = token. */
  first: Int32Array;
  rankOf: Int32Array;
  /** By place. Equal ratios share one. */
  ratios: Float64Array;
  values: Float32Array;
}

/** Null where divisors differ too much from token to token, or one is no number above 0. */
export function countRanks(divisors: Float64Array): CountRanks | null {
  const rows = new Map<number, number>();
  for (const divisor of divisors) if (!rows.has(divisor)) rows.set(divisor, rows.size);
  const limit = Math.min(MAX_COUNT, Math.floor(MAX_PAIRS / rows.size));
  const known = [...rows.keys()];
  if (limit < MIN_COUNT || !known.every((divisor) => divisor > 0 && Number.isFinite(divisor))) return null;
  const all = new Float64Array(rows.size * (limit - 1));
  known.forEach((divisor, row) => {
    for (let count = 1; count < limit; count++) all[row * (limit - 1) + count - 1] = count / divisor;
  });
  const distinct = Float64Array.from(new Set(all)).sort().reverse();
  const placeOf = new Map<number, number>();
  distinct.forEach((ratio, place) => placeOf.set(ratio, place));
  const rankOf = new Int32Array(rows.size * limit);
  known.forEach((divisor, row) => {
    for (let count = 1; count < limit; count++) rankOf[row * limit + count] = placeOf.get(count / divisor)!;
  });
  return {
    limit,
    first: Int32Array.from(divisors, (divisor) => rows.get(divisor)! * limit),
    rankOf,
    ratios: distinct,
    values: Float32Array.from(distinct, expressionValue),
  };
}
