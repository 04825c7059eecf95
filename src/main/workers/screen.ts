import { ScreenConfig } from '#shared/domain/screen.ts';
import type { StagesSummary } from '#shared/domain/screen-stages.ts';
import { STEPS } from '#shared/domain/steps.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { fateTitle } from '#shared/util/fate-title.ts';
import { foldTables } from '#genecompass/architecture/folded.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { createGeneGradients } from '#genecompass/gene-gradients.ts';
import type { JobContext } from '#jobs/worker.ts';
import { screenToBlobs } from '#screen/blobs.ts';
import { runScreen } from '#screen/run.ts';
import type { Stages } from '#screen/types.ts';
import { screenEstimate, tellEstimate } from './estimate.ts';
import { loadModel } from './model-store.ts';
import { runtimeFor } from './runtime-for.ts';
import { storedScreenPlan } from './screen-plan.ts';
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
  const { model, classes, manifest } = await loadModel(context, config.model, readTokens(artifacts, config.tokens));
  const { stored, plan, origin, subgroups } = await storedScreenPlan(context.project, config, {
    model: manifest,
    maxLength: model.config.maxLength,
  });
  for (const warning of plan.warnings) context.log('warn', warning);
  const chosen = await runtimeFor(asked, { mode: 'inference', size: { model: model.config, batchSize: 1 } }, context);
  const { runtime } = chosen;
  const tables = await foldTables(model, runtime);
  const encoder = await createCellEncoder(model, runtime, classes, { tables });
  try {
    const pace = await tellEstimate(context, chosen, (place) =>
      screenEstimate(plan, stored.tokens, { config: model.config, nClasses: classes?.length ?? 0, classes }, place),
    );
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
      onProgress: ({ stage, done, total, unit }) =>
        context.progress(STAGES[stage], done, total, unit, pace?.at(stage, done, total)),
      onPartial: (partial) => context.partial({ ...partial }),
    });
    const draft = artifacts.draft({
      kind: 'screen',
      title: fateTitle(config.start, config.goals),
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
