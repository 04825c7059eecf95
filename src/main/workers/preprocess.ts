import { deserialize, serialize } from 'node:v8';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { SPECIES_CODE } from '#shared/domain/gene.ts';
import type { OrthologPolicy } from '#shared/domain/gene-report.ts';
import { type CoverageReport, PreprocessConfig } from '#shared/domain/preprocess.ts';
import type { QcRules } from '#shared/domain/qc-rules.ts';
import { STEPS, USE_MODEL } from '#shared/domain/steps.ts';
import type { JobContext } from '#jobs/worker.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { qualityWithScores } from '#project/stored/newest-quality.ts';
import { PRIOR_BLOBS, TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import type { PassRunner } from '#singlecell/passes/cell-pass.ts';
import { homologsUnder } from '#singlecell/genes/ortholog-policy.ts';
import { coExpressionPrior } from '#singlecell/priors/co-expression.ts';
import { cellMetrics } from '#singlecell/qc/metrics.ts';
import { applyQcRules, resolveQcRules } from '#singlecell/qc/rules.ts';
import { coverageReport } from '#singlecell/tokenize/coverage.ts';
import { type GeneStatistics, geneStatistics } from '#singlecell/tokenize/medians.ts';
import { planTokens, type TokenPlan } from '#singlecell/tokenize/prepare.ts';
import type { EncodePlan } from '#singlecell/tokenize/rank-encode.ts';
import { encodeCells, encodePlan } from '#singlecell/tokenize/tokenise.ts';
import type { Dataset, Vocabulary } from '#singlecell/types.ts';
import { openStoredDataset } from './dataset-store.ts';
import { labelsOf } from './labels.ts';
import { passRunner } from './passes/thread-pool.ts';
import { readDoubletScores } from './quality-store.ts';
import { requireRawCounts } from './raw-counts.ts';
import { coreGeneIds, geneResolver } from './resources.ts';
import { reportStep } from './step-hook.ts';
import { threadsFor } from './threads/threads-for.ts';
import { commitVocabulary, readMedians, readVocabulary } from './tokens-store.ts';
import { TokensWriter } from './tokens-writer.ts';

const STEP = STEPS.preprocess;
const ONE_TO_ONE: OrthologPolicy = PreprocessConfig.shape.orthologs.parse(undefined);

/** As it is stored: the policy only where it is not the published one. */
type StoredConfig = Omit<PreprocessConfig, 'orthologs'> & Partial<Pick<PreprocessConfig, 'orthologs'>>;

/** A crash costs at most the encoding of this many cells, some seconds. */
const SAVE_CELLS = 16_384;

/** Grows when a stopped job keeps its work in another form. */
const STATE_FORM = 2;

export interface PreprocessOptions {
  /** Threads that go over the cells; 1 = the calling one. The result does not depend on it. */
  nThreads?: number;
  saveCells?: number;
}

/** Quality mask, vocabulary, tokens and co-expression prior of a dataset: three artifacts, the tokens last. */
export function preprocessWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  return preprocess(context, PreprocessConfig.parse(input));
}

/** As the worker does it. A stopped or crashed job goes on after the cells it saved. */
export async function preprocess(
  context: JobContext,
  asked: PreprocessConfig,
  options: PreprocessOptions = {},
): Promise<ArtifactId[]> {
  const { artifacts } = context.project;
  const manifest = artifacts.get(asked.dataset);
  requireRawCounts(manifest);
  const rules = resolveQcRules(asked.profile, asked.rules);
  const quality = rules.maxDoubletScore === null ? null : qualityWithScores(artifacts, manifest, asked.quality);
  const { orthologs, ...others } = asked;
  const isMouse = manifest.summary.species === 'mouse';
  refuseForGiven(asked);
  const config = {
    ...others,
    // Said only where it changes something, so that what was prepared before keeps its id.
    ...(isMouse && orthologs !== ONE_TO_ONE ? { orthologs } : {}),
    ...(quality ? { quality: quality.id } : {}),
  };
  const dataset = openStoredDataset(artifacts, manifest);
  const { counts } = dataset;
  const nThreads = options.nThreads ?? threadsFor(counts.nCells);
  const runner = await passRunner(context.project, manifest, counts, nThreads);
  try {
    const { saveCells = SAVE_CELLS } = options;
    return await prepare(context, config, { manifest, rules, quality, dataset, runner, saveCells });
  } finally {
    await runner.close();
  }
}

/** A vocabulary that is there already says itself which genes share a token. Throws invalid-input. */
function refuseForGiven({ vocabulary, orthologs }: PreprocessConfig): void {
  if (vocabulary === 'own' || orthologs === ONE_TO_ONE) return;
  throw new WorkbenchError(
    'invalid-input',
    `Mouse genes: ${orthologs} is asked for with the vocabulary of a model, which has its own pairs of mouse and human genes; leave it out, or prepare the cells with an own vocabulary.`,
  );
}

interface Work {
  manifest: ArtifactManifest;
  rules: QcRules;
  /** Where doublet scores are, if a rule asks for them. */
  quality: ArtifactManifest | null;
  dataset: Dataset;
  runner: PassRunner;
  saveCells: number;
}

async function prepare(context: JobContext, config: StoredConfig, work: Work): Promise<ArtifactId[]> {
  const { manifest, rules, quality, dataset, runner } = work;
  const { artifacts } = context.project;
  const resolver = await geneResolver();
  const { nCells } = dataset.counts;
  const metrics = await kept(context, 'quality', async () => {
    await reportStep(context, 'Checking cells', 0, nCells, 'cells');
    return cellMetrics(dataset, {
      coreGeneIds: coreGeneIds(resolver, dataset.genes, dataset.species),
      onCells: (done, total) => reportStep(context, 'Checking cells', done, total, 'cells'),
      runner,
    });
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
  const statistics = await kept(context, 'statistics', async () => {
    await reportStep(context, 'Gene medians', 0, nCells, 'cells');
    return geneStatistics(runner, qc.keep, (done, total) => reportStep(context, 'Gene medians', done, total, 'cells'));
  });
  const policy = config.orthologs ?? ONE_TO_ONE;
  const plan = planTokens(dataset, statistics, {
    minCellsPerGene: config.minCellsPerGene,
    homologs: homologsUnder(policy, resolver, dataset.genes, statistics.detections, config.minCellsPerGene),
    ...(given ? { vocabulary: readVocabulary(artifacts, given), ...(medians ? { medians } : {}) } : {}),
  });
  const { vocabulary, divisors } = plan;
  const { maxLength } = config;
  const tokens = await encode(context, encodePlan(dataset, qc.keep, { vocabulary, maxLength, ...divisors }), work);
  const { lengths, sums } = tokens.encoded;
  const coverage: CoverageReport = {
    ...coverageReport(dataset, qc, vocabulary, { ...sums, lengths, maxLength }, divisors),
    ...(dataset.species === 'mouse' && !given ? { orthologs: policy } : {}),
  };
  for (const warning of coverage.warnings) context.log('warn', warning);

  await reportStep(context, 'Co-expression vectors', 0, null, 'cell reads');
  const prior = await coExpressionPrior(dataset, qc.keep, vocabulary, {
    dimensions: config.priorDimensions,
    onCells: (done, total) => reportStep(context, 'Co-expression vectors', done, total, 'cell reads'),
  });
  // Nothing is kept before all of it is computed: a job that fails leaves no vocabulary without its tokens.
  const scores = quality ? [quality.id] : [];
  const vocabularyId = given?.id ?? storeVocabulary(artifacts, vocabulary, config, [manifest.id, ...scores]);
  const priorId = storePrior(artifacts, prior, config, [manifest.id, vocabularyId, ...scores]);
  const inputs = [manifest.id, vocabularyId, priorId, ...scores];
  return [vocabularyId, priorId, storeTokens(artifacts, { plan, statistics, tokens, coverage }, config, inputs, work)];
}

async function encode(
  context: JobContext,
  plan: EncodePlan,
  { dataset, runner, saveCells }: Work,
): Promise<TokensWriter> {
  const { nCells } = dataset.counts;
  const tokens = await TokensWriter.open(context, {
    fingerprint: fingerprint(),
    nCells,
    nTokens: plan.medians.length,
    saveCells,
  });
  if (tokens.nextCell < nCells) await reportStep(context, 'Encoding cells', tokens.nextCell, nCells, 'cells');
  try {
    await encodeCells(
      runner,
      plan,
      async (encoded, done) => {
        await tokens.add(encoded, done);
        await reportStep(context, 'Encoding cells', done, nCells, 'cells');
      },
      tokens.nextCell,
    );
  } catch (thrown) {
    if (context.signal.aborted) await tokens.save();
    throw thrown;
  }
  await tokens.save();
  tokens.finish();
  return tokens;
}

/** Work of this version in the form in which it is now saved; what an earlier one saved is done again. */
function fingerprint(): string {
  return `${STEP.command} ${STEP.version} ${STATE_FORM}`;
}

/** What a stopped job computed is not computed again. */
async function kept<T>(context: JobContext, name: string, compute: () => Promise<T>): Promise<T> {
  const key = `${name} ${fingerprint()}`;
  const bytes = await context.shards.load(key);
  if (bytes) return deserialize(bytes) as T;
  const computed = await compute();
  await context.shards.save(key, serialize(computed));
  return computed;
}

function storeVocabulary(
  artifacts: ArtifactStore,
  vocabulary: Vocabulary,
  config: StoredConfig,
  inputs: ArtifactId[],
): ArtifactId {
  const draft = artifacts.draft({
    kind: 'vocabulary',
    title: `Vocabulary of ${vocabulary.tokens.length - 2} genes`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs,
  });
  return commitVocabulary(draft, vocabulary);
}

interface Prepared {
  plan: TokenPlan;
  statistics: GeneStatistics;
  tokens: TokensWriter;
  coverage: CoverageReport;
}

function storeTokens(
  artifacts: ArtifactStore,
  { plan, statistics, tokens, coverage }: Prepared,
  config: StoredConfig,
  inputs: ArtifactId[],
  { manifest, dataset }: Work,
): ArtifactId {
  const { cells, lengths } = tokens.encoded;
  const offsets = new Float64Array(cells.length + 1);
  lengths.forEach((length, cell) => (offsets[cell + 1] = offsets[cell] + length));
  const draft = artifacts.draft({
    kind: 'tokens',
    title: manifest.title,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs,
  });
  draft.blob(TOKENS_BLOBS.offsets, offsets);
  draft.blob(TOKENS_BLOBS.species, new Uint8Array(cells.length).fill(SPECIES_CODE[dataset.species]));
  draft.blob(TOKENS_BLOBS.cellIndex, cells);
  draft.blob(TOKENS_BLOBS.medians, Float32Array.from(plan.divisors.medians));
  draft.blob(TOKENS_BLOBS.detections, statistics.detections);
  tokens.giveTo(draft);
  const { maxLength } = config;
  return draft.commit({ ...coverage, maxLength, vocabularyHash: plan.vocabulary.hash }).id;
}

function storePrior(
  artifacts: ArtifactStore,
  prior: Awaited<ReturnType<typeof coExpressionPrior>>,
  config: StoredConfig,
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
