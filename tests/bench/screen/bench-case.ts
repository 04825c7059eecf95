import type { ModelPreset } from '#shared/domain/model.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';

export const LABEL_COLUMN = 'cell_type';
const START = 'CD34+';
const GOALS = ['CD14+ Monocyte', 'CD19+ B'];

/** One model and one screen of every gene with it, on the shipped blood cells. */
export interface ScreenCase {
  readonly preset: ModelPreset;
  /** Start cells. */
  readonly nCells: number;
  /** Corrections of the pretraining. */
  readonly trainingSteps: number;
  readonly batchSize: number;
  /** Epochs of fine-tuning; 0 leaves the model pretrained. */
  readonly finetuningEpochs: number;
  /** Passes of the published procedure that are timed, in all repeats together. */
  readonly publishedPasses: number;
}

export interface TrainedModel {
  readonly project: string;
  readonly model: string;
  readonly tokens: string;
  /** The model as safetensors, for PyTorch. */
  readonly weights: string;
  /** Start cells as the model reads them, for PyTorch. */
  readonly cells: string;
  readonly seconds: number;
}

export const OPERATORS = ['mask', 'remove'] as const;
export type BenchOperator = (typeof OPERATORS)[number];

export function screenConfig(
  { nCells }: ScreenCase,
  { model, tokens }: Pick<TrainedModel, 'model' | 'tokens'>,
  computation: ScreenConfig['computation'],
  operators: readonly BenchOperator[] = ['mask'],
): ScreenConfig {
  return ScreenConfig.parse({
    model,
    tokens,
    labelColumn: LABEL_COLUMN,
    start: START,
    goals: GOALS,
    // The published procedure measures goals alone.
    alternatives: 'none',
    operators,
    genes: 'all',
    nCells,
    computation,
    device: 'cpu',
  });
}
