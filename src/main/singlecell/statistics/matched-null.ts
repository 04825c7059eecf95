import { CounterRandom } from '#shared/util/random.ts';
import { averageRanks } from './ranks.ts';

/** What null genes are matched on. */
export interface GeneExpression {
  detections: ArrayLike<number>;
  meanValues: ArrayLike<number>;
}

const DETECTION_BINS = 8;
const VALUE_BINS = 3;

/**
 * Chooses genes of the pool whose detections and mean value are distributed as those of the candidates.
 *
 * The candidates are cut into 8 equal bins of detections and each into 3 of mean value; every bin gets its share of the
 * null genes, drawn from the pool's genes nearest to the candidates of that bin. Deterministic: ties by index, draws by
 * seed. `candidates` and `pool` are indices into `expression`; the answer is ascending, without repeats.
 */
export function matchedNullGenes(
  expression: GeneExpression,
  candidates: readonly number[],
  pool: readonly number[],
  options: { nGenes: number; seed: number },
): number[] {
  if (pool.length <= options.nGenes) return [...pool].sort((a, b) => a - b);
  if (candidates.length === 0) return [];
  const random = new CounterRandom(options.seed, 'matched-null');
  const order = random.permutation(candidates.length);
  const all = [...candidates, ...pool];
  const detectionRank = scaledRanks(all.map((gene) => expression.detections[gene]));
  const valueRank = scaledRanks(all.map((gene) => expression.meanValues[gene]));
  const candidateBins = bins(candidates, expression);
  const targets: number[] = [];
  // Every bin is visited in turn, so each gets its share of targets whatever their number.
  for (let i = 0; targets.length < options.nGenes; i++) {
    const bin = candidateBins[i % candidateBins.length];
    const round = Math.floor(i / candidateBins.length);
    targets.push(bin[(order[i % candidates.length] + round) % bin.length]);
  }
  const taken = new Uint8Array(pool.length);
  const chosen = targets.map((target) => {
    let best = -1;
    let bestDistance = Infinity;
    for (let i = 0; i < pool.length; i++) {
      if (taken[i]) continue;
      const at = candidates.length + i;
      const distance = (detectionRank[at] - detectionRank[target]) ** 2 + (valueRank[at] - valueRank[target]) ** 2;
      if (distance < bestDistance) [best, bestDistance] = [i, distance];
    }
    taken[best] = 1;
    return pool[best];
  });
  return chosen.sort((a, b) => a - b);
}

/** Positions (not gene indices) of the candidates, cut by detections and then by mean value; empty bins left out. */
function bins(candidates: readonly number[], expression: GeneExpression): number[][] {
  const positions = candidates.map((_, i) => i);
  const sortBy = (values: ArrayLike<number>) => (a: number, b: number) =>
    values[candidates[a]] - values[candidates[b]] || candidates[a] - candidates[b];
  return cut(positions.sort(sortBy(expression.detections)), DETECTION_BINS)
    .flatMap((bin) => cut(bin.sort(sortBy(expression.meanValues)), VALUE_BINS))
    .filter((bin) => bin.length > 0);
}

function cut(items: number[], parts: number): number[][] {
  return Array.from({ length: parts }, (_, i) =>
    items.slice(Math.floor((i * items.length) / parts), Math.floor(((i + 1) * items.length) / parts)),
  );
}

function scaledRanks(values: number[]): Float64Array {
  return averageRanks(values).map((rank) => rank / values.length);
}
