import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import type { StagesSummary } from '#shared/domain/screen-stages.ts';
import { STEPS } from '#shared/domain/steps.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { foldTables } from '#genecompass/architecture/folded.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { createGeneGradients } from '#genecompass/gene-gradients.ts';
import type { JobContext } from '#jobs/worker.ts';
import { screenToBlobs } from '#screen/blobs.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen } from '#screen/run.ts';
import type { Stages } from '#screen/types.ts';
import type { Dataset, ObsColumn } from '#singlecell/types.ts';
import { openStoredDataset } from './dataset-store.ts';
import { labelOrigin, stateLabels } from './labels.ts';
import { loadModel } from './model-store.ts';
import { describeGenes, geneResolver, resolveGeneId } from './resources.ts';
import { runtimeFor } from './runtime-for.ts';
import { readTokens } from './tokens-store.ts';

const STEP = STEPS.screen;
const STAGES = {
  states: 'Start and goal states',
  gradients: 'Foretelling effects',
  screen: 'Perturbing genes',
};

/** Perturbs every candidate gene in the start cells and keeps the shift of every cell towards every goal. */
export async function screenWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const { device: asked, ...config } = ScreenConfig.parse(input);
  const { artifacts } = context.project;
  const stored = readTokens(artifacts, config.tokens);
  const dataset = openStoredDataset(artifacts, stored.dataset);
  const { model, classes, manifest } = await loadModel(context, config.model, stored);
  const labels = stateLabels(
    context.project,
    { dataset, manifest: stored.dataset },
    config.labelColumn,
    config.labelSource ?? sourceOfModel(manifest, config.labelColumn),
  );
  const origin = labelOrigin(labels);
  const subgroups =
    config.subgroupColumn === undefined
      ? null
      : stateLabels(context.project, { dataset, manifest: stored.dataset }, config.subgroupColumn, undefined);
  const resolver = await geneResolver();
  const chosen = await runtimeFor(asked, { mode: 'inference', size: { model: model.config, batchSize: 1 } }, context);
  const { runtime } = chosen;
  const tables = await foldTables(model, runtime);
  const encoder = await createCellEncoder(model, runtime, classes, { tables });
  try {
    const plan = planScreen({
      config: { ...config, ...origin.config },
      tokens: stored.tokens,
      vocabulary: stored.vocabulary,
      labels: { name: labels.column, kind: 'categorical', ...labels },
      donors: config.donorColumn ? columnOf(dataset, config.donorColumn, stored.dataset.title) : null,
      subgroups: subgroups && { name: subgroups.column, kind: 'categorical', ...subgroups },
      genes: describeGenes(resolver, dataset.genes, dataset.species),
      detections: stored.detections,
      maxLength: encoder.maxLength,
      resolve: resolveGeneId(resolver, dataset.species),
    });
    for (const warning of plan.warnings) context.log('warn', warning);
    const result = await runScreen({
      plan,
      tokens: stored.tokens,
      encoder,
      modelId: manifest.id,
      signal: context.signal,
      store: context.shards,
      ...(config.computation !== 'exact'
        ? { gradients: (goals) => createGeneGradients(model, runtime, goals, tables) }
        : {}),
      onProgress: ({ stage, done, total, unit }) => context.progress(STAGES[stage], done, total, unit),
      onPartial: (partial) => context.partial({ ...partial }),
    });
    const draft = artifacts.draft({
      kind: 'screen',
      title: `${config.start} → ${config.goals.join(', ')}`,
      step: STEP.command,
      stepVersion: STEP.version,
      config: { ...config, ...origin.config },
      inputs: [
        config.model as ArtifactId,
        config.tokens as ArtifactId,
        ...origin.inputs,
        ...(subgroups?.source ? [subgroups.source.id] : []),
      ],
    });
    for (const { name, bytes } of screenToBlobs(result)) draft.blob(name, bytes);
    const nGenes = plan.genes.filter(({ isCandidate }) => isCandidate).length;
    return [
      draft.commit({
        device: chosen.device,
        nGenes,
        nNullGenes: plan.genes.filter(({ isNull }) => isNull).length,
        notRanked: plan.notRanked.length,
        nCells: plan.cells.length,
        nReplicates: plan.nReplicates,
        replicateUnit: plan.replicateUnit,
        nPasses: result.nPasses,
        ...(result.stages ? { stages: stagesSummary(result.stages) } : {}),
        readOuts: result.readOuts,
        warnings: plan.warnings,
      }).id,
    ];
  } finally {
    await encoder.dispose();
  }
}

/** What two stages did, without its lists of genes. */
function stagesSummary({ exact, adaptive, ...stages }: Stages): StagesSummary {
  return {
    ...stages,
    exact: exact.length,
    ...(adaptive ? { adaptive: adaptive.map(({ genes, ...stage }) => ({ ...stage, nGenes: genes.length })) } : {}),
  };
}

/** A classifier of computed states knows them by the names of one map or set of labels. */
function sourceOfModel({ summary, config }: ArtifactManifest, column: string): string | undefined {
  const isSame = column.startsWith('@') && summary.labelColumn === column;
  return isSame ? (config.labelSource as string | undefined) : undefined;
}

function columnOf(dataset: Dataset, name: string, title: string): ObsColumn {
  const column = dataset.obs.find((each) => each.name === name);
  if (column) return column;
  throw new WorkbenchError(
    'not-found',
    `${title}: it has no column "${name}"; it has ${dataset.obs.map((each) => each.name).join(', ') || 'none'}.`,
  );
}
