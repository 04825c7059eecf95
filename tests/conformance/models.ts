import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import type { Value } from '#engine/ir/value.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import { fullEncoder, modelGraph } from '#genecompass/architecture.ts';
import { planEvaluation } from '#genecompass/batching.ts';
import { cellBatch, lookUpPriors } from '#genecompass/batch-arrays.ts';
import { batchFeeds, type Feeds, parameterFeeds, priorFeeds } from '#genecompass/feeds.ts';
import { maskedBatch, targetFeeds } from '#genecompass/masked-batch.ts';
import { buildMaskedLoss } from '#genecompass/masked-training.ts';
import { makeCells, makeTinyModel } from '#tests/genecompass/support/tiny-model.ts';

/** A whole graph to be computed alike by every executor. */
export interface ModelCase {
  readonly name: string;
  readonly graph: Graph;
  readonly feeds: Feeds;
}

const HEADS = { kind: 'masked' } as const;
const LENGTHS = [12, 9, 15];

/** A small GeneCompass: all hidden states of a batch with padding, and every gradient of one training step with dropout. */
export function modelCases(): ModelCase[] {
  const model = makeTinyModel(HEADS, { dropout: 0.1 });
  const { config } = model;
  const cells = makeCells(LENGTHS);
  const [planned] = planEvaluation(Int32Array.of(0, 1, 2), Int32Array.from(LENGTHS), 3, config.maxLength);
  const constant = { ...parameterFeeds(config, HEADS, model.parameters), ...priorFeeds(model.priors) };

  const batch = cellBatch(cells, planned, 3);
  lookUpPriors(batch, model.homologIndex);
  const forward = new Graph('encoder forward');
  const { states } = fullEncoder(config, modelGraph(forward, config, HEADS, 3, batch.length));
  states.forEach((state, i) => forward.output(`state ${i}`, state));

  const masking = { seed: 3, maskFraction: 0.3, vocabularySize: config.vocabularySize };
  const masked = maskedBatch(cells, planned, 3, 1, model.homologIndex, masking);
  const shape = { batchSize: 3, length: batch.length, capacity: masked.targets.labels.length };
  const training = new Graph('training step with dropout');
  const { loss } = buildMaskedLoss(training, config, shape, 0.2, 'train');
  training.output('loss', loss);
  const names = training.parameters.map(inputName);
  gradients(loss, training.parameters).forEach((value, i) => training.output(`gradient of ${names[i]}`, value));

  const only = (graph: Graph, feeds: Feeds): Feeds =>
    Object.fromEntries(Object.entries(feeds).filter(([name]) => graph.inputs.has(name)));
  return [
    { name: forward.name, graph: forward, feeds: only(forward, { ...constant, ...batchFeeds(batch) }) },
    {
      name: training.name,
      graph: training,
      feeds: only(training, {
        ...constant,
        ...batchFeeds(masked.batch),
        ...targetFeeds(masked.targets),
        seed: tensor('uint32', [], Uint32Array.of(4000000007)),
      }),
    },
  ];
}

/** Runs a model and returns ‖a − b‖ / ‖b‖ of its worst output. */
export async function modelError(runtime: Runtime, { graph, feeds }: ModelCase, expected: Record<string, Tensor>) {
  const executable = await runtime.compile(graph);
  const results = await executable.run(feeds).finally(() => executable.dispose());
  const all = Object.values(expected).map(({ data }) => data as Float32Array);
  // A gradient that is zero in exact arithmetic, such as that of a key bias, is compared with the whole.
  const whole = Math.hypot(...all.map((data) => norm(data)));
  let worst = { name: '', error: 0 };
  for (const [name, { data }] of Object.entries(expected)) {
    const got = results[name].data as Float32Array;
    const difference = norm((data as Float32Array).map((value, i) => got[i] - value));
    const error = difference / Math.max(norm(data as Float32Array), 1e-3 * whole);
    if (!(error <= worst.error)) worst = { name, error: Number.isNaN(error) ? Number.POSITIVE_INFINITY : error };
  }
  return worst;
}

function norm(data: Float32Array): number {
  return Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));
}

function inputName({ producer }: Value): string {
  return producer.kind === 'input' ? producer.name : '';
}
