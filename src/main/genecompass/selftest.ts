import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { crossEntropyRows } from '#engine/nn/index.ts';
import { reshape, slice } from '#engine/ops/index.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { classifierHead, clsEncoder, fullEncoder, idHead, modelGraph, valueHead } from './architecture.ts';
import { maskedLoss, weightedMean } from './architecture/losses.ts';
import { type BatchArrays, HIDDEN_KEY, lookUpPriors } from './batch-arrays.ts';
import { openFileSource } from './checkpoint/byte-source.ts';
import { importCheckpoint, type ImportedModel } from './checkpoint/import.ts';
import { readSafetensors } from './checkpoint/safetensors.ts';
import { type StoredTensors, toFloat32, toInt32 } from './checkpoint/stored-tensor.ts';
import { batchFeeds, type Feeds, parameterFeeds, priorFeeds } from './feeds.ts';
import { declareTargets, fillTargets, targetFeeds } from './masked-batch.ts';
import { IGNORED_LABEL } from './names.ts';

/** Agreement of one group of tensors with what the published code computed. */
export interface ParityResult {
  readonly group: string;
  readonly nTensors: number;
  readonly largestError: number;
  readonly tolerance: number;
  /** Name of the tensor with the largest error. */
  readonly worst: string;
  readonly passed: boolean;
}

const ACTIVATION_TOLERANCE = 1e-4;
const RELATIVE_TOLERANCE = 1e-3;
/** A gradient this far below the whole gradient is rounding noise: that of a key bias is zero in exact arithmetic. */
const NOISE_SHARE = 1e-5;
const ID_WEIGHT = 0.2;

/**
 * Compares this model with the published one on a folder of reference numbers (names: docs/formats/parity.md).
 *
 * Activations and losses: largest absolute difference. Gradients: ‖a − b‖ / ‖b‖ of each tensor.
 * Throws: not-found when the folder lacks a file.
 */
export async function modelSelftest(folder: string, runtime: Runtime): Promise<ParityResult[]> {
  const expected = readExpected(folder, 'expected_forward.safetensors');
  const imported = importCheckpoint(folder, 'parity');
  const classifier = importCheckpoint(folder, 'parity', 'pytorch_model_classifier.bin');
  return [
    ...(await checkForward(runtime, imported, expected)),
    ...(await checkGradients(runtime, imported, expected, readExpected(folder, 'expected_gradients.safetensors'))),
    ...(await checkClassifier(runtime, classifier, expected, readExpected(folder, 'expected_classifier.safetensors'))),
  ];
}

class Group {
  readonly #name: string;
  readonly #tolerance: number;
  readonly #errors: { name: string; error: number }[] = [];

  constructor(name: string, tolerance: number) {
    this.#name = name;
    this.#tolerance = tolerance;
  }

  absolute(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
    let error = actual.length === expected.length ? 0 : Infinity;
    for (let i = 0; i < expected.length; i++) error = Math.max(error, Math.abs(actual[i] - expected[i]));
    this.#errors.push({ name, error });
  }

  relative(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): void {
    let difference = 0;
    let size = 0;
    for (let i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) ** 2;
      size += expected[i] ** 2;
    }
    this.#errors.push({ name, error: Math.sqrt(difference) / Math.max(Math.sqrt(size), floor) });
  }

  result(): ParityResult {
    const worst = this.#errors.reduce((a, b) => (b.error > a.error || Number.isNaN(b.error) ? b : a));
    return {
      group: this.#name,
      nTensors: this.#errors.length,
      largestError: worst.error,
      tolerance: this.#tolerance,
      worst: worst.name,
      passed: worst.error <= this.#tolerance,
    };
  }
}

async function checkForward(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: StoredTensors,
): Promise<ParityResult[]> {
  const { config } = model;
  const batch = fixtureBatch(model.homologIndex, expected);
  const built = modelGraph(new Graph('parity-forward'), config, heads, batch.batchSize, batch.length);
  const { embedding, states } = fullEncoder(config, built);
  const last = states[config.nLayers];
  const genes = reshape(slice(last, 1, 1), [batch.batchSize * batch.length, config.width]);
  const outputs = {
    embedding_output: embedding,
    last_hidden_state: last,
    ...Object.fromEntries(states.map((state, i) => [`hidden_state_${i}`, state])),
    id_logits: idHead(config, built.parameters, genes, built.inputs.priorTables),
    value_predictions: valueHead(config, built.parameters, genes),
    cls: clsEncoder(config, built),
  };
  for (const [name, value] of Object.entries(outputs)) built.graph.output(name, value);
  const executable = await runtime.compile(built.graph);
  const frozen = modelFeeds(model, heads);
  const run = async (variant: BatchArrays) => {
    const results = await executable.run({ ...batchFeeds(variant), ...frozen });
    return (name: string) => results[name].data as Float32Array;
  };
  const read = (name: string) => toFloat32(name, expected.get(name)!);

  const activations = new Group('activations', ACTIVATION_TOLERANCE);
  const shortcut = new Group('CLS without the other rows of the last layer', ACTIVATION_TOLERANCE);
  const masked = await run(batch);
  for (const name of Object.keys(outputs)) if (name !== 'cls') activations.absolute(name, masked(name), read(name));
  shortcut.absolute('cls', masked('cls'), clsRows(read('last_hidden_state'), batch, config.width));

  const conventions = new Group('padding attended, species omitted', ACTIVATION_TOLERANCE);
  const attended = { ...batch, keyMask: new Float32Array(batch.keyMask.length) };
  conventions.absolute(
    'padding attended',
    (await run(attended))('last_hidden_state'),
    read('last_hidden_state_unmasked_pads'),
  );
  const human = { ...batch, species: new Int32Array(batch.batchSize), priorIds: batch.tokenIds };
  conventions.absolute(
    'species omitted',
    (await run(human))('last_hidden_state'),
    read('last_hidden_state_species_omitted'),
  );
  await executable.dispose();
  return [activations.result(), shortcut.result(), conventions.result()];
}

async function checkGradients(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: StoredTensors,
  expectedGradients: StoredTensors,
): Promise<ParityResult[]> {
  const { config } = model;
  const labels = toInt32('labels', expected.get('labels')!);
  const batch = fixtureBatch(model.homologIndex, expected, 'masked_');
  const nMasked = labels.filter((label) => label !== IGNORED_LABEL).length;
  const built = modelGraph(new Graph('parity-gradients'), config, heads, batch.batchSize, batch.length);
  const { states } = fullEncoder(config, built);
  const targets = declareTargets(built.graph, nMasked);
  const { loss, idLoss, valueLoss } = maskedLoss(
    config,
    built.parameters,
    states[config.nLayers],
    built.inputs.priorTables,
    targets,
    ID_WEIGHT,
  );
  built.graph.output('loss', loss);
  built.graph.output('id_loss', idLoss!);
  built.graph.output('value_loss', valueLoss);
  const used = [...built.parameters.used];
  gradients(
    loss,
    used.map(([, value]) => value),
  ).forEach((value, i) => built.graph.output(`d ${used[i][0]}`, value));
  const executable = await runtime.compile(built.graph);
  const filled = fillTargets(batch, labels, toFloat32('values', expected.get('labels_values')!), nMasked);
  const results = await executable.run({ ...batchFeeds(batch), ...modelFeeds(model, heads), ...targetFeeds(filled) });
  await executable.dispose();

  const losses = new Group('losses', ACTIVATION_TOLERANCE);
  for (const name of ['loss', 'id_loss', 'value_loss']) {
    losses.absolute(name, results[name].data as Float32Array, toFloat32(name, expected.get(name)!));
  }
  const group = new Group('gradients', RELATIVE_TOLERANCE);
  const all = [...expectedGradients].map(([name, stored]) => ({ name, data: toFloat32(name, stored) }));
  const whole = Math.sqrt(all.reduce((sum, { data }) => data.reduce((s, x) => s + x * x, sum), 0));
  for (const { name, data } of all) {
    group.relative(name, (results[`d ${name}`]?.data ?? []) as Float32Array, data, whole * NOISE_SHARE);
  }
  return [losses.result(), group.result()];
}

async function checkClassifier(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: StoredTensors,
  expectedClassifier: StoredTensors,
): Promise<ParityResult[]> {
  const { config } = model;
  const masked = fixtureBatch(model.homologIndex, expected);
  const batch = { ...masked, species: new Int32Array(masked.batchSize), priorIds: masked.tokenIds };
  const built = modelGraph(new Graph('parity-classifier'), config, heads, batch.batchSize, batch.length);
  const logits = classifierHead(built.parameters, clsEncoder(config, built), undefined);
  const labels = built.graph.input('labels', 'int32', [batch.batchSize]);
  const ones = built.graph.constant(1, 'float32', [batch.batchSize]);
  built.graph.output('logits', logits);
  built.graph.output('loss', weightedMean(crossEntropyRows(logits, labels), ones));
  const executable = await runtime.compile(built.graph);
  const results = await executable.run({
    ...batchFeeds(batch),
    ...modelFeeds(model, heads),
    labels: { dtype: 'int32', shape: [batch.batchSize], data: toInt32('labels', expectedClassifier.get('labels')!) },
  });
  await executable.dispose();
  const group = new Group('classifier', ACTIVATION_TOLERANCE);
  for (const name of ['logits', 'loss']) {
    group.absolute(name, results[name].data as Float32Array, toFloat32(name, expectedClassifier.get(name)!));
  }
  return [group.result()];
}

function modelFeeds(model: ImportedModel['model'], heads: ImportedModel['heads']): Feeds {
  return { ...parameterFeeds(model.config, heads, model.parameters), ...priorFeeds(model.priors) };
}

/** The stored batch; `prefix` chooses the masked one. */
function fixtureBatch(homologIndex: Int32Array, expected: StoredTensors, prefix: '' | 'masked_' = ''): BatchArrays {
  const tokens = expected.get(`${prefix}input_ids`)!;
  const [batchSize, length] = tokens.shape;
  const keep = toInt32('attention_mask', expected.get('attention_mask')!);
  const keyMask = new Float32Array(batchSize * (length + 1));
  keep.forEach((kept, i) => {
    if (!kept) keyMask[i + Math.floor(i / length) + 1] = HIDDEN_KEY;
  });
  const batch = {
    batchSize,
    length,
    tokenIds: toInt32('input_ids', tokens),
    values: toFloat32('values', expected.get(`${prefix}values`)!),
    priorIds: new Int32Array(batchSize * length),
    species: toInt32('species', expected.get('species')!),
    keyMask,
  };
  lookUpPriors(batch, homologIndex);
  return batch;
}

function clsRows(states: Float32Array, { batchSize, length }: BatchArrays, width: number): Float32Array {
  const rows = new Float32Array(batchSize * width);
  for (let row = 0; row < batchSize; row++) {
    const start = row * (length + 1) * width;
    rows.set(states.subarray(start, start + width), row * width);
  }
  return rows;
}

function readExpected(folder: string, file: string): StoredTensors {
  const path = join(folder, file);
  if (!existsSync(path)) {
    throw new WorkbenchError(
      'not-found',
      `${basename(folder)}: it has no ${file}; choose a folder of reference numbers.`,
    );
  }
  return readSafetensors(openFileSource(path, file)).tensors;
}
