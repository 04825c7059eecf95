import type { ClassifierScore } from '#shared/domain/training.ts';
import { subsetCounts } from '../count-source.ts';
import { logNormalised, selectGenes } from '../expression/log-normalise.ts';
import { geneMoments, type GeneMoments } from '../expression/moments.ts';
import { sampleOf } from '../expression/sketch.ts';
import { projectCells, truncatedSvd } from '../expression/truncated-svd.ts';
import { variableGenes } from '../expression/variable-genes.ts';
import type { CountSource, Dataset } from '../types.ts';
import { fitLogistic, predictLogistic, type FeatureRows } from './logistic-regression.ts';
import { scoreClassifier } from './metrics.ts';
import { nearestNeighbourClasses } from './nearest-neighbours.ts';

export const BASELINE_METHODS = [
  'majority class',
  '15 nearest neighbours on 30 principal components',
  'logistic regression',
] as const;

export interface BaselinePrediction {
  method: (typeof BASELINE_METHODS)[number];
  /** Class of each test cell, in the order of `test`. */
  predicted: Int32Array;
  score: ClassifierScore;
}

export interface BaselineInput {
  dataset: Dataset;
  /** Class per cell of the dataset; −1 = none. Train and test cells must have one. */
  labels: Int32Array;
  classes: readonly string[];
  /** Cells to learn from, and cells to predict. */
  train: Int32Array;
  test: Int32Array;
  seed?: number;
  /** More training cells than this are sampled, which bounds time and memory. */
  maxTrainCells?: number;
  /** Called before each method. */
  onMethod?: (done: number, total: number) => void | Promise<void>;
}

const N_COMPONENTS = 30;
const N_NEIGHBOURS = 15;
const N_VARIABLE_GENES = 2000;
/** Chosen on public cells (see the README), never on cells of a user. */
const LOGISTIC_PENALTY = 100;

/**
 * What simple methods reach on the same split as a model.
 *
 * Highly variable genes, their scaling and the principal components come from training cells alone; test cells are only
 * projected. All methods are deterministic for a seed.
 */
export async function classifierBaselines(input: BaselineInput): Promise<BaselinePrediction[]> {
  const { dataset, labels, classes, test, seed = 0, maxTrainCells = 20_000 } = input;
  const train = sampleOf(input.train, maxTrainCells, seed);
  const labelsOf = (cells: Int32Array) => Int32Array.from(cells, (cell) => labels[cell]);
  const trainLabels = labelsOf(train);
  const truth = labelsOf(test);
  const log = (cells: Int32Array) => logNormalised(subsetCounts(dataset.counts, cells));
  const moments = await geneMoments(log(train));
  const nClasses = classes.length;
  const methods: (() => Int32Array | Promise<Int32Array>)[] = [
    () => majorityClass(labelsOf(input.train), nClasses, test.length),
    () => neighbours(log(train), log(test), moments, trainLabels, { nClasses, seed }),
    () => logistic(log(train), log(test), moments, trainLabels, nClasses),
  ];
  const predictions: BaselinePrediction[] = [];
  for (const [i, predict] of methods.entries()) {
    await input.onMethod?.(i, methods.length);
    const method = BASELINE_METHODS[i];
    const predicted = await predict();
    predictions.push({ method, predicted, score: scoreClassifier(method, truth, predicted, classes) });
  }
  return predictions;
}

/** The most frequent training class for every cell; ties go to the lower class. */
function majorityClass(trainLabels: Int32Array, nClasses: number, nTest: number): Int32Array {
  const counts = new Int32Array(nClasses);
  for (const label of trainLabels) counts[label]++;
  return new Int32Array(nTest).fill(counts.indexOf(Math.max(...counts)));
}

/** Components of all genes, centred and unscaled: abundant programmes weigh more than noise, and none is left out. */
async function neighbours(
  train: CountSource,
  test: CountSource,
  { mean }: GeneMoments,
  trainLabels: Int32Array,
  options: { nClasses: number; seed: number },
): Promise<Int32Array> {
  const scale = new Float64Array(mean.length).fill(1);
  const svd = await truncatedSvd(train, { nComponents: N_COMPONENTS, seed: options.seed, mean, scale });
  return nearestNeighbourClasses(projectCells(train, svd), trainLabels, projectCells(test, svd), N_COMPONENTS, {
    k: N_NEIGHBOURS,
    nClasses: options.nClasses,
  });
}

/** On the most variable genes, scaled to unit variance but not centred: rows stay sparse, the intercept takes up the rest. */
function logistic(
  train: CountSource,
  test: CountSource,
  moments: GeneMoments,
  trainLabels: Int32Array,
  nClasses: number,
): Int32Array {
  const genes = variableGenes(moments, N_VARIABLE_GENES);
  const scale = Float64Array.from(genes, (gene) =>
    moments.variance[gene] > 0 ? 1 / Math.sqrt(moments.variance[gene]) : 0,
  );
  const rows = (source: CountSource): FeatureRows => {
    const chunk = selectGenes(source, genes).rows(0, source.nCells);
    return { ...chunk, data: chunk.data.map((value, at) => value * scale[chunk.indices[at]]) };
  };
  return predictLogistic(
    fitLogistic(rows(train), trainLabels, nClasses, { penalty: LOGISTIC_PENALTY, tolerance: 1e-4 }),
    rows(test),
  );
}
