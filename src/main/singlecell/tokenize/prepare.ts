import type { CoverageReport } from '#shared/domain/preprocess.ts';
import type { StepHook } from '../count-source.ts';
import type { QcResult } from '../qc/rules.ts';
import type { Dataset, TokenSet, Vocabulary } from '../types.ts';
import { buildOwnVocabulary, tokensOfGenes, type HomologTable } from '../vocabulary/vocabulary.ts';
import { coverageReport } from './coverage.ts';
import { geneStatistics, type GeneStatistics } from './medians.ts';
import { importedMedians, ownMedians } from './token-medians.ts';
import { tokenise } from './tokenise.ts';

export interface PrepareOptions {
  maxLength: number;
  /** Own vocabulary: fewest kept cells per gene, and homologs for a mouse dataset. */
  minCellsPerGene: number;
  homologs?: HomologTable;
  /** Vocabulary of an existing model instead of an own one, with its medians where they are known (NaN elsewhere). */
  vocabulary?: Vocabulary;
  medians?: Float64Array;
  /** Called with the part of the work and the cells done in it. */
  onStep?: (step: 'medians' | 'tokens', done: number, total: number) => void | Promise<void>;
}

export interface PreparedCells {
  vocabulary: Vocabulary;
  /** One per token. */
  medians: Float64Array;
  tokens: TokenSet;
  coverage: CoverageReport;
  statistics: GeneStatistics;
}

/** From kept cells to a token set: gene statistics, vocabulary, encoding, coverage. */
export async function prepareTokens(dataset: Dataset, qc: QcResult, options: PrepareOptions): Promise<PreparedCells> {
  const hook =
    (step: 'medians' | 'tokens'): StepHook =>
    (done, total) =>
      options.onStep?.(step, done, total);
  const statistics = await geneStatistics(dataset.counts, qc.keep, hook('medians'));
  const vocabulary =
    options.vocabulary ??
    buildOwnVocabulary(dataset.genes, statistics.detections, options.minCellsPerGene, options.homologs);
  const tokenOfGene = tokensOfGenes(vocabulary, dataset.genes);
  const divisors = options.medians
    ? importedMedians(vocabulary, dataset.genes, tokenOfGene, statistics, options.medians)
    : ownMedians(vocabulary, tokenOfGene, statistics);
  const { medians } = divisors;
  const tokenised = await tokenise(dataset, qc.keep, {
    vocabulary,
    medians,
    maxLength: options.maxLength,
    onCells: hook('tokens'),
  });
  const coverage = coverageReport(dataset, qc, vocabulary, tokenised, divisors);
  return { vocabulary, medians, tokens: tokenised.tokens, coverage, statistics };
}
