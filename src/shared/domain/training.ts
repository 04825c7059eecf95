import { z } from 'zod';
import { Compat } from './compat.ts';
import { deviceField } from './device.ts';
import { field } from './field.ts';
import { LORA_OFF, LoraConfig } from './lora.ts';
import { ModelPreset } from './model.ts';

export const LearningSchedule = z.enum(['linear', 'cosine', 'constant']);
export type LearningSchedule = z.infer<typeof LearningSchedule>;

const optimiserFields = {
  device: deviceField,
  learningRate: field(z.number().positive().max(1).default(5e-4), {
    title: 'Learning rate',
    help: 'Size of each correction. Too high and the loss jumps, too low and training takes longer.',
    advanced: true,
  }),
  weightDecay: field(z.number().min(0).max(1).default(0.01), {
    title: 'Weight decay',
    help: 'Pull of all weights towards zero.',
    advanced: true,
  }),
  warmUpFraction: field(z.number().min(0).max(0.9).default(0.1), {
    title: 'Warm-up',
    help: 'Share of the steps in which the learning rate rises from zero.',
    advanced: true,
  }),
  warmUpSteps: field(z.number().int().min(0).optional(), {
    title: 'Warm-up steps',
    help: 'Number of steps in which the learning rate rises from zero, instead of a share. The published model took 10,000.',
    unit: 'steps',
    advanced: true,
  }),
  schedule: field(LearningSchedule.default('linear'), {
    title: 'Schedule',
    help: 'How the learning rate falls after the warm-up: in a line to zero, as half a cosine to zero, or not at all.',
    advanced: true,
  }),
  batchSize: field(z.number().int().min(1).max(512).default(16), {
    title: 'Batch size',
    help: 'Cells computed together; with one batch per correction, cells per correction.',
    unit: 'cells',
    advanced: true,
  }),
  accumulateBatches: field(z.number().int().min(1).max(1024).default(1), {
    title: 'Batches per correction',
    help: 'Corrections of several batches together: a large batch in the memory of a small one.',
    unit: 'batches',
    advanced: true,
  }),
  clipNorm: field(z.number().positive().default(1), {
    title: 'Gradient clipping',
    help: 'Longest gradient that is applied as it is.',
    advanced: true,
  }),
  freezeLayers: field(z.number().int().min(0).max(24).default(0), {
    title: 'Frozen layers',
    help: 'Lowest encoder layers that stay as they are. With frozen embeddings too, training is faster.',
    unit: 'layers',
    advanced: true,
  }),
  freezeEmbeddings: field(z.boolean().default(false), {
    title: 'Frozen embeddings',
    help: 'Vectors of genes, values, knowledge, rank and species stay as they are.',
    advanced: true,
  }),
  precision: field(z.enum(['float32', 'float16']).default('float32'), {
    title: 'Precision',
    help: 'float16 computes products of matrices with half the digits, faster on a graphics card that can; weights and sums stay float32.',
    advanced: true,
  }),
  lora: field(LoraConfig.default(LORA_OFF), {
    title: 'Low-rank adapters',
    help: 'Train small additions to the weights instead of the weights; they are added to the weights at the end.',
    advanced: true,
  }),
  seed: field(z.number().int().min(0).max(2_147_483_647).default(0), {
    title: 'Seed',
    help: 'The same seed gives the same result on the same machine.',
    advanced: true,
  }),
};

const patience = (normal: number, help: string, unit: string) =>
  field(z.number().int().min(0).max(1000).default(normal), {
    title: 'Patience',
    help,
    unit,
    advanced: true,
  });

/** Published defects that touch fine-tuning. */
export const FinetuneCompat = Compat.pick({ truncateValues: true, ignoreSpecies: true });
export type FinetuneCompat = z.infer<typeof FinetuneCompat>;

/** Masked pretraining. Source: spec/genecompass.md §2.5 and §3. */
export const PretrainConfig = z.object({
  tokens: field(z.string(), { title: 'Prepared cells', help: 'The token set to learn from.', source: 'tokens' }),
  preset: field(ModelPreset.default('demo'), {
    title: 'Model size',
    help: 'Bigger models need more cells, time and memory.',
  }),
  startFrom: field(z.string().optional(), {
    title: 'Start from',
    help: 'A pretrained or imported model to train further on these cells, which must be prepared with its vocabulary. Its own size and prior knowledge then count, and the model size above is ignored.',
    source: 'model',
    advanced: true,
  }),
  epochs: field(z.number().min(0).max(1000).default(1), {
    title: 'Epochs',
    help: 'How often every cell is seen. 0 keeps the initial weights.',
  }),
  maxSteps: field(z.number().int().min(1).optional(), {
    title: 'Most steps',
    help: 'Stop after so many corrections.',
    advanced: true,
  }),
  maskFraction: field(z.number().min(0.01).max(0.9).default(0.15), {
    title: 'Masked share',
    help: 'Share of genes hidden from the model, which it must guess.',
    advanced: true,
  }),
  idWeight: field(z.number().min(0).max(1).default(0.2), {
    title: 'Weight of gene identity',
    help: 'Loss = weight × identity + (1 − weight) × value.',
    advanced: true,
  }),
  ...optimiserFields,
  patience: patience(
    0,
    'Stop after so many validations in a row without a better one; there are ten, evenly spaced. 0 never stops.',
    'validations',
  ),
});
export type PretrainConfig = z.infer<typeof PretrainConfig>;

/** Classifier of cell states on the CLS embedding. Source: spec/genecompass.md §2.4 and §4.1. */
export const FinetuneConfig = z.object({
  model: field(z.string(), { title: 'Model', help: 'The pretrained model to start from.', source: 'model' }),
  tokens: field(z.string(), { title: 'Prepared cells', help: 'The token set with labelled cells.', source: 'tokens' }),
  labelColumn: field(z.string(), {
    title: 'Cell-state column',
    help: 'What the model learns to tell apart; @clusters are the clusters of the cell map, @labels the reference labels.',
    source: 'label-column',
  }),
  labelSource: field(z.string().optional(), {
    title: 'Map or labels',
    help: 'Which map or reference labels @clusters or @labels stand for; the newest if left empty.',
    advanced: true,
  }),
  donorColumn: field(z.string().optional(), {
    title: 'Donor column',
    help: 'Whole donors are held out for the test. Without it, cells are split within each state, which flatters the result.',
    source: 'donor-column',
  }),
  testFraction: field(z.number().min(0.05).max(0.5).default(0.2), {
    title: 'Test share',
    help: 'Cells (or donors) never shown in training and never used to choose the model.',
  }),
  validationFraction: field(z.number().min(0.05).max(0.5).default(0.1), {
    title: 'Validation share',
    help: 'Cells of the training part that choose the best epoch.',
    advanced: true,
  }),
  epochs: field(z.number().int().min(1).max(1000).default(5), {
    title: 'Epochs',
    help: 'How often every training cell is seen.',
  }),
  classWeights: field(z.boolean().default(true), {
    title: 'Weigh rare states up',
    help: 'Rare states count as much as frequent ones.',
    advanced: true,
  }),
  ...optimiserFields,
  learningRate: field(z.number().positive().max(1).default(1e-3), {
    title: 'Learning rate',
    help: 'Size of each correction.',
    advanced: true,
  }),
  // The rate falls to zero over the planned epochs, so stopping is only for runs far longer than they need to be.
  patience: patience(10, 'Stop after so many epochs in a row without a better one. 0 never stops.', 'epochs'),
  compat: field(FinetuneCompat.default(FinetuneCompat.parse({})), {
    title: 'Published defects',
    help: 'Repeat defects of the published code, to compare with published numbers.',
    advanced: true,
  }),
});
export type FinetuneConfig = z.infer<typeof FinetuneConfig>;

export const ClassScore = z.object({
  label: z.string(),
  nTest: z.number().int(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
});
export const ClassifierScore = z.object({
  method: z.string(),
  accuracy: z.number(),
  macroF1: z.number(),
  perClass: z.array(ClassScore).default([]),
});
export type ClassifierScore = z.infer<typeof ClassifierScore>;

export const ClassifierReport = z.object({
  split: z.enum(['held-out-donor', 'stratified']),
  nTrain: z.number().int(),
  nValidation: z.number().int(),
  nTest: z.number().int(),
  bestEpoch: z.number().int(),
  labels: z.array(z.string()),
  model: ClassifierScore,
  baselines: z.array(ClassifierScore),
  /** Rows: true label; columns: predicted; order of `labels`. */
  confusion: z.array(z.array(z.number().int())),
  warnings: z.array(z.string()),
});
export type ClassifierReport = z.infer<typeof ClassifierReport>;
