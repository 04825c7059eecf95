import { Graph } from '#engine/ir/graph.ts';
import {
  crossEntropy,
  dropoutState,
  embedding,
  encoderLayer,
  gatherPositions,
  keyMaskOf,
  linear,
  maskedMse,
  tiedLinear,
} from '#engine/nn/index.ts';
import { add, mul, reshape } from '#engine/ops/index.ts';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { encoderLayerWeights, randomTensor } from './build.ts';

interface Size {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly batch: number;
  readonly length: number;
  readonly vocabulary: number;
  readonly dropout: number;
}

/** A masked-token model of one size, with id and value heads at 15 % of the positions. */
export function encoderModel(size: Size) {
  const { layers, width, heads, batch, length, vocabulary } = size;
  const masked = Math.round(0.15 * batch * length);
  const build = (graph: Graph, _shape: unknown, mode: 'train' | 'evaluate') => {
    const ids = graph.input('ids', 'int32', [batch, length]);
    const positions = graph.input('positions', 'int32', [masked]);
    const labels = graph.input('labels', 'int32', [masked]);
    const keyMask = keyMaskOf(graph.input('keep', 'float32', [batch, length]));
    const table = graph.parameter('table', [vocabulary, width]);
    const rank = graph.parameter('rank', [length, width]);
    const head = { weight: graph.parameter('value.weight', [width, 1]), bias: graph.parameter('value.bias', [1]) };
    const state =
      mode === 'train' && size.dropout > 0 ? dropoutState(graph.input('seed', 'uint32', []), size.dropout) : undefined;
    let hidden = add(embedding(table, ids), rank);
    for (let i = 0; i < layers; i++) {
      const weights = encoderLayerWeights(graph, `layer${i}`, width, 4 * width);
      hidden = encoderLayer(hidden, weights, {
        heads,
        epsilon: 1e-12,
        keyMask,
        attentionDropout: state,
        hiddenDropout: state,
      });
    }
    const chosen = gatherPositions(hidden, positions);
    const idLoss = crossEntropy(tiedLinear(chosen, { weight: table }), labels);
    const one = graph.constant(1, 'float32', [masked]);
    const valueLoss = maskedMse(reshape(linear(chosen, head), [masked]), one, one);
    return { loss: add(mul(idLoss, 0.2), mul(valueLoss, 0.8)) };
  };
  const random = new CounterRandom(1, 'bench');
  const ints = (n: number, bound: number, offset: number) =>
    Int32Array.from({ length: n }, (_, i) => random.integer(offset + i, bound));
  const feeds: Record<string, Tensor> = {
    ids: tensor('int32', [batch, length], ints(batch * length, vocabulary, 0)),
    positions: tensor('int32', [masked], random.permutation(batch * length).slice(0, masked)),
    labels: tensor('int32', [masked], ints(masked, vocabulary, 1e6)),
    keep: tensor('float32', [batch, length], new Float32Array(batch * length).fill(1)),
  };
  const probe = new Graph('probe');
  build(probe, null, 'evaluate');
  const parameters = Object.fromEntries(
    probe.parameters.map((value) => [
      value.producer.kind === 'input' ? value.producer.name : '',
      randomTensor(value, 3, 0.04),
    ]),
  );
  return { build, feeds, parameters };
}
