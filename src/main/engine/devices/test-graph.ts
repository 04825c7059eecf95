import { CounterRandom } from '#shared/util/random.ts';
import { gradients } from '../autodiff/gradients.ts';
import { Graph } from '../ir/graph.ts';
import { inputName, sizeOf, type Value } from '../ir/value.ts';
import { crossEntropy, dropoutState, embedding, encoderLayer, gatherPositions, tiedLinear } from '../nn/index.ts';
import { dropoutMask } from '../nn/dropout.ts';
import { add, greater } from '../ops/index.ts';
import { tensor, type Tensor } from '../runtime/tensor.ts';

const [BATCH, LENGTH, WIDTH, HEADS, INNER, VOCABULARY, MASKED] = [2, 12, 32, 4, 64, 40, 6];

/** Outputs that must be equal bit by bit; the others are compared within a tolerance. */
export const EXACT = ['dropout'];
/** Prefix of the derivatives among the outputs. */
export const DERIVATIVE = 'gradient/';

/**
 * One training step of a tiny model with every kind of operator the real one has: look-ups by index and their
 * scatter-add, matrix products, softmax, layer norm, GELU, integer dropout, cross-entropy, forward and backward.
 */
export function testGraph(): { graph: Graph; feeds: Record<string, Tensor> } {
  const graph = new Graph('device-check');
  const ids = graph.input('ids', 'int32', [BATCH, LENGTH]);
  const positions = graph.input('positions', 'int32', [MASKED]);
  const labels = graph.input('labels', 'int32', [MASKED]);
  const dropout = dropoutState(graph.input('seed', 'uint32', []), 0.1);
  const linear = (name: string, from: number, to: number) => ({
    weight: graph.parameter(`${name}.weight`, [from, to]),
    bias: graph.parameter(`${name}.bias`, [to]),
  });
  const norm = (name: string) => ({
    scale: graph.parameter(`${name}.scale`, [WIDTH]),
    bias: graph.parameter(`${name}.bias`, [WIDTH]),
  });
  const table = graph.parameter('table', [VOCABULARY, WIDTH]);
  const hidden = encoderLayer(
    add(embedding(table, ids), graph.parameter('rank', [LENGTH, WIDTH])),
    {
      attention: { qkv: linear('qkv', WIDTH, 3 * WIDTH), output: linear('output', WIDTH, WIDTH) },
      attentionNorm: norm('attention-norm'),
      up: linear('up', WIDTH, INNER),
      down: linear('down', INNER, WIDTH),
      outputNorm: norm('output-norm'),
    },
    { heads: HEADS, epsilon: 1e-12, attentionDropout: dropout, hiddenDropout: dropout },
  );
  const loss = crossEntropy(tiedLinear(gatherPositions(hidden, positions), { weight: table }), labels);
  graph.output('dropout', greater(dropoutMask([BATCH * LENGTH, WIDTH], dropout), 0));
  graph.output('hidden', hidden);
  graph.output('loss', loss);
  const { parameters } = graph;
  gradients(loss, parameters).forEach((value, i) => graph.output(DERIVATIVE + inputName(parameters[i]), value));
  return { graph, feeds: feedsOf(parameters) };
}

function feedsOf(parameters: readonly Value[]): Record<string, Tensor> {
  const random = new CounterRandom(7, 'device check');
  const ints = (n: number, bound: number, at: number) =>
    Int32Array.from({ length: n }, (_, i) => random.integer(at + i, bound));
  const feeds: Record<string, Tensor> = {
    // A third of the table, so that rows repeat and their gradients must be added.
    ids: tensor('int32', [BATCH, LENGTH], ints(BATCH * LENGTH, VOCABULARY / 3, 0)),
    positions: tensor('int32', [MASKED], ints(MASKED, BATCH * LENGTH, 1000)),
    labels: tensor('int32', [MASKED], ints(MASKED, VOCABULARY, 2000)),
    seed: tensor('uint32', [], Uint32Array.of(0x9e37_79b9)),
  };
  parameters.forEach((value, n) => {
    const name = inputName(value);
    const centre = name.endsWith('.scale') ? 1 : 0;
    const weights = Float32Array.from(
      { length: sizeOf(value.shape) },
      (_, i) => centre + 0.3 * random.normal((n + 1) * 100_000 + i),
    );
    feeds[name] = tensor('float32', value.shape, weights);
  });
  return feeds;
}
