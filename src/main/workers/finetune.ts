import { STEPS } from '#shared/domain/steps.ts';
import { ClassifierReport, FinetuneConfig } from '#shared/domain/training.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { compatCells, readsNote } from '#genecompass/compat-cells.ts';
import { finetune, predictClasses } from '#genecompass/finetune.ts';
import { readFinetuneState, finetuneStateBlocks } from '#genecompass/training-state-io.ts';
import type { JobContext } from '#jobs/worker.ts';
import { classifierBaselines } from '#singlecell/baselines/classifiers.ts';
import { confusionMatrix, scoreClassifier } from '#singlecell/baselines/metrics.ts';
import { splitCells } from '#singlecell/split.ts';
import { openStoredDataset } from './dataset-store.ts';
import { labelOrigin, labelsOf, stateLabels } from './labels.ts';
import { loadModel, storeModel } from './model-store.ts';
import { readTokens } from './tokens-store.ts';
import { runtimeFor } from './runtime-for.ts';
import { reportStep } from './step-hook.ts';
import { openTraining, skippedNote } from './training-checkpoint.ts';

const STEP = STEPS.finetune;
/** The curve by step; all others are by epoch. */
const LOSS = 'training loss';

/** Teaches a model the states of labelled cells and tests it beside three baselines on cells nobody has seen. */
export async function finetuneWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const { device: asked, ...config } = FinetuneConfig.parse(input);
  const { artifacts } = context.project;
  const stored = readTokens(artifacts, config.tokens);
  const dataset = openStoredDataset(artifacts, stored.dataset);
  const { model: start } = await loadModel(context, config.model, stored);
  const title = stored.dataset.title;

  const allCells = Int32Array.from({ length: dataset.counts.nCells }, (_, i) => i);
  const labels = stateLabels(
    context.project,
    { dataset, manifest: stored.dataset },
    config.labelColumn,
    config.labelSource,
  );
  const origin = labelOrigin(labels);
  const donors = config.donorColumn ? labelsOf(dataset, config.donorColumn, allCells, title).codes : undefined;
  const split = splitCells({
    labels: labels.codes,
    classNames: labels.categories,
    cells: stored.tokens.cellIndex,
    donors,
    testFraction: config.testFraction,
    validationFraction: config.validationFraction,
    seed: config.seed,
    labelColumn: labels.column,
  });
  for (const warning of split.warnings) context.log('warn', warning);

  const rowOf = new Int32Array(dataset.counts.nCells).fill(-1);
  stored.tokens.cellIndex.forEach((cell, row) => (rowOf[cell] = row));
  const rows = (cells: Int32Array) => Int32Array.from(cells, (cell) => rowOf[cell]);
  const training = await openTraining(context, {
    key: 'fine-tuning',
    read: (bytes) => readFinetuneState(bytes, 'checkpoint of the fine-tuning'),
    write: finetuneStateBlocks,
    isPast: ({ series, step }, state) => step <= (series === LOSS ? state.training.step : state.history.length),
  });
  const { history, record, resume, isCheckpointDue, onCheckpoint, onSkip } = training;

  const { batchSize, precision } = config;
  const work = { mode: 'training', precision, size: { model: start.config, batchSize } } as const;
  const chosen = await runtimeFor(asked, work, context);
  const { runtime } = chosen;
  const trained = await finetune({
    model: start,
    cells: stored.tokens,
    labels: Int32Array.from(stored.tokens.cellIndex, (cell) => split.labels[cell]),
    nClasses: split.classes.length,
    train: rows(split.train),
    validation: rows(split.validation),
    options: config,
    runtime,
    signal: context.signal,
    resume,
    isCheckpointDue,
    onCheckpoint,
    onSkip,
    onStep: ({ step, totalSteps, loss }) => {
      record(LOSS, step, loss);
      context.progress('Fine-tuning', step, totalSteps, 'steps');
    },
    onEpoch: ({ epoch, validation }) => {
      if (!validation) return;
      record('validation accuracy', epoch, validation.accuracy);
      record('validation macro-F1', epoch, validation.macroF1);
    },
  });

  context.progress('Testing', 0, split.test.length, 'cells');
  const probabilities = await predictClasses(
    trained.model,
    runtime,
    compatCells(stored.tokens, config.compat),
    rows(split.test),
  );
  const truth = Int32Array.from(split.test, (cell) => split.labels[cell]);
  const predicted = argMaxRows(probabilities, split.classes.length);
  const score = scoreClassifier('GeneCompass', truth, predicted, split.classes);
  const baselines = await classifierBaselines({
    dataset,
    labels: split.labels,
    classes: split.classes,
    train: Int32Array.from([...split.train, ...split.validation]).sort(),
    test: split.test,
    seed: config.seed,
    onMethod: (done, total) => reportStep(context, 'Baselines', done, total, 'methods'),
  });
  const report: ClassifierReport = {
    split: split.kind,
    nTrain: split.train.length,
    nValidation: split.validation.length,
    nTest: split.test.length,
    bestEpoch: trained.bestEpoch,
    labels: split.classes,
    model: score,
    baselines: baselines.map((baseline) => baseline.score),
    confusion: confusionMatrix(truth, predicted, split.classes.length),
    warnings: split.warnings,
  };
  const best = report.baselines.reduce((a, b) => (b.macroF1 > a.macroF1 ? b : a));
  const manifest = storeModel(
    artifacts,
    {
      kind: 'model',
      title: `Classifier of ${labels.column}`,
      step: STEP.command,
      stepVersion: STEP.version,
      config: { ...config, ...origin.config },
      inputs: [config.model as ArtifactId, config.tokens as ArtifactId, ...origin.inputs],
    },
    {
      stored: {
        model: trained.model,
        classes: split.classes,
        card: {
          origin: 'fine-tuned',
          nTrainingCells: split.train.length,
          scores: { 'test.accuracy': score.accuracy, 'test.macroF1': score.macroF1, 'baseline.macroF1': best.macroF1 },
          notes: [...split.warnings, ...readsNote(config.compat), ...skippedNote(trained.nSkipped)],
        },
      },
      history,
      report,
    },
    {
      stage: 'fine-tuned',
      tokens: config.tokens,
      labels: split.classes,
      labelColumn: labels.column,
      device: chosen.device,
      split: split.kind,
      accuracy: score.accuracy,
      macroF1: score.macroF1,
      bestBaseline: best.method,
      bestBaselineAccuracy: best.accuracy,
      bestBaselineMacroF1: best.macroF1,
      nTest: report.nTest,
      bestEpoch: report.bestEpoch,
      nSkipped: trained.nSkipped,
    },
  );
  return [manifest.id];
}

/** Column of the largest value of each row; the first of equals. */
function argMaxRows(values: Float32Array, nColumns: number): Int32Array {
  return Int32Array.from({ length: values.length / nColumns }, (_, row) => {
    let best = 0;
    for (let column = 1; column < nColumns; column++) {
      if (values[row * nColumns + column] > values[row * nColumns + best]) best = column;
    }
    return best;
  });
}
