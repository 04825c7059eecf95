import { statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import type { PassModel } from '#genecompass/resources/pass-graphs.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { EngineCallInput } from '#jobs/engine-calls.ts';
import type { JobContext } from '#jobs/worker.ts';
import type { Project } from '#project/project.ts';
import { screenFromBlobs } from '#screen/blobs.ts';
import { type Estimated, type EstimatePlace, estimateRun } from '#screen/estimate/estimate.ts';
import { followUpStages, followUpWork } from '#screen/estimate/follow-up-work.ts';
import type { Pace } from '#screen/estimate/pace.ts';
import { foretells, screenStages, screenWork } from '#screen/estimate/screen-work.ts';
import { followUpSpace, screenSpace } from '#screen/estimate/space.ts';
import { planFollowUp } from '#screen/follow-up/plan.ts';
import type { FollowUpPlan } from '#screen/follow-up/types.ts';
import { availableReadOuts } from '#screen/run.ts';
import { encoderInput } from '#screen/state-embeddings.ts';
import { goalStates } from '#screen/states.ts';
import type { ScreenPlan } from '#screen/types.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { Device } from '#shared/domain/device.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { ModelConfig } from '#shared/domain/model.ts';
import type { RunEstimate } from '#shared/domain/run-estimate.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { ENGLISH_WORDS, estimateSentences, warningSentences } from '#shared/estimate/words.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { openStoredDataset } from './dataset-store.ts';
import { geneResolver, resolveGeneId } from './resources.ts';
import { type ChosenRuntime, keptChecks, runtimeFor } from './runtime-for.ts';
import { storedScreenPlan } from './screen-plan.ts';
import { readTokens } from './tokens-store.ts';

/** What a screen takes that is not started yet. */
export async function estimateScreen(
  { device, ...config }: EngineCallInput<'estimateScreen'>,
  { project }: CallContext,
): Promise<RunEstimate> {
  const open = required(project);
  const manifest = open.artifacts.get(config.model);
  const model = modelOf(manifest);
  const { plan, stored } = await storedScreenPlan(open, config, {
    model: manifest,
    maxLength: model.config.maxLength,
  });
  const place = await placeOf(open, await silentRuntime(device, model));
  return (await screenEstimate(plan, stored.tokens, { ...model, classes: classesOf(manifest) }, place)).estimate;
}

/** What a closer look takes that is not started yet. */
export async function estimateFollowUp(
  { device, ...config }: EngineCallInput<'estimateFollowUp'>,
  { project }: CallContext,
): Promise<RunEstimate> {
  const open = required(project);
  const { artifacts } = open;
  const screenConfig = ScreenConfig.parse(artifacts.get(config.screen).config);
  const manifest = artifacts.get(screenConfig.model);
  const model = modelOf(manifest);
  const stored = readTokens(artifacts, screenConfig.tokens, screenConfig);
  const { species } = openStoredDataset(artifacts, stored.dataset);
  const { plan: screen } = await screenFromBlobs((name) =>
    Promise.resolve(artifacts.read(config.screen as ArtifactId, name)),
  );
  const { tokens, vocabulary } = stored;
  const resolve = resolveGeneId(await geneResolver(), species);
  const plan = planFollowUp({ config, screen, tokens, vocabulary, resolve });
  const place = await placeOf(open, await silentRuntime(device, model));
  return (await followUpEstimate(plan, screen, tokens, { ...model, classes: classesOf(manifest) }, place)).estimate;
}

/** A model with the states that its classifier knows; null without one. */
interface EstimatedModel extends PassModel {
  readonly classes: readonly string[] | null;
}

/**
 * Tells in the log of a job what it takes. Answer: how far the job is by what was foretold of its stages; null where nothing could be.
 *
 * Note: an estimate that fails does not end the job.
 */
export async function tellEstimate(
  context: JobContext,
  chosen: ChosenRuntime,
  foretold: (place: EstimatePlace) => Promise<Estimated>,
): Promise<Pace | null> {
  try {
    const { estimate, pace } = await foretold(await placeOf(context.project, chosen));
    context.log('info', `Estimate: ${estimateSentences(estimate, ENGLISH_WORDS).join(' ')}`);
    for (const warning of warningSentences(estimate, ENGLISH_WORDS)) context.log('warn', warning);
    return pace;
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    context.log('info', 'Estimate: time, memory and disk cannot be told.');
    return null;
  }
}

export async function screenEstimate(
  plan: ScreenPlan,
  tokens: TokenSet,
  model: EstimatedModel,
  place: EstimatePlace,
): Promise<Estimated> {
  const { readOuts } = availableReadOuts(plan, model);
  const work = screenWork(plan, tokens, model, readOuts.length > 1 ? goalStates(plan).length : 0);
  return estimateRun(
    {
      ...work,
      model,
      nGenes: plan.genes.length,
      nCells: plan.cells.length,
      most: foretells(plan) ? work.most : null,
      space: screenSpace(plan, tokens, readOuts, work),
      stages: screenStages(plan, work),
    },
    place,
  );
}

export async function followUpEstimate(
  plan: FollowUpPlan,
  screen: ScreenPlan,
  tokens: TokenSet,
  model: EstimatedModel,
  place: EstimatePlace,
): Promise<Estimated> {
  const { readOuts } = availableReadOuts(screen, model);
  const inputs = screen.cells.map((cell) => encoderInput(tokens, cell, screen.maxLength));
  const work = followUpWork(plan, screen, inputs, model);
  const { width } = model.config;
  return estimateRun(
    {
      model,
      nGenes: plan.genes.length,
      nCells: screen.cells.length,
      before: [],
      least: work,
      likely: work,
      most: null,
      stages: followUpStages(work),
      space: followUpSpace(plan, screen, inputs, readOuts, { tokens, nPasses: work.nPasses, width }),
    },
    place,
  );
}

function required(project: Project | null): Project {
  if (!project) throw new WorkbenchError('internal', 'Estimate: its project is not open in the engine.');
  return project;
}

function modelOf(manifest: ArtifactManifest): PassModel {
  return { config: ModelConfig.parse(manifest.summary.model), nClasses: classesOf(manifest)?.length ?? 0 };
}

function classesOf({ summary }: ArtifactManifest): readonly string[] | null {
  return summary.stage === 'fine-tuned' ? (summary.labels as string[]) : null;
}

function silentRuntime(device: Device, { config }: PassModel): Promise<ChosenRuntime> {
  return runtimeFor(device, { mode: 'inference', size: { model: config, batchSize: 1 } });
}

async function placeOf(project: Project, { device, runtime }: ChosenRuntime): Promise<EstimatePlace> {
  const check = (await keptChecks())?.find(({ name }) => name === device);
  return {
    device,
    runtime,
    speed: check?.speed ?? null,
    deviceMemoryBytes: check?.memoryBytes ?? null,
    totalMemoryBytes: totalmem(),
    // What this process holds already is its own.
    freeMemoryBytes: process.availableMemory() + process.memoryUsage.rss(),
    freeDiskBytes: await freeDisk(path.dirname(project.path)),
  };
}

/** Null where the system does not tell. */
async function freeDisk(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
