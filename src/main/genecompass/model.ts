import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ModelConfig, PriorName } from '#shared/domain/model.ts';
import type { FinetuneCompat } from '#shared/domain/training.ts';
import { NAMES, SPECIES, TOKEN_TYPES } from './names.ts';

/** Frozen gene vectors of one kind of knowledge. */
export interface PriorTable {
  readonly name: PriorName;
  readonly width: number;
  /** Shape: V × width. Rows of special tokens and of genes without knowledge are zero. */
  readonly table: Float32Array;
}

/** Trained tensors by published name; shapes follow from the configuration. */
export type Parameters = ReadonlyMap<string, Float32Array>;

/** A model in memory: the frozen tables are shared, never trained. */
export interface Model {
  readonly config: ModelConfig;
  readonly parameters: Parameters;
  readonly priors: readonly PriorTable[];
  /** Shape: V. Row of the prior tables a mouse cell's token uses; the token itself where it has no homolog. */
  readonly homologIndex: Int32Array;
  /** The published defects its classifier was taught with: cells are shown to it in the same way. */
  readonly reads?: FinetuneCompat;
}

/** What follows the encoder. */
export type Heads = { kind: 'masked' } | { kind: 'classifier'; classes: number } | { kind: 'none' };

/**
 * Width of the concatenated gene vector: own vector, value, one block for each prior.
 *
 * Note: the value takes one column as a plain number, a block of its own when encoded, and none when it is mixed into
 * the word vector before; the mixed vector then takes the place of the word's, also where there is no word vector.
 */
export function concatWidth(config: ModelConfig): number {
  const { width, priors, learnedIds, valueEncoding } = config;
  const own = width * ((learnedIds ? 1 : 0) + priors.length);
  switch (valueEncoding) {
    case 'scalar':
      return own + 1;
    case 'encoder':
      return own + width;
    case 'fused':
      return width * (1 + priors.length);
  }
}

/** Width of what is mixed first in layout `fused`: the word vector, if there is one, and the plain value. */
export function fuseWidth(config: ModelConfig): number {
  return (config.learnedIds ? config.width : 0) + 1;
}

/**
 * Names and shapes of all trained tensors, in published order.
 *
 * Note: without learned identities there is no word embedding; the ID head then decodes against the projected prior
 * vectors, which costs no tensor of its own.
 */
export function parameterShapes(config: ModelConfig, heads: Heads): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const { width, feedForwardWidth, vocabularySize } = config;
  const linear = (name: string, outputs: number, inputs: number) => {
    shapes.set(`${name}.weight`, [outputs, inputs]);
    shapes.set(`${name}.bias`, [outputs]);
  };
  const norm = (name: string) => {
    shapes.set(`${name}.weight`, [width]);
    shapes.set(`${name}.bias`, [width]);
  };
  if (config.learnedIds) shapes.set(NAMES.word, [vocabularySize, width]);
  for (const prior of config.priors) linear(NAMES.prior(prior.name), width, prior.width);
  if (config.valueEncoding === 'encoder') {
    linear(NAMES.valueLinear1, width, 1);
    linear(NAMES.valueLinear2, width, width);
    norm(NAMES.valueNorm);
  } else if (config.valueEncoding === 'fused') {
    linear(NAMES.fuseLinear, width, fuseWidth(config));
    norm(NAMES.fuseNorm);
    linear(NAMES.fuseProjection, width, width);
  }
  linear(NAMES.catLinear, width, concatWidth(config));
  norm(NAMES.catNorm);
  linear(NAMES.catProjection, width, width);
  shapes.set(NAMES.position, [config.maxLength, width]);
  shapes.set(NAMES.tokenType, [TOKEN_TYPES, width]);
  norm(NAMES.embeddingNorm);
  shapes.set(NAMES.cls, [SPECIES, width]);
  for (let i = 0; i < config.nLayers; i++) {
    const layer = NAMES.layer(i);
    for (const part of ['query', 'key', 'value']) linear(`${layer}.attention.self.${part}`, width, width);
    linear(`${layer}.attention.output.dense`, width, width);
    norm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, feedForwardWidth, width);
    linear(`${layer}.output.dense`, width, feedForwardWidth);
    norm(`${layer}.output.LayerNorm`);
  }
  if (heads.kind === 'masked') {
    for (const head of [NAMES.idHead, NAMES.valueHead]) {
      shapes.set(`${head}.bias`, [head === NAMES.idHead ? vocabularySize : 1]);
      linear(`${head}.transform.dense`, width, width);
      norm(`${head}.transform.LayerNorm`);
      if (head === NAMES.valueHead) shapes.set(`${head}.decoder.weight`, [1, width]);
    }
  } else if (heads.kind === 'classifier') {
    linear(NAMES.pooler, width, width);
    linear(NAMES.classifier, heads.classes, width);
  }
  return shapes;
}

/** Which heads a set of parameters has; only names and lengths are looked at. */
export function headsOf(parameters: ReadonlyMap<string, { readonly length: number }>): Heads {
  const bias = parameters.get(`${NAMES.classifier}.bias`);
  if (bias) return { kind: 'classifier', classes: bias.length };
  return parameters.has(`${NAMES.valueHead}.bias`) ? { kind: 'masked' } : { kind: 'none' };
}

/** Throws: invalid-input when the heads do not divide the width, or genes cannot be told apart. */
export function checkModelConfig(config: ModelConfig): void {
  if (config.width % config.nHeads !== 0) {
    throw new WorkbenchError(
      'invalid-input',
      `attention heads: ${config.nHeads} do not divide the width ${config.width}; choose a number that does.`,
    );
  }
  if (!config.learnedIds && config.priors.length === 0) {
    throw new WorkbenchError(
      'invalid-input',
      'model: it has neither learned gene identities nor prior vectors, so genes cannot be told apart; choose one of them.',
    );
  }
}

/**
 * Checks that parameters and tables fit the configuration.
 *
 * Throws: as `checkModelConfig`; data-format when a tensor is missing or has another size.
 */
export function checkModel(model: Model, heads: Heads): void {
  const { config } = model;
  checkModelConfig(config);
  for (const [name, shape] of parameterShapes(config, heads)) {
    const size = shape.reduce((product, length) => product * length, 1);
    checkSize(name, model.parameters.get(name)?.length, size);
  }
  checkSize(NAMES.homologIndex, model.homologIndex.length, config.vocabularySize);
  for (const row of model.homologIndex) {
    if (row < 0 || row >= config.vocabularySize) {
      throw new WorkbenchError(
        'data-format',
        `${NAMES.homologIndex}: row ${row} is not a token; import the model again.`,
      );
    }
  }
  for (const { name, width } of config.priors) {
    const table = model.priors.find((prior) => prior.name === name)?.table;
    checkSize(NAMES.priorTable(name), table?.length, config.vocabularySize * width);
  }
}

function checkSize(name: string, found: number | undefined, expected: number): void {
  if (found === expected) return;
  const fact = found === undefined ? 'is missing' : `has ${found} elements`;
  throw new WorkbenchError(
    'data-format',
    `model: ${name} ${fact}, ${expected} are expected; choose another model file.`,
  );
}
