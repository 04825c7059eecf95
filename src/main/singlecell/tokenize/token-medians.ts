import type { Gene } from '#shared/domain/gene.ts';
import type { Vocabulary } from '../types.ts';
import type { GeneStatistics } from './medians.ts';

/** Divisors of the counts, one per token. */
export interface TokenMedians {
  medians: Float64Array;
  source: 'own' | 'imported';
  /** Genes of the vocabulary expressed in the kept cells that have a median, and that have none and are divided by 1. */
  nFound: number;
  nMissing: number;
}

/**
 * Non-zero median per token from the statistics of the dataset's genes.
 *
 * Tokens the dataset does not express have 1, the published divisor of a gene without a median. Where several genes
 * share a token, the gene seen in most cells gives the median.
 */
export function ownMedians(vocabulary: Vocabulary, tokenOfGene: Int32Array, statistics: GeneStatistics): TokenMedians {
  const medians = new Float64Array(vocabulary.tokens.length).fill(1);
  const detections = new Int32Array(vocabulary.tokens.length);
  let nFound = 0;
  tokenOfGene.forEach((token, gene) => {
    if (token < 0 || statistics.detections[gene] === 0) return;
    nFound++;
    if (statistics.detections[gene] <= detections[token]) return;
    detections[token] = statistics.detections[gene];
    medians[token] = statistics.medians[gene];
  });
  return { medians, source: 'own', nFound, nMissing: 0 };
}

/**
 * Medians that belong to an imported model; a gene without one is divided by 1, as the published code does.
 *
 * A mouse gene written with a human token is divided by that token's median, else by its own.
 *
 * Shape: `imported` has one value per token, of the token's own gene; what is not a positive number is missing.
 * Source: spec/genecompass.md §1.2 step 6; human medians for homologs fit the released mouse cells, §8 item 2.
 */
export function importedMedians(
  vocabulary: Vocabulary,
  genes: readonly Gene[],
  tokenOfGene: Int32Array,
  statistics: GeneStatistics,
  imported: Float64Array,
): TokenMedians {
  const isMedian = (value: number): boolean => value > 0 && Number.isFinite(value);
  const medians = imported.map((median) => (isMedian(median) ? median : 1));
  const ownToken = new Map(vocabulary.tokens.map((token, i) => [token, i]));
  let nFound = 0;
  let nMissing = 0;
  tokenOfGene.forEach((token, gene) => {
    if (token < 0) return;
    const own = imported[ownToken.get(genes[gene].id)!];
    if (!isMedian(imported[token]) && isMedian(own)) medians[token] = own;
    if (statistics.detections[gene] === 0) return;
    if (isMedian(imported[token]) || isMedian(own)) nFound++;
    else nMissing++;
  });
  return { medians, source: 'imported', nFound, nMissing };
}
