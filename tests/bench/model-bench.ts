import { Graph } from '#engine/ir/graph.ts';
import { crossEntropyRows } from '#engine/nn/index.ts';
import { gradients } from '#engine/autodiff/gradients.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { classifierHead, clsEncoder, modelGraph } from '#genecompass/architecture.ts';
import { weightedMean } from '#genecompass/architecture/losses.ts';
import { emptyBatch, lookUpPriors, setRow } from '#genecompass/batch-arrays.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { batchFeeds, parameterFeeds, priorFeeds } from '#genecompass/feeds.ts';
import { initialise } from '#genecompass/initialise.ts';
import type { Model } from '#genecompass/model.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import { MODEL_PRESETS, ModelConfig } from '#shared/domain/model.ts';
import { CounterRandom } from '#shared/util/random.ts';
import type { BenchRow } from './bench.ts';

const N_CLASSES = 10;
const VOCABULARY = 20_000;
const LENGTH = 256;
const TRAIN_BATCH = 16;
const SECONDS_EACH = 3;

/** Encoder throughput and classifier training steps on cells of 256 genes. */
export async function benchModel(): Promise<BenchRow[]> {
  const results: BenchRow[] = [];
  for (const preset of ['demo', 'small'] as const) {
    const model = makeModel(preset);
    results.push({ name: `encoder ${preset} ${LENGTH} genes`, value: await encodeRate(model), unit: 'cells/s' });
    results.push({
      name: `classifier step ${preset} ${TRAIN_BATCH} × ${LENGTH}`,
      value: await stepTime(model),
      unit: 'ms',
    });
  }
  return results;
}

function makeModel(preset: 'demo' | 'small'): Model {
  const width = 48;
  const config = ModelConfig.parse({
    ...MODEL_PRESETS[preset],
    vocabularySize: VOCABULARY,
    vocabularyHash: 'bench',
    priors: [{ name: 'co_exp', width }],
  });
  const random = new CounterRandom(1, 'bench');
  const table = Float32Array.from({ length: VOCABULARY * width }, (_, i) => random.normal(i) / Math.sqrt(width));
  return {
    config,
    parameters: initialise(config, { kind: 'classifier', classes: N_CLASSES }, 1),
    priors: [{ name: 'co_exp', width, table }],
    homologIndex: Int32Array.from({ length: VOCABULARY }, (_, token) => token),
  };
}

function makeInputs(n: number): EncoderInput[] {
  const random = new CounterRandom(2, 'bench cells');
  return Array.from({ length: n }, (_, cell) => ({
    tokenIds: Int32Array.from({ length: LENGTH }, (_, i) => 2 + random.integer(cell * LENGTH + i, VOCABULARY - 2)),
    values: Float32Array.from({ length: LENGTH }, (_, i) => 4 - (3 * i) / LENGTH),
    species: 0,
  }));
}

async function encodeRate(model: Model): Promise<number> {
  const names = Array.from({ length: N_CLASSES }, (_, i) => `state ${i}`);
  const encoder = await createCellEncoder(model, ortRuntime(), names);
  const inputs = makeInputs(32);
  await encoder.encode(inputs, 'cls');
  const seconds = await repeat(async () => void (await encoder.encode(inputs, 'cls')));
  await encoder.dispose();
  return inputs.length / seconds;
}

async function stepTime({ config, parameters, priors, homologIndex }: Model): Promise<number> {
  const heads = { kind: 'classifier', classes: N_CLASSES } as const;
  const built = modelGraph(new Graph('bench'), config, heads, TRAIN_BATCH, LENGTH);
  const logits = classifierHead(built.parameters, clsEncoder(config, built), undefined);
  const labels = built.graph.input('labels', 'int32', [TRAIN_BATCH]);
  const ones = built.graph.constant(1, 'float32', [TRAIN_BATCH]);
  const loss = weightedMean(crossEntropyRows(logits, labels), ones);
  built.graph.output('loss', loss);
  gradients(loss, [...built.parameters.used.values()]).forEach((value, i) => built.graph.output(`d${i}`, value));
  const executable = await ortRuntime().compile(built.graph);
  const batch = emptyBatch(TRAIN_BATCH, LENGTH);
  makeInputs(TRAIN_BATCH).forEach(({ tokenIds, values }, row) => setRow(batch, row, tokenIds, values, 0));
  lookUpPriors(batch, homologIndex);
  const feeds = {
    ...batchFeeds(batch),
    ...priorFeeds(priors),
    ...parameterFeeds(config, heads, parameters),
    labels: { dtype: 'int32' as const, shape: [TRAIN_BATCH], data: new Int32Array(TRAIN_BATCH) },
  };
  await executable.run(feeds);
  const seconds = await repeat(async () => void (await executable.run(feeds)));
  await executable.dispose();
  return seconds * 1000;
}

/** Median seconds of a call. */
async function repeat(call: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  const start = performance.now();
  do {
    const before = performance.now();
    await call();
    times.push(performance.now() - before);
  } while (performance.now() - start < SECONDS_EACH * 1000);
  times.sort((a, b) => a - b);
  return times[times.length >> 1] / 1000;
}
