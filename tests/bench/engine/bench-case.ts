import { MODEL_PRESETS, ModelConfig, type ModelPreset } from '#shared/domain/model.ts';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { IGNORED_LABEL } from '#genecompass/names.ts';
import { maskCell } from '#genecompass/masking.ts';

export type Kind = 'forward' | 'train';

/** One row of the table: the same shapes, cells and threads for every program. */
export interface BenchCase {
  readonly kind: Kind;
  readonly preset: ModelPreset;
  readonly length: number;
  /** Cells of one call (forward) or one step (train). */
  readonly nCells: number;
  readonly threads: number;
  /** Execution provider of ONNX Runtime. */
  readonly device: string;
}

/** What the children are told; plain JSON. */
export interface CaseData {
  readonly case: BenchCase;
  readonly config: ModelConfig;
  readonly learningRate: number;
  /** Shape: cells × length each, full cells without padding; forward reads the first two. */
  readonly tokenIds: number[][];
  readonly values: number[][];
  readonly species: number[];
  readonly maskedIds: number[][];
  readonly maskedValues: number[][];
  readonly labels: number[][];
}

/** Tokens of the published dictionary, and four tables of 768 numbers. */
const PUBLISHED = {
  vocabularySize: 50_558,
  priors: (['promoter', 'co_exp', 'gene_family', 'peca_grn'] as const).map((name) => ({ name, width: 768 })),
};
/** What the demo has: its own genes and a co-expression prior of its own cells. */
const OWN = {
  vocabularySize: 2_000,
  priors: [{ name: 'co_exp' as const, width: PreprocessConfig.shape.priorDimensions.parse(undefined) }],
};

const MASK_FRACTION = 0.15;
const LEARNING_RATE = 5e-5;

/** Seeded cells, of alternating species, and their masked copies. */
export function caseData(given: BenchCase): CaseData {
  const config = ModelConfig.parse({
    ...MODEL_PRESETS[given.preset],
    ...(given.preset === 'demo' ? OWN : PUBLISHED),
    vocabularyHash: 'bench',
  });
  const random = new CounterRandom(1, 'bench cells');
  const { length, nCells } = given;
  const cells = Array.from({ length: nCells }, (_, cell) => {
    const at = cell * length;
    const tokenIds = Int32Array.from(
      { length },
      (_, i) => 2 + random.integer(at + i, Math.floor((config.vocabularySize - 2) / 2)),
    );
    const values = Float32Array.from({ length }, (_, i) => 4 - (3 * i) / length);
    const masked = { tokenIds: tokenIds.slice(), values: values.slice(), labels: new Int32Array(length) };
    masked.labels.fill(IGNORED_LABEL);
    maskCell(masked, 1, cell, { seed: 1, maskFraction: MASK_FRACTION, vocabularySize: config.vocabularySize });
    return { tokenIds, values, masked };
  });
  return {
    case: given,
    config,
    learningRate: LEARNING_RATE,
    tokenIds: cells.map(({ tokenIds }) => Array.from(tokenIds)),
    values: cells.map(({ values }) => Array.from(values)),
    species: cells.map((_, i) => i % 2),
    maskedIds: cells.map(({ masked }) => Array.from(masked.tokenIds)),
    maskedValues: cells.map(({ masked }) => Array.from(masked.values)),
    labels: cells.map(({ masked }) => Array.from(masked.labels)),
  };
}
