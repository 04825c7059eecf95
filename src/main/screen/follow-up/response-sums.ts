import { median } from '#singlecell/statistics/robust.ts';
import type { ResponsePlan, ResponseSums } from './types.ts';

/** A gene has to be seen under this many other perturbations of a cell before it is known what is usual for it there. */
const FEWEST_OTHERS = 5;

/** Empty sums for the genes of these cells. */
export function emptySums(nResponses: number, cells: readonly Int32Array[]): ResponseSums {
  const tokens = Int32Array.from(new Set(cells.flatMap((cell) => [...cell]))).sort();
  const size = nResponses * tokens.length;
  return {
    tokens,
    responses: new Float64Array(size),
    universals: new Float64Array(size),
    squares: new Float64Array(size),
    counts: new Int32Array(size),
    nActing: new Int32Array(nResponses),
    nStrengths: new Int32Array(nResponses),
    strengths: new Float64Array(nResponses),
    nPasses: 0,
  };
}

/**
 * Takes in one cell. `distances`: responses × genes of the cell, NaN where a perturbation does not tell of a gene.
 *
 * Within the cell, so that cells that move easily do not look like genes that do: universal(g) is the mean distance of g
 * under the other perturbations of the kind, the strength s of a perturbation the median over genes of
 * distance / universal(g), and what is left is distance − s · universal(g).
 * Source: median of ratios: Anders and Huber 2010, Genome Biol 11:R106. Note: a mean or a slope would follow the few genes
 * that are looked for.
 */
export function addCell(
  sums: ResponseSums,
  plan: readonly ResponsePlan[],
  distances: Float32Array,
  tokenIds: Int32Array,
): void {
  const n = tokenIds.length;
  const slots = slotsOf(sums.tokens, tokenIds);
  for (const kind of new Set(plan.map((one) => one.kind))) {
    const rows = plan.flatMap((one, row) => (one.kind === kind ? [row] : []));
    const totals = new Float64Array(n);
    const told = new Int32Array(n);
    for (const row of rows)
      for (let i = 0; i < n; i++) {
        const distance = distances[row * n + i];
        if (Number.isNaN(distance)) continue;
        totals[i] += distance;
        told[i]++;
      }
    for (const row of rows) addRow(sums, row, distances.subarray(row * n, (row + 1) * n), totals, told, slots);
  }
}

function addRow(
  sums: ResponseSums,
  row: number,
  distances: Float32Array,
  totals: Float64Array,
  told: Int32Array,
  slots: Int32Array,
): void {
  const usual = Float64Array.from(distances, (distance, i) =>
    Number.isNaN(distance) || told[i] - 1 < FEWEST_OTHERS ? NaN : (totals[i] - distance) / (told[i] - 1),
  );
  if (!distances.every(Number.isNaN)) sums.nActing[row]++;
  const ratios = usual.map((value, i) => distances[i] / value).filter(Number.isFinite);
  if (ratios.length === 0) return;
  const strength = median(ratios);
  sums.strengths[row] += strength;
  sums.nStrengths[row]++;
  usual.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const at = row * sums.tokens.length + slots[i];
    sums.responses[at] += distances[i];
    sums.universals[at] += strength * value;
    sums.squares[at] += (distances[i] - strength * value) ** 2;
    sums.counts[at]++;
  });
}

function slotsOf(tokens: Int32Array, tokenIds: Int32Array): Int32Array {
  return tokenIds.map((token) => {
    let [low, high] = [0, tokens.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tokens[middle] < token) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}
