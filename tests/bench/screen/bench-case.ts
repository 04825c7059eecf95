import type { ModelPreset } from '#shared/domain/model.ts';
import { insertsGenes, ScreenConfig } from '#shared/domain/screen.ts';

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
  readonly tasks: readonly ScreenTask[];
  /** So many random genes are computed exactly in place of all; the time is scaled from some passes of one start cell. */
  readonly sampleGenes?: number;
}

export const SCREENS = [
  'exact',
  'exact-remove',
  'exact-over',
  'exact-rank',
  'two-stage',
  'adaptive',
  'adaptive-remove',
  'two-stage-over',
  'adaptive-over',
  'adaptive-rank',
] as const;
export type ScreenTask = (typeof SCREENS)[number];

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

export type BenchOperator = 'mask' | 'remove' | 'over-express' | 'to-rank';

/** What a task does, and the exact task it is compared with. */
export const TASKS: Readonly<
  Record<ScreenTask, { operator: BenchOperator; computation: ScreenConfig['computation']; truth: ScreenTask }>
> = {
  exact: { operator: 'mask', computation: 'exact', truth: 'exact' },
  'exact-remove': { operator: 'remove', computation: 'exact', truth: 'exact-remove' },
  'exact-over': { operator: 'over-express', computation: 'exact', truth: 'exact-over' },
  'exact-rank': { operator: 'to-rank', computation: 'exact', truth: 'exact-rank' },
  'two-stage': { operator: 'mask', computation: 'two-stage', truth: 'exact' },
  adaptive: { operator: 'mask', computation: 'adaptive', truth: 'exact' },
  'adaptive-remove': { operator: 'remove', computation: 'adaptive', truth: 'exact-remove' },
  'two-stage-over': { operator: 'over-express', computation: 'two-stage', truth: 'exact-over' },
  'adaptive-over': { operator: 'over-express', computation: 'adaptive', truth: 'exact-over' },
  'adaptive-rank': { operator: 'to-rank', computation: 'adaptive', truth: 'exact-rank' },
};

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
    // An absent gene is raised in every cell: as usual, transcription factors alone.
    genes: operators.some(insertsGenes) ? 'tf' : 'all',
    nCells,
    computation,
    device: 'cpu',
  });
}
