import { FollowUpConfig, FollowUpPart, type FollowUpResult } from '#shared/domain/follow-up.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { createGeneStates } from '#genecompass/gene-states.ts';
import type { JobContext } from '#jobs/worker.ts';
import { FOLLOW_UP_BLOBS } from '#project/stored/result-blobs.ts';
import { screenFromBlobs } from '#screen/blobs.ts';
import { combinationResults } from '#screen/follow-up/combination-results.ts';
import { doseResults } from '#screen/follow-up/dose-results.ts';
import { Estimates } from '#screen/follow-up/estimates.ts';
import type { Pace } from '#screen/estimate/pace.ts';
import { planFollowUp } from '#screen/follow-up/plan.ts';
import { responseResults } from '#screen/follow-up/response-results.ts';
import { runEffects, runResponses } from '#screen/follow-up/run.ts';
import type { FollowedScreen } from '#screen/follow-up/types.ts';
import { loadGeneFacts } from '#singlecell/genes/facts/gene-facts.ts';
import { openStoredDataset } from './dataset-store.ts';
import { followUpEstimate, tellEstimate } from './estimate.ts';
import { loadModel } from './model-store.ts';
import { geneResolver, resolveGeneId, resourcesFolder } from './resources.ts';
import { runtimeFor } from './runtime-for.ts';
import { reportStep } from './step-hook.ts';
import { readTokens } from './tokens-store.ts';

const STEP = STEPS['follow-up'];
const STAGES = { effects: 'Doses and combinations', responses: 'Responding genes' };

/** Looks closely at chosen genes of a screen: doses, combinations and responding genes, all by exact passes. */
export async function followUpWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const { device: asked, ...config } = FollowUpConfig.parse(input);
  const { artifacts } = context.project;
  const manifest = artifacts.get(config.screen);
  const screenConfig = ScreenConfig.parse(manifest.config);
  const screen = await readScreen(context, config.screen);
  const stored = readTokens(artifacts, screenConfig.tokens, screenConfig);
  const dataset = openStoredDataset(artifacts, stored.dataset);
  const resolver = await geneResolver();
  const { tokens, vocabulary } = stored;
  const plan = planFollowUp({
    config,
    screen: screen.plan,
    tokens,
    vocabulary,
    resolve: resolveGeneId(resolver, dataset.species),
  });
  for (const warning of plan.warnings) context.log('warn', warning);

  const { model, classes, manifest: modelManifest } = await loadModel(context, screenConfig.model, stored);
  const chosen = await runtimeFor(asked, { mode: 'inference', size: { model: model.config, batchSize: 1 } }, context);
  const encoder = await createCellEncoder(model, chosen.runtime, classes);
  let pace: Pace | null = null;
  const options = {
    plan,
    screen,
    tokens,
    encoder,
    geneStates: () => createGeneStates(model, chosen.runtime),
    modelId: modelManifest.id,
    signal: context.signal,
    store: context.shards,
    onProgress: ({ stage, done, total }: { stage: keyof typeof STAGES; done: number; total: number }) =>
      context.progress(STAGES[stage], done, total, 'perturbed cells', pace?.at(stage, done, total)),
  };
  try {
    pace = await tellEstimate(context, chosen, (place) =>
      followUpEstimate(
        plan,
        screen.plan,
        tokens,
        { config: model.config, nClasses: classes?.length ?? 0, classes },
        place,
      ),
    );
    const effects = await runEffects(options);
    const sums = await runResponses(options);
    const estimates = new Estimates(effects, screen);
    const symbols = new Map(dataset.genes.map(({ id, symbol }) => [id, symbol]));
    const symbolOf = (id: string) => symbols.get(id) ?? id;
    const { regulons } = await loadGeneFacts(resourcesFolder(), resolver, dataset.species);
    const series = await doseResults(plan, estimates, {
      seed: screen.plan.config.seed,
      onSeries: (done, total) => reportStep(context, 'Dose responses', done, total, 'curves'),
    });
    const combinations = combinationResults(plan, estimates);
    const responses = responseResults({
      plan,
      sums,
      vocabulary,
      symbolOf,
      knownTargets: (id) => new Set((regulons.get(id) ?? []).map(({ geneId }) => geneId)),
    });
    const parts = { doses: series, combinations, responses };
    const result: FollowUpResult = {
      start: screenConfig.start,
      goals: [...estimates.goals],
      readOut: screen.plan.config.readOut,
      nCells: estimates.nCells,
      nReplicates: estimates.nReplicates,
      replicateUnit: screen.plan.replicateUnit,
      genes: plan.genes.map(({ geneId, symbol, detections }) => ({ geneId, symbol, detections })),
      notFound: plan.notFound,
      notTold: FollowUpPart.options.flatMap((part) => parts[part].notTold.map((one) => ({ part, ...one }))),
      series: series.told,
      combinations: combinations.told,
      responses: responses.told,
      warnings: plan.warnings,
    };
    const draft = artifacts.draft({
      kind: 'follow-up',
      title: `${plan.genes.map(({ symbol }) => symbol).join(', ')}: ${manifest.title}`,
      step: STEP.command,
      stepVersion: STEP.version,
      config: { ...config },
      inputs: [config.screen as ArtifactId],
    });
    draft.blob(FOLLOW_UP_BLOBS.result, result);
    draft.blob(FOLLOW_UP_BLOBS.plan, plan);
    draft.blob(FOLLOW_UP_BLOBS.effects, effects.effects);
    draft.blob(FOLLOW_UP_BLOBS.acts, effects.acts);
    return [
      draft.commit({
        device: chosen.device,
        genes: plan.genes.map(({ symbol }) => symbol),
        nCells: result.nCells,
        nReplicates: result.nReplicates,
        replicateUnit: result.replicateUnit,
        nPasses: effects.nPasses + sums.nPasses,
        nMonotone: result.series.filter(({ word }) => word === 'monotone').length,
        nSynergies: result.combinations.filter(({ word }) => word === 'synergy').length,
        warnings: plan.warnings,
      }).id,
    ];
  } finally {
    await encoder.dispose();
  }
}

async function readScreen({ project }: JobContext, id: string): Promise<FollowedScreen> {
  const { plan, centroids } = await screenFromBlobs((name) =>
    Promise.resolve(project.artifacts.read(id as ArtifactId, name)),
  );
  return { plan, centroids };
}
