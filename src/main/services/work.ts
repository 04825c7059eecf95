import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { ModelInfo, RankingInfo, ScreenInfo, TokensInfo } from '#shared/contract/work.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { jobOfRef } from '#shared/domain/job-ref.ts';
import type { CoverageReport, PreprocessConfig } from '#shared/domain/preprocess.ts';
import { resolveQcRules } from '#shared/domain/qc-profiles.ts';
import type { RankedGene, RankingReport } from '#shared/domain/ranking.ts';
import type { ClassifierReport } from '#shared/domain/training.ts';
import { MAP_CLUSTERS } from '#shared/domain/classical.ts';
import { fateTitle } from '#shared/util/fate-title.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { qualityWithScores } from '#project/stored/newest-quality.ts';
import { StoredGroupEffects } from '#project/stored/group-effects.ts';
import { MODEL_BLOBS, RANKING_BLOBS } from '#project/stored/result-blobs.ts';
import { calibrationHandlers } from './calibration.ts';
import type { ServiceDeps } from './deps.ts';
import { groupFile } from './group-effects.ts';
import { libraryHandlers } from './library.ts';
import { exportEmbeddings } from './export-embeddings.ts';
import { modelSource } from './model-source.ts';
import { shortlistHandlers } from './shortlist.ts';
import { workStream } from './work-stream.ts';

/** Tokens of the project. */
export function preprocessService({ workspace }: ServiceDeps) {
  const os = implement(contract.preprocess);
  /** Told now rather than when the job's turn comes. */
  const refuseMissingScores = ({ profile, rules, quality }: PreprocessConfig, dataset: string) => {
    const { artifacts } = workspace.require().project;
    const isAsked = resolveQcRules(profile, rules).maxDoubletScore !== null;
    if (isAsked && quality === undefined) qualityWithScores(artifacts, artifacts.get(dataset));
  };
  return os.router({
    run: os.run.handler(({ input }) => {
      const dataset = workspace.input('dataset', input.dataset);
      const vocabulary = input.vocabulary === 'own' ? 'own' : workspace.artifact('vocabulary', input.vocabulary).id;
      const quality = input.quality === undefined ? {} : { quality: workspace.input('quality', input.quality).id };
      if (!jobOfRef(dataset.id)) refuseMissingScores(input, dataset.id);
      return workspace.start('preprocess', `Prepare ${dataset.title}`, {
        ...input,
        ...quality,
        dataset: dataset.id,
        vocabulary,
      });
    }),
    list: os.list.handler(() => workspace.require().project.artifacts.list({ kind: 'tokens' }).map(tokensInfo)),
  });
}

/** Models of the project. */
export function modelService(deps: ServiceDeps) {
  const { workspace } = deps;
  const os = implement(contract.model);
  return os.router({
    ...libraryHandlers(deps),
    pretrain: os.pretrain.handler(({ input }) => {
      const tokens = workspace.input('tokens', input.tokens);
      const start = input.startFrom === undefined ? null : workspace.input('model', input.startFrom);
      return workspace.start('pretrain', `Pretrain${start ? ` ${start.title}` : ''} on ${tokens.title}`, {
        ...input,
        tokens: tokens.id,
        ...(start ? { startFrom: start.id } : {}),
      });
    }),
    list: os.list.handler(() => workspace.require().project.artifacts.list({ kind: 'model' }).map(modelInfo)),
    history: os.history.handler(({ input }) => {
      const model = workspace.artifact('model', input.model);
      return workspace
        .require()
        .project.artifacts.readJson<{ series: string; step: number; value: number }[]>(model.id, MODEL_BLOBS.history);
    }),
    embed: os.embed.handler(({ input }) => {
      const model = workspace.input('model', input.model);
      const tokens = workspace.input('tokens', input.tokens);
      return workspace.start('embed', `Embed ${tokens.title}`, { ...input, model: model.id, tokens: tokens.id });
    }),
    exportEmbeddings: os.exportEmbeddings.handler(({ input }) => exportEmbeddings(workspace, input)),
    forward: os.forward.handler(({ input: { model, checkpoint, ...request }, signal }) => {
      const source = modelSource(deps, { model, checkpoint });
      const project = source.stored && workspace.require().project;
      return workStream(
        (options) => deps.engine.call('forward', { ...request, ...source }, { ...options, project }),
        signal,
      );
    }),
    publishedPerturbation: os.publishedPerturbation.handler(({ input: { model, checkpoint, ...request }, signal }) => {
      const source = modelSource(deps, { model, checkpoint });
      const project = source.stored && workspace.require().project;
      return workStream(
        (options) => deps.engine.call('publishedPerturbation', { ...request, ...source }, { ...options, project }),
        signal,
      );
    }),
  });
}

/** Fine-tuning and its report. */
export function trainingService({ workspace }: ServiceDeps) {
  const os = implement(contract.training);
  return os.router({
    finetune: os.finetune.handler(({ input }) => {
      const model = workspace.input('model', input.model);
      const tokens = workspace.input('tokens', input.tokens);
      return workspace.start('finetune', `Fine-tune on ${input.labelColumn}`, {
        ...input,
        ...labelSourceId(workspace, input),
        model: model.id,
        tokens: tokens.id,
      });
    }),
    report: os.report.handler(({ input }) => {
      const model = workspace.artifact('model', input.model);
      if (model.summary.stage !== 'fine-tuned') {
        throw new WorkbenchError(
          'not-found',
          `${model.title}: it is not fine-tuned, so it has no report; fine-tune it first.`,
        );
      }
      if (model.summary.imported) {
        throw new WorkbenchError(
          'not-found',
          `${model.title}: it was fine-tuned elsewhere and came without a report; fine-tune a model on your own cells to have one.`,
        );
      }
      return workspace.require().project.artifacts.readJson<ClassifierReport>(model.id, MODEL_BLOBS.report);
    }),
  });
}

/** In-silico screens. */
export function screenService({ workspace, engine }: ServiceDeps) {
  const os = implement(contract.screen);
  return os.router({
    run: os.run.handler(({ input }) => {
      const model = workspace.input('model', input.model);
      const tokens = workspace.input('tokens', input.tokens);
      return workspace.start('screen', `Screen ${fateTitle(input.start, input.goals)}`, {
        ...input,
        ...labelSourceId(workspace, input),
        model: model.id,
        tokens: tokens.id,
      });
    }),
    estimate: os.estimate.handler(({ input, signal }) => {
      const { project } = workspace.require();
      const ids = {
        ...labelSourceId(workspace, input),
        model: workspace.artifact('model', input.model).id,
        tokens: workspace.artifact('tokens', input.tokens).id,
      };
      return engine.call('estimateScreen', { ...input, ...ids }, { project, signal });
    }),
    list: os.list.handler(() => workspace.require().project.artifacts.list({ kind: 'screen' }).map(screenInfo)),
  });
}

/** Rankings and their exports. */
export function rankingService(deps: ServiceDeps) {
  const { workspace, engine } = deps;
  const os = implement(contract.ranking);
  const artifacts = () => workspace.require().project.artifacts;
  return os.router({
    ...shortlistHandlers(deps),
    ...calibrationHandlers(deps),
    run: os.run.handler(({ input }) => {
      const screen = workspace.input('screen', input.screen);
      return workspace.start('ranking', `Rank for ${input.goal}`, { ...input, screen: screen.id });
    }),
    list: os.list.handler(() =>
      artifacts()
        .list({ kind: 'ranking' })
        .map((manifest) => rankingInfo(manifest, artifacts().readJson(manifest.id, RANKING_BLOBS.report))),
    ),
    rows: os.rows.handler(({ input }) => {
      const { id } = workspace.artifact('ranking', input.ranking);
      return {
        report: artifacts().readJson<RankingReport>(id, RANKING_BLOBS.report),
        genes: artifacts().readJson<RankedGene[]>(id, RANKING_BLOBS.genes),
      };
    }),
    groupEffects: os.groupEffects.handler(({ input }) =>
      new StoredGroupEffects(artifacts(), workspace.artifact('ranking', input.ranking)).of(input.geneId),
    ),
    exportGroups: os.exportGroups.handler(({ input: { ranking, format } }) => {
      const manifest = workspace.artifact('ranking', ranking);
      const genes = artifacts().readJson<RankedGene[]>(manifest.id, RANKING_BLOBS.genes);
      workspace.require().project.audit.append({ what: `groups exported as ${format}`, details: { id: manifest.id } });
      const groups = new StoredGroupEffects(artifacts(), manifest);
      return { encoding: 'utf8' as const, ...groupFile(manifest.id, groups, genes, format) };
    }),
    export: os.export.handler(async ({ input, signal }) => {
      const { id } = workspace.artifact('ranking', input.ranking);
      const { project } = workspace.require();
      const file = await engine.call('exportRanking', { ...input, ranking: id }, { project, signal });
      project.audit.append({ what: `ranking exported as ${input.format}`, details: { id } });
      return file;
    }),
  });
}

/** The map or the labels by the beginning of their id. */
function labelSourceId(
  workspace: ServiceDeps['workspace'],
  { labelColumn, labelSource }: { labelColumn: string; labelSource?: string },
): { labelSource?: string } {
  if (labelSource === undefined) return {};
  const kind = labelColumn.replace('@', '') === MAP_CLUSTERS.slice(1) ? 'layout' : 'labels';
  return { labelSource: workspace.artifact(kind, labelSource).id };
}

function tokensInfo(manifest: ArtifactManifest): TokensInfo {
  const summary = manifest.summary as unknown as CoverageReport & { vocabularyHash: string; maxLength: number };
  const [dataset, vocabulary] = manifest.inputs;
  return {
    id: manifest.id,
    title: manifest.title,
    dataset,
    vocabulary,
    vocabularyHash: summary.vocabularyHash,
    nCells: summary.nCellsKept,
    maxLength: summary.maxLength,
    coverage: summary,
    createdAt: manifest.createdAt,
  };
}

function modelInfo(manifest: ArtifactManifest): ModelInfo {
  const summary = manifest.summary as unknown as Pick<
    ModelInfo,
    'stage' | 'nParameters' | 'labels' | 'labelColumn' | 'tokens' | 'imported'
  > & { model: ModelConfig };
  return {
    id: manifest.id,
    title: manifest.title,
    stage: summary.stage,
    config: summary.model,
    nParameters: summary.nParameters,
    labels: summary.labels,
    labelColumn: summary.labelColumn,
    tokens: summary.tokens,
    ...(summary.imported ? { imported: summary.imported } : {}),
    createdAt: manifest.createdAt,
  };
}

function screenInfo(manifest: ArtifactManifest): ScreenInfo {
  const summary = manifest.summary as unknown as { nGenes: number; nCells: number; stages?: ScreenInfo['stages'] };
  const config = manifest.config as { start: string; goals: string[]; operators: string[] };
  return {
    id: manifest.id,
    title: manifest.title,
    start: config.start,
    goals: config.goals,
    operators: config.operators,
    nGenes: summary.nGenes,
    nCells: summary.nCells,
    stages: summary.stages ?? null,
    config: manifest.config,
    createdAt: manifest.createdAt,
  };
}

function rankingInfo(manifest: ArtifactManifest, report: RankingReport): RankingInfo {
  return { id: manifest.id, title: manifest.title, screen: manifest.inputs[0], report, createdAt: manifest.createdAt };
}
