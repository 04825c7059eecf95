import { CounterRandom } from '#shared/util/random.ts';
import type { GroupExpression } from './group-expression.ts';

/** Added to both means, so that a gene seen in a single cell has no endless fold change. Units: counts per 10,000. */
export const PSEUDO_COUNT = 0.05;

/** log2((goal + 0.05) / (start + 0.05)) of the mean scaled counts, per gene. */
export function log2FoldChanges(expression: GroupExpression, start: number, goal: number): Float64Array {
  const { nGenes, means } = expression;
  return Float64Array.from({ length: nGenes }, (_, gene) =>
    Math.log2((means[goal * nGenes + gene] + PSEUDO_COUNT) / (means[start * nGenes + gene] + PSEUDO_COUNT)),
  );
}

/** Mean scaled count in the start state, per gene. */
export function startExpression(expression: GroupExpression, start: number): Float64Array {
  const { nGenes, means } = expression;
  return means.slice(start * nGenes, (start + 1) * nGenes);
}

/** Share of goal cells minus share of start cells that express the gene. */
export function detectionDifferences(expression: GroupExpression, start: number, goal: number): Float64Array {
  const { nGenes, fractions } = expression;
  return Float64Array.from(
    { length: nGenes },
    (_, gene) => fractions[goal * nGenes + gene] - fractions[start * nGenes + gene],
  );
}

/** Co-expression vectors of genes. */
export interface GeneVectors {
  width: number;
  /** Shape: rows × width. */
  vectors: Float32Array;
  /** Row of each gene of the dataset (its token id); −1 where it has none. */
  rowOfGene: ArrayLike<number>;
}

/**
 * Length of each gene's co-expression vector along the start → goal direction; NaN for a gene without a vector.
 *
 * The direction is d = Σ v_g · (mean log expression in goal − in start) over all genes: what the cells of the goal have
 * more of, in the space of the vectors. A gene scores high when the genes it goes with are up in the goal, even if it
 * is barely seen itself.
 */
export function coExpressionProjection(
  expression: GroupExpression,
  start: number,
  goal: number,
  { width, vectors, rowOfGene }: GeneVectors,
): Float64Array {
  const { nGenes, logMeans } = expression;
  const direction = new Float64Array(width);
  for (let gene = 0; gene < nGenes; gene++) {
    if (rowOfGene[gene] < 0) continue;
    const difference = logMeans[goal * nGenes + gene] - logMeans[start * nGenes + gene];
    for (let k = 0; k < width; k++) direction[k] += vectors[rowOfGene[gene] * width + k] * difference;
  }
  const norm = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0)) || 1;
  return Float64Array.from({ length: nGenes }, (_, gene) => {
    if (rowOfGene[gene] < 0) return NaN;
    let dot = 0;
    for (let k = 0; k < width; k++) dot += vectors[rowOfGene[gene] * width + k] * direction[k];
    return dot / norm;
  });
}

/** A number per gene that has nothing to do with biology. `keys` (token ids) make it independent of the gene order. */
export function randomScores(keys: ArrayLike<number>, seed: number): Float64Array {
  const random = new CounterRandom(seed, 'random-ranking');
  return Float64Array.from(keys, (key) => random.uniform(key));
}
