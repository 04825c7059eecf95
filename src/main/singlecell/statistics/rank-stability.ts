import { CounterRandom } from '#shared/util/random.ts';
import { sortedQuantile } from './quantile.ts';
import { averageRanks, spearman } from './ranks.ts';

/** First places whose genes a reader would follow up. */
export const TOP = 50;
const DRAWS = 100;
const SPLITS = 20;
/** Effects looked at in all draws together; beyond it fewer draws are made. */
const MOST_WORK = 2e8;
const FEWEST_DRAWS = 20;

export interface CellEffects {
  /** Shape: genes × cells; NaN where the gene was not perturbed in the cell. */
  effects: Float64Array;
  nGenes: number;
  nCells: number;
  /** Donor of each cell; each cell its own where donors are not the replicate. */
  replicates: ArrayLike<number>;
  nReplicates: number;
}

export interface RankStability {
  /** Middle 90 % of each gene's rank, best first; genes that tie share the mean rank. */
  low: Float64Array;
  high: Float64Array;
  /** Share of draws in which the gene is among the first `top`. */
  topShare: Float64Array;
  top: number;
  nDraws: number;
}

/**
 * How far the rank of each gene depends on which start cells were drawn: donors, then cells within them, are drawn anew
 * with replacement and all genes ranked again by the mean over donors.
 *
 * Source: cluster bootstrap, Davison and Hinkley 1997, ch. 3.8; ranks: Hall and Miller 2009, Ann Stat 37:3929. Same seed,
 * same draws. Note: genes that have no rank come last in every draw.
 */
export function rankStability(
  input: CellEffects,
  seed: number,
  hasRank: (gene: number) => boolean = () => true,
): RankStability {
  const { nGenes, nCells } = input;
  const random = new CounterRandom(seed, 'rank-stability');
  const nDraws = Math.max(FEWEST_DRAWS, Math.min(DRAWS, Math.floor(MOST_WORK / Math.max(1, nGenes * nCells))));
  const top = Math.min(TOP, Math.max(1, Math.floor(nGenes / 2)));
  const ranks = new Float32Array(nGenes * nDraws);
  const timesAtTop = new Int32Array(nGenes);
  const members = membersOf(input);
  for (let draw = 0; draw < nDraws; draw++) {
    const effects = means(input, drawnWeights(members, nCells, random, draw));
    const found = descending(effects.map((effect, gene) => (hasRank(gene) ? effect : NaN)));
    for (let gene = 0; gene < nGenes; gene++) {
      ranks[gene * nDraws + draw] = found[gene];
      if (found[gene] <= top) timesAtTop[gene]++;
    }
  }
  const quantile = (q: number) =>
    Float64Array.from({ length: nGenes }, (_, gene) =>
      sortedQuantile(ranks.slice(gene * nDraws, (gene + 1) * nDraws).sort(), q),
    );
  const topShare = Float64Array.from(timesAtTop, (times) => times / nDraws);
  return { low: quantile(0.05), high: quantile(0.95), topShare, top, nDraws };
}

export interface HalfAgreement {
  /** Spearman's correlation of the effects in two halves: mean and lowest of the splits. */
  spearman: number;
  lowest: number;
  /** Mean share of the first `top` genes of one half that are among those of the other. */
  topOverlap: number;
  top: number;
  nSplits: number;
}

/**
 * How alike two halves of the replicates (donors, or cells) rank the genes, over 20 random halvings.
 *
 * Null below four replicates. Note: halves of donors ask more than halves of cells, in which every donor is on both sides.
 */
export function halfAgreement(input: CellEffects, seed: number): HalfAgreement | null {
  const { nGenes, nCells, nReplicates, replicates } = input;
  if (nReplicates < 4) return null;
  const random = new CounterRandom(seed, 'replicate-halves');
  const top = Math.min(TOP, Math.max(1, Math.floor(nGenes / 4)));
  const members = membersOf(input);
  const found: { rho: number; overlap: number }[] = [];
  for (let split = 0; split < SPLITS; split++) {
    const order = random.permutation(nReplicates, split * nReplicates);
    const half = (from: number, to: number) => {
      const side = new Set(order.subarray(from, to));
      const weights = Float64Array.from({ length: nCells }, (_, cell) => (side.has(replicates[cell]) ? 1 : 0));
      return means(input, { cells: weights, replicates: members.map((_, r) => (side.has(r) ? 1 : 0)) });
    };
    const middle = Math.floor(nReplicates / 2);
    const [left, right] = [half(0, middle), half(middle, nReplicates)];
    const rho = spearman(left, right);
    if (rho === null) continue;
    const [a, b] = [descending(left), descending(right)];
    let both = 0;
    for (let gene = 0; gene < nGenes; gene++) if (a[gene] <= top && b[gene] <= top) both++;
    found.push({ rho, overlap: both / top });
  }
  if (found.length === 0) return null;
  const mean = (pick: (one: (typeof found)[number]) => number) =>
    found.reduce((sum, one) => sum + pick(one) / found.length, 0);
  return {
    spearman: mean(({ rho }) => rho),
    lowest: Math.min(...found.map(({ rho }) => rho)),
    topOverlap: mean(({ overlap }) => overlap),
    top,
    nSplits: found.length,
  };
}

interface Weights {
  cells: Float64Array;
  /** How often each replicate counts. */
  replicates: number[];
}

function membersOf({ nCells, replicates, nReplicates }: CellEffects): number[][] {
  const members: number[][] = Array.from({ length: nReplicates }, () => []);
  for (let cell = 0; cell < nCells; cell++) members[replicates[cell]].push(cell);
  return members;
}

function drawnWeights(members: readonly number[][], nCells: number, random: CounterRandom, draw: number): Weights {
  const cells = new Float64Array(nCells);
  const replicates = members.map(() => 0);
  let at = draw * (members.length + nCells);
  for (let i = 0; i < members.length; i++) replicates[random.integer(at++, members.length)]++;
  // A donor's cells are drawn once, however often the donor is: its weight says how often.
  for (const own of members) for (let i = 0; i < own.length; i++) cells[own[random.integer(at++, own.length)]]++;
  return { cells, replicates };
}

/** Mean over replicates of the weighted mean over their cells; NaN where nothing was drawn. */
function means({ effects, nGenes, nCells, replicates, nReplicates }: CellEffects, weights: Weights): Float64Array {
  const answer = new Float64Array(nGenes);
  const sums = new Float64Array(nReplicates);
  const counts = new Float64Array(nReplicates);
  for (let gene = 0; gene < nGenes; gene++) {
    sums.fill(0);
    counts.fill(0);
    for (let cell = 0; cell < nCells; cell++) {
      const effect = effects[gene * nCells + cell];
      if (weights.cells[cell] === 0 || Number.isNaN(effect)) continue;
      sums[replicates[cell]] += weights.cells[cell] * effect;
      counts[replicates[cell]] += weights.cells[cell];
    }
    let total = 0;
    let n = 0;
    for (let r = 0; r < nReplicates; r++) {
      if (counts[r] === 0 || weights.replicates[r] === 0) continue;
      total += (weights.replicates[r] * sums[r]) / counts[r];
      n += weights.replicates[r];
    }
    answer[gene] = n > 0 ? total / n : NaN;
  }
  return answer;
}

/** Ranks from 1, highest first; genes without an effect come last. */
function descending(values: Float64Array): Float64Array {
  return averageRanks(values.map((value) => (Number.isNaN(value) ? Infinity : -value)));
}
