import type { CoverageReport } from '#shared/domain/preprocess.ts';
import type { QcResult } from '../qc/rules.ts';
import type { Dataset, Vocabulary } from '../types.ts';
import { tokensOfGenes } from '../vocabulary/vocabulary.ts';
import type { TokenMedians } from './token-medians.ts';
import type { EncodedSums } from './rank-encode.ts';

/** Below these shares a result is worth a warning. */
const LOW_COUNTS_COVERED = 0.6;
const HIGH_TRUNCATED = 0.5;
const LOW_KEPT = 0.5;
/** Above this share of genes without a median. */
const LOW_MEDIANS = 0.1;

/** What an encoding was: sums, and the number of tokens of each cell. */
export interface EncodedSummary extends EncodedSums {
  lengths: Int32Array;
  maxLength: number;
}

/** What of the data reaches the model, and what does not. */
export function coverageReport(
  dataset: Dataset,
  qc: QcResult,
  vocabulary: Vocabulary,
  encoded: EncodedSummary,
  medians: Pick<TokenMedians, 'source' | 'nFound' | 'nMissing'>,
): CoverageReport {
  const { lengths, maxLength, nTruncated, nWithoutTokens, countsInVocabulary, countsTotal } = encoded;
  const nKept = lengths.length;
  const nGenes = dataset.genes.length;
  const tokenOfGene = tokensOfGenes(vocabulary, dataset.genes);
  let genesInVocabulary = 0;
  let homologsMapped = 0;
  tokenOfGene.forEach((token, gene) => {
    if (token < 0) return;
    genesInVocabulary++;
    if (vocabulary.tokens[token] !== dataset.genes[gene].id) homologsMapped++;
  });
  const nCells = qc.keep.length;
  const countsCovered = countsTotal > 0 ? countsInVocabulary / countsTotal : 0;
  const cellsTruncated = nKept > 0 ? nTruncated / nKept : 0;
  const warnings = [...qc.warnings];
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  if (nKept < LOW_KEPT * nCells) {
    warnings.push(`Only ${nKept} of ${nCells} cells are kept; look at the quality rules.`);
  }
  if (countsCovered < LOW_COUNTS_COVERED) {
    warnings.push(
      `Only ${percent(countsCovered)} of all counts lie in genes of the vocabulary (${genesInVocabulary} of ${nGenes} genes); ` +
        'check species and gene names of the dataset.',
    );
  }
  if (cellsTruncated > HIGH_TRUNCATED) {
    warnings.push(
      `${percent(cellsTruncated)} of the cells have more than ${maxLength} genes; their lowest ranked ones are cut.`,
    );
  }
  if (nWithoutTokens > 0) {
    warnings.push(`${nWithoutTokens} kept cells have no gene of the vocabulary and are left out.`);
  }
  if (medians.nMissing > LOW_MEDIANS * (medians.nFound + medians.nMissing)) {
    warnings.push(
      `${medians.nMissing} of ${medians.nFound + medians.nMissing} expressed genes have no imported median and keep their counts as they are; their ranks are too high or too low.`,
    );
  }
  return {
    nCells,
    nCellsKept: nKept,
    maskedBy: { ...qc.maskedBy, ...(nWithoutTokens > 0 ? { withoutVocabularyGene: nWithoutTokens } : {}) },
    nGenes,
    genesInVocabulary,
    countsCovered,
    cellsTruncated,
    medianLength: medianOf(lengths),
    medians: medians.source,
    mediansFound: medians.nFound,
    mediansMissing: medians.nMissing,
    homologsMapped,
    warnings,
  };
}

function medianOf(lengths: Int32Array): number {
  const n = lengths.length;
  if (n === 0) return 0;
  const sorted = lengths.slice().sort();
  return (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
}
