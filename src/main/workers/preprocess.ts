import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import { STEPS, USE_MODEL } from '#shared/domain/steps.ts';
import type { JobContext } from '#jobs/worker.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { qualityWithScores } from '#project/stored/newest-quality.ts';
import { PRIOR_BLOBS, TOKENS_BLOBS, VOCABULARY_BLOBS } from '#project/stored/tokens-blobs.ts';
import { coExpressionPrior } from '#singlecell/priors/co-expression.ts';
import { cellMetrics } from '#singlecell/qc/metrics.ts';
import { applyQcRules, resolveQcRules } from '#singlecell/qc/rules.ts';
import { prepareTokens, type PreparedCells } from '#singlecell/tokenize/prepare.ts';
import { openStoredDataset } from './dataset-store.ts';
import { labelsOf } from './labels.ts';
import { readDoubletScores } from './quality-store.ts';
import { readMedians, readVocabulary } from './tokens-store.ts';
import { coreGeneIds, geneResolver } from './resources.ts';
import { reportStep } from './step-hook.ts';

const STEP = STEPS.preprocess;

/** Quality mask, vocabulary, tokens and co-expression prior of a dataset: three artifacts, the tokens last. */
export async function preprocessWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const asked = PreprocessConfig.parse(input);
  const { artifacts } = context.project;
  const manifest = artifacts.get(asked.dataset);
  const rules = resolveQcRules(asked.profile, asked.rules);
  const quality = rules.maxDoubletScore === null ? null : qualityWithScores(artifacts, manifest, asked.quality);
  const config = { ...asked, ...(quality ? { quality: quality.id } : {}) };
  const dataset = openStoredDataset(artifacts, manifest);
  const resolver = await geneResolver();

  const metrics = await cellMetrics(dataset, {
    coreGeneIds: coreGeneIds(resolver, dataset.genes, dataset.species),
    onCells: (done, total) => reportStep(context, 'Checking cells', done, total, 'cells'),
  });
  const allCells = Int32Array.from({ length: dataset.counts.nCells }, (_, i) => i);
  const samples = config.sampleColumn
    ? labelsOf(dataset, config.sampleColumn, allCells, manifest.title).codes
    : undefined;
  if (quality) metrics.doubletScore = readDoubletScores(artifacts, quality.id);
  const qc = applyQcRules(metrics, rules, samples);

  const given = config.vocabulary === 'own' ? undefined : artifacts.get(config.vocabulary);
  const medians = given && readMedians(artifacts, given);
  if (given?.step === USE_MODEL.command && !medians) {
    context.log(
      'warn',
      `${given.title}: no gene medians came with the imported model, so those of your own cells are used; its numbers differ from the published ones.`,
    );
  }
  const prepared = await prepareTokens(dataset, qc, {
    maxLength: config.maxLength,
    minCellsPerGene: config.minCellsPerGene,
    homologs: resolver.orthologs.homologs(),
    ...(given ? { vocabulary: readVocabulary(artifacts, given), ...(medians ? { medians } : {}) } : {}),
    onStep: (step, done, total) =>
      reportStep(context, step === 'medians' ? 'Gene medians' : 'Encoding cells', done, total, 'cells'),
  });
  for (const warning of prepared.coverage.warnings) context.log('warn', warning);

  const prior = await coExpressionPrior(dataset, qc.keep, prepared.vocabulary, {
    dimensions: config.priorDimensions,
    onCells: (done, total) => reportStep(context, 'Co-expression vectors', done, total, 'cell reads'),
  });
  // Nothing is kept before all of it is computed: a job that fails leaves no vocabulary without its tokens.
  const scores = quality ? [quality.id] : [];
  const vocabularyId = given?.id ?? storeVocabulary(artifacts, prepared, config, [manifest.id, ...scores]);
  const priorId = storePrior(artifacts, prior, config, [manifest.id, vocabularyId, ...scores]);
  return [
    vocabularyId,
    priorId,
    storeTokens(artifacts, prepared, config, [manifest.id, vocabularyId, priorId, ...scores], manifest.title),
  ];
}

function storeVocabulary(
  artifacts: ArtifactStore,
  prepared: PreparedCells,
  config: PreprocessConfig,
  inputs: ArtifactId[],
): ArtifactId {
  const { vocabulary } = prepared;
  const draft = artifacts.draft({
    kind: 'vocabulary',
    title: `Vocabulary of ${vocabulary.tokens.length - 2} genes`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs,
  });
  draft.blob(VOCABULARY_BLOBS.tokens, vocabulary.tokens);
  draft.blob(VOCABULARY_BLOBS.homologs, [...vocabulary.homologs]);
  return draft.commit({
    vocabularyId: vocabulary.id,
    hash: vocabulary.hash,
    nGenes: vocabulary.tokens.length - 2,
    nHomologs: vocabulary.homologs.size,
  }).id;
}

function storeTokens(
  artifacts: ArtifactStore,
  prepared: PreparedCells,
  config: PreprocessConfig,
  inputs: ArtifactId[],
  title: string,
): ArtifactId {
  const { tokens, medians, coverage, vocabulary, statistics } = prepared;
  const draft = artifacts.draft({
    kind: 'tokens',
    title,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs,
  });
  draft.blob(TOKENS_BLOBS.offsets, tokens.offsets);
  draft.blob(TOKENS_BLOBS.tokenIds, tokens.tokenIds);
  draft.blob(TOKENS_BLOBS.values, tokens.values);
  draft.blob(TOKENS_BLOBS.species, tokens.species);
  draft.blob(TOKENS_BLOBS.cellIndex, tokens.cellIndex);
  draft.blob(TOKENS_BLOBS.medians, Float32Array.from(medians));
  draft.blob(TOKENS_BLOBS.detections, Int32Array.from(statistics.detections));
  return draft.commit({ ...coverage, maxLength: tokens.maxLength, vocabularyHash: vocabulary.hash }).id;
}

function storePrior(
  artifacts: ArtifactStore,
  prior: Awaited<ReturnType<typeof coExpressionPrior>>,
  config: PreprocessConfig,
  inputs: ArtifactId[],
): ArtifactId {
  const draft = artifacts.draft({
    kind: 'prior',
    title: `Co-expression of own cells, ${prior.dimensions} dimensions`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs,
  });
  draft.blob(PRIOR_BLOBS.vectors, prior.table);
  return draft.commit({ dimensions: prior.dimensions, nCells: prior.nCells, nTokens: prior.nTokens }).id;
}
