import { Graph } from '#engine/ir/graph.ts';
import { crossEntropyRows } from '#engine/nn/index.ts';
import { reshape, slice } from '#engine/ops/index.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { classifierHead, clsEncoder, fullEncoder, idHead, modelGraph, valueHead } from '../architecture.ts';
import { weightedMean } from '../architecture/losses.ts';
import type { BatchArrays } from '../batch-arrays.ts';
import type { ImportedModel } from '../checkpoint/import.ts';
import { type StoredTensors, toFloat32, toInt32 } from '../checkpoint/stored-tensor.ts';
import { batchFeeds } from '../feeds.ts';
import { fixtureBatch, modelFeeds } from './fixture.ts';
import { ACTIVATION_TOLERANCE, ParityGroup, type ParityResult } from './parity-group.ts';

/** Embeddings, states of every layer, heads; with padding attended and species omitted; CLS by its shortcut. */
export async function checkForward(
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

  const activations = new ParityGroup('activations', ACTIVATION_TOLERANCE);
  const shortcut = new ParityGroup('CLS without the other rows of the last layer', ACTIVATION_TOLERANCE);
  const masked = await run(batch);
  for (const name of Object.keys(outputs)) if (name !== 'cls') activations.absolute(name, masked(name), read(name));
  shortcut.absolute('cls', masked('cls'), clsRows(read('last_hidden_state'), batch, config.width));

  const conventions = new ParityGroup('padding attended, species omitted', ACTIVATION_TOLERANCE);
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

/** Logits and loss of the classifier, species omitted as published. */
export async function checkClassifier(
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
  const group = new ParityGroup('classifier', ACTIVATION_TOLERANCE);
  for (const name of ['logits', 'loss']) {
    group.absolute(name, results[name].data as Float32Array, toFloat32(name, expectedClassifier.get(name)!));
  }
  return [group.result()];
}

function clsRows(states: Float32Array, { batchSize, length }: BatchArrays, width: number): Float32Array {
  const rows = new Float32Array(batchSize * width);
  for (let row = 0; row < batchSize; row++) {
    const start = row * (length + 1) * width;
    rows.set(states.subarray(start, start + width), row * width);
  }
  return rows;
}
