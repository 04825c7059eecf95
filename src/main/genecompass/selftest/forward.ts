import { Graph } from '#engine/ir/graph.ts';
import type { Value } from '#engine/ir/value.ts';
import { crossEntropyRows } from '#engine/nn/index.ts';
import { reshape, slice } from '#engine/ops/index.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { classifierHead, clsEncoder, fullEncoder, idHead, modelGraph, valueHead } from '../architecture.ts';
import { weightedMean } from '../architecture/losses.ts';
import type { BatchArrays } from '../batch-arrays.ts';
import type { ImportedModel } from '../checkpoint/import.ts';
import { batchFeeds } from '../feeds.ts';
import type { ExpectedFile } from './expected-file.ts';
import { asHuman, fixtureBatch, MASKED_INPUTS, modelFeeds } from './fixture.ts';
import { LOSSES } from './training.ts';
import { ParityGroup, type ParityResult } from './parity-group.ts';

/** What a file of expected activations holds besides activations. */
const INPUTS: ReadonlySet<string> = new Set([
  'input_ids',
  'values',
  'attention_mask',
  'species',
  ...MASKED_INPUTS,
  ...LOSSES,
]);
/** Endings of tensors that were computed on a changed batch. */
const UNMASKED = '_unmasked_pads';
const HUMAN = '_species_omitted';

/** Embeddings, states of every layer, heads; with padding attended and species omitted; CLS by its shortcut. */
export async function checkForward(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: ExpectedFile,
): Promise<ParityResult[]> {
  const { config } = model;
  const batch = fixtureBatch(model, expected);
  const built = modelGraph(new Graph('parity-forward'), config, heads, batch.batchSize, batch.length);
  const { embedding, states } = fullEncoder(config, built);
  const last = states[config.nLayers];
  const genes = reshape(slice(last, 1, 1), [batch.batchSize * batch.length, config.width]);
  const outputs: Record<string, Value> = {
    embedding_output: embedding,
    last_hidden_state: last,
    ...Object.fromEntries(states.map((state, i) => [`hidden_state_${i}`, state])),
    cls: clsEncoder(config, built),
  };
  if (heads.kind === 'masked') {
    outputs.id_logits = idHead(config, built.parameters, genes, built.inputs.priorTables);
    outputs.value_predictions = valueHead(config, built.parameters, genes);
  }
  for (const [name, value] of Object.entries(outputs)) built.graph.output(name, value);
  const executable = await runtime.compile(built.graph);
  const frozen = modelFeeds(model, heads);
  const run = async (variant: BatchArrays) => {
    const results = await executable.run({ ...batchFeeds(variant), ...frozen });
    return (name: string) => results[name]?.data as Float32Array | undefined;
  };

  const activations = new ParityGroup('activations', 'absolute');
  const shortcut = new ParityGroup('CLS without the other rows of the last layer', 'absolute');
  const conventions = new ParityGroup('padding attended, species omitted', 'absolute');
  const compare = (group: ParityGroup, name: string, actual: Float32Array | undefined) => {
    if (actual) group.compare(name, actual, expected.float32(name));
    else group.missing(name, 'it is expected, and this model does not compute it');
  };
  try {
    const computed = expected.names.filter((name) => !INPUTS.has(name));
    const asGiven = await run(batch);
    const unmasked = await run({ ...batch, keyMask: new Float32Array(batch.keyMask.length) });
    const human = await run(asHuman(batch));
    for (const name of computed) {
      if (name.endsWith(UNMASKED)) compare(conventions, name, unmasked(name.slice(0, -UNMASKED.length)));
      else if (name.endsWith(HUMAN)) compare(conventions, name, human(name.slice(0, -HUMAN.length)));
      else compare(activations, name, asGiven(name));
    }
    if (expected.has('last_hidden_state')) {
      const rows = clsRows(expected.float32('last_hidden_state'), batch, config.width);
      shortcut.compare('last_hidden_state at CLS', asGiven('cls')!, rows);
    }
  } finally {
    await executable.dispose();
  }
  return [activations.result(), shortcut.result(), conventions.result()];
}

/** Logits and loss of the classifier, species omitted as published. */
export async function checkClassifier(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: ExpectedFile,
  expectedClassifier: ExpectedFile,
): Promise<ParityResult[]> {
  if (heads.kind !== 'classifier') {
    throw new WorkbenchError(
      'data-format',
      'classifier of the self test: it has no classifier.weight; make the reference numbers again.',
    );
  }
  const { config } = model;
  const batch = asHuman(fixtureBatch(model, expected));
  const built = modelGraph(new Graph('parity-classifier'), config, heads, batch.batchSize, batch.length);
  const logits = classifierHead(built.parameters, clsEncoder(config, built), undefined);
  const labels = built.graph.input('labels', 'int32', [batch.batchSize]);
  const ones = built.graph.constant(1, 'float32', [batch.batchSize]);
  built.graph.output('logits', logits);
  built.graph.output('loss', weightedMean(crossEntropyRows(logits, labels), ones));
  const data = expectedClassifier.int32('labels', batch.batchSize);
  if (data.some((label) => label < 0 || label >= heads.classes)) {
    throw new WorkbenchError(
      'data-format',
      `${expectedClassifier.file}: labels are outside of the ${heads.classes} classes; make the reference numbers again.`,
    );
  }
  const executable = await runtime.compile(built.graph);
  const group = new ParityGroup('classifier', 'absolute');
  try {
    const results = await executable.run({
      ...batchFeeds(batch),
      ...modelFeeds(model, heads),
      labels: { dtype: 'int32', shape: [batch.batchSize], data },
    });
    for (const name of expectedClassifier.names.filter((each) => each !== 'labels')) {
      if (name in results) group.compare(name, results[name].data as Float32Array, expectedClassifier.float32(name));
      else group.missing(name, 'it is expected, and the classifier does not compute it');
    }
  } finally {
    await executable.dispose();
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
