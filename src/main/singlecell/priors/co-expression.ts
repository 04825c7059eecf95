import { heldInMemory, subsetCounts, type StepHook } from '../count-source.ts';
import { logNormalised } from '../expression/log-normalise.ts';
import { geneMoments } from '../expression/moments.ts';
import { sketchCells } from '../expression/sketch.ts';
import { truncatedSvd } from '../expression/truncated-svd.ts';
import type { Dataset, Vocabulary } from '../types.ts';

export interface CoExpressionPrior {
  dimensions: number;
  /** Shape: tokens × dimensions, row-major; every row has length 1 or is zero. */
  table: Float32Array;
  singularValues: Float64Array;
  /** Cells the vectors were computed from. */
  nCells: number;
  /** Tokens with a vector. */
  nTokens: number;
}

export interface CoExpressionOptions {
  dimensions?: number;
  seed?: number;
  /** More kept cells than this are sampled: the leading co-expression of a gene is settled long before. */
  maxCells?: number;
  onCells?: StepHook;
}

/** Sketched cells are gone over eight times; up to so many entries (400 MB) they are read once and held. */
const MAX_HELD_ENTRIES = 50_000_000;
/** Genes seen in fewer cells get no vector: theirs would name those cells, not a programme. */
const MIN_DETECTIONS = 2;

/**
 * A frozen vector for every gene of the vocabulary, from the co-expression in the kept cells.
 *
 * Counts are log-normalised (10,000 per cell), each gene is scaled to unit variance and centred, and gene g has
 * v_g = V_g ∘ σ / |V_g ∘ σ| of the truncated singular value decomposition, so the dot product of two vectors is their
 * correlation within the leading components. A mouse gene with a human homolog fills the rows of both tokens.
 * Source: features.md finding 8.
 */
export async function coExpressionPrior(
  dataset: Dataset,
  keep: Uint8Array,
  vocabulary: Vocabulary,
  options: CoExpressionOptions = {},
): Promise<CoExpressionPrior> {
  const { dimensions = 48, seed = 0, maxCells = 20_000 } = options;
  const cells = sketchCells(keep, maxCells, seed);
  const log = heldInMemory(logNormalised(subsetCounts(dataset.counts, cells)), MAX_HELD_ENTRIES);
  const { mean, variance, detections } = await geneMoments(log);
  const scale = variance.map((v, gene) => (v > 0 && detections[gene] >= MIN_DETECTIONS ? 1 / Math.sqrt(v) : 0));
  const svd = await truncatedSvd(log, { nComponents: dimensions, seed, mean, scale, onCells: options.onCells });

  const table = new Float32Array(vocabulary.tokens.length * dimensions);
  const tokenOf = new Map(vocabulary.tokens.map((token, i) => [token, i]));
  const mouseOfHuman = new Map([...vocabulary.homologs].map(([mouse, human]) => [human, mouse]));
  const filled = new Set<number>();
  dataset.genes.forEach((gene, index) => {
    const token = tokenOf.get(gene.id);
    if (token === undefined || scale[index] === 0) return;
    const vector = new Float64Array(dimensions);
    let squares = 0;
    for (let j = 0; j < dimensions; j++) {
      vector[j] = svd.loadings[index * dimensions + j] * svd.singularValues[j];
      squares += vector[j] * vector[j];
    }
    if (!(squares > 0)) return;
    const length = Math.sqrt(squares);
    const partner = vocabulary.homologs.get(token) ?? mouseOfHuman.get(token);
    for (const row of partner === undefined ? [token] : [token, partner]) {
      if (row !== token && filled.has(row)) continue;
      table.set(
        vector.map((value) => value / length),
        row * dimensions,
      );
      filled.add(row);
    }
  });
  return { dimensions, table, singularValues: svd.singularValues, nCells: cells.length, nTokens: filled.size };
}
