import type { CoverageReport } from '#shared/domain/preprocess.ts';
import type { StepHook } from '../count-source.ts';
import type { QcResult } from '../qc/rules.ts';
import type { Dataset, HeldTokenSet, Vocabulary } from '../types.ts';
import { buildOwnVocabulary, tokensOfGenes, type HomologTable } from '../vocabulary/vocabulary.ts';
import { coverageReport } from './coverage.ts';
import { geneStatistics, type GeneStatistics } from './medians.ts';
import { importedMedians, ownMedians, type TokenMedians } from './token-medians.ts';
import { tokenise } from './tokenise.ts';

export interface TokenPlanOptions {
  /** Own vocabulary: fewest kept cells per gene, and homologs for a mouse dataset. */
  minCellsPerGene: number;
  homologs?: HomologTable;
  /** Vocabulary of an existing model instead of an own one, with its medians where they are known (NaN elsewhere). */
  vocabulary?: Vocabulary;
  medians?: Float64Array;
}

/** What has to be known before the first cell is encoded. */
export interface TokenPlan {
  vocabulary: Vocabulary;
  divisors: TokenMedians;
}

/** Vocabulary and divisors of a dataset, from the statistics of its genes. */
export function planTokens(
  dataset: Pick<Dataset, 'genes'>,
  statistics: GeneStatistics,
  options: TokenPlanOptions,
): TokenPlan {
  const vocabulary =
    options.vocabulary ??
    buildOwnVocabulary(dataset.genes, statistics.detections, options.minCellsPerGene, options.homologs);
  const tokenOfGene = tokensOfGenes(vocabulary, dataset.genes);
  const divisors = options.medians
    ? importedMedians(vocabulary, dataset.genes, tokenOfGene, statistics, options.medians)
    : ownMedians(vocabulary, tokenOfGene, statistics);
  return { vocabulary, divisors };
}

export interface PrepareOptions extends TokenPlanOptions {
  maxLength: number;
  /** Called with the part of the work and the cells done in it. */
  onStep?: (step: 'medians' | 'tokens', done: number, total: number) => void | Promise<void>;
}

export interface PreparedCells {
  vocabulary: Vocabulary;
  /** One per token. */
  medians: Float64Array;
  tokens: HeldTokenSet;
  coverage: CoverageReport;
  statistics: GeneStatistics;
}

/** From kept cells to a token set in memory: gene statistics, vocabulary, encoding, coverage. */
export async function prepareTokens(dataset: Dataset, qc: QcResult, options: PrepareOptions): Promise<PreparedCells> {
  const hook =
    (step: 'medians' | 'tokens'): StepHook =>
    (done, total) =>
      options.onStep?.(step, done, total);
  const statistics = await geneStatistics(dataset.counts, qc.keep, hook('medians'));
  const { vocabulary, divisors } = planTokens(dataset, statistics, options);
  const { medians } = divisors;
  const { maxLength } = options;
  const tokenised = await tokenise(dataset, qc.keep, { vocabulary, medians, maxLength, onCells: hook('tokens') });
  const { tokens } = tokenised;
  const lengths = Int32Array.from(tokens.cellIndex, (_, cell) => tokens.offsets[cell + 1] - tokens.offsets[cell]);
  const coverage = coverageReport(dataset, qc, vocabulary, { ...tokenised, lengths, maxLength }, divisors);
  return { vocabulary, medians, tokens, coverage, statistics };
}
