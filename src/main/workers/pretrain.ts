import { MODEL_PRESETS, ModelConfig } from '#shared/domain/model.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { PretrainConfig } from '#shared/domain/training.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { homologIndexOf } from '#genecompass/homologs.ts';
import { initialise } from '#genecompass/initialise.ts';
import { headsOf, type Model } from '#genecompass/model.ts';
import { pretrain } from '#genecompass/pretrain.ts';
import { readPretrainState, pretrainStateBlocks } from '#genecompass/training-state-io.ts';
import type { JobContext } from '#jobs/worker.ts';
import { loadModel, storeModel } from './model-store.ts';
import { runtimeFor } from './runtime-for.ts';
import { readTokens, type StoredTokens } from './tokens-store.ts';
import { openTraining, skippedNote } from './training-checkpoint.ts';

const STEP = STEPS.pretrain;

/** Masked pretraining of a preset on the project's own cells; 0 epochs keep the initial weights. */
export async function pretrainWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const { device: asked, ...config } = PretrainConfig.parse(input);
  const { artifacts } = context.project;
  const stored = readTokens(artifacts, config.tokens);
  const start = config.startFrom === undefined ? null : await startingModel(context, config.startFrom, stored);
  const model = start?.model ?? initialModel(config, stored);
  const training = await openTraining(context, {
    key: 'pretraining',
    read: (bytes) => readPretrainState(bytes, 'checkpoint of the pretraining'),
    write: pretrainStateBlocks,
    isPast: (point, state) => point.step <= state.training.step,
  });
  const { history, record, resume, isCheckpointDue, onCheckpoint, onSkip } = training;

  const { batchSize, precision } = config;
  const work = { mode: 'training', precision, size: { model: model.config, batchSize } } as const;
  const chosen = await runtimeFor(asked, work, context);
  const { runtime } = chosen;
  const result = await pretrain({
    model,
    cells: stored.tokens,
    options: config,
    runtime,
    signal: context.signal,
    resume,
    isCheckpointDue,
    onCheckpoint,
    onSkip,
    onStep: ({ step, totalSteps, loss, idLoss, valueLoss }) => {
      record('loss', step, loss);
      record('identity loss', step, idLoss);
      record('value loss', step, valueLoss);
      context.progress('Pretraining', step, totalSteps, 'steps');
    },
  });

  const nSteps = history.filter(({ series }) => series === 'loss').length;
  const validation = result.history.at(-1)?.validation ?? null;
  const manifest = storeModel(
    artifacts,
    {
      kind: 'model',
      title: start
        ? `${start.manifest.title}, trained further on ${stored.manifest.title}`
        : `GeneCompass ${config.preset}, pretrained on ${stored.manifest.title}`,
      step: STEP.command,
      stepVersion: STEP.version,
      config: { ...config },
      inputs: [...(start ? [start.manifest.id] : []), config.tokens as ArtifactId],
    },
    {
      stored: {
        model: result.model,
        classes: null,
        card: {
          origin: nSteps > 0 ? 'pretrained' : (start?.card.origin ?? 'initial'),
          nTrainingCells: stored.tokens.nCells,
          scores: validation ? { 'validation.loss': validation.loss } : {},
          notes: [...(start ? [`Trained further from ${start.manifest.title}.`] : []), ...skippedNote(result.nSkipped)],
        },
      },
      history,
    },
    {
      stage: 'pretrained',
      tokens: config.tokens,
      labels: null,
      labelColumn: null,
      device: chosen.device,
      nSteps,
      nSkipped: result.nSkipped,
      validation,
      baselines: result.baselines,
      startedFrom: start && { id: start.manifest.id, title: start.manifest.title },
    },
  );
  return [manifest.id];
}

/**
 * A stored model to train further, with its own prior tables: nothing computed from the cells at hand is mixed in.
 *
 * Throws: invalid-input when it has no heads for masked training; conflict on another vocabulary.
 */
async function startingModel(context: JobContext, id: string, stored: StoredTokens) {
  const start = await loadModel(context, id, stored);
  if (headsOf(start.model.parameters).kind === 'masked') return start;
  throw new WorkbenchError(
    'invalid-input',
    `${start.manifest.title}: it is no pretrained model, so masked training cannot go on from it; choose the model it was fine-tuned from.`,
  );
}

function initialModel(config: Omit<PretrainConfig, 'device'>, stored: StoredTokens): Model {
  const { vocabulary, prior, tokens } = stored;
  const preset = MODEL_PRESETS[config.preset];
  const modelConfig = ModelConfig.parse({
    ...preset,
    maxLength: Math.min(preset.maxLength, tokens.maxLength),
    vocabularySize: vocabulary.tokens.length,
    vocabularyHash: vocabulary.hash,
    priors: [{ name: 'co_exp', width: prior.width }],
  });
  return {
    config: modelConfig,
    parameters: initialise(modelConfig, { kind: 'masked' }, config.seed),
    priors: [{ name: 'co_exp', width: prior.width, table: prior.vectors }],
    homologIndex: homologIndexOf(modelConfig.vocabularySize, vocabulary.homologs),
  };
}
