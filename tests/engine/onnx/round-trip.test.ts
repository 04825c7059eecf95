import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { graphHash } from '#engine/ir/hash.ts';
import { crossEntropy, embedding, encoderLayer, tiedLinear } from '#engine/nn/index.ts';
import { decode } from '#engine/onnx/decode.ts';
import { encode } from '#engine/onnx/encode.ts';
import { DATA_TYPES, ModelProto } from '#engine/onnx/schema.ts';
import { ops, reshape, add } from '#engine/ops/index.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { encoderLayerWeights } from '../support/build.ts';

describe('ONNX', () => {
  it.each(ops.flatMap((op) => op.samples.map((sample) => [`${op.onnx.name}, ${sample.name}`, op, sample] as const)))(
    'comes back the same: %s',
    (_, op, sample) => {
      const graph = new Graph('sample');
      const inputs = sample.inputs.map((input, i) => graph.input(`input${i}`, input.dtype, input.shape));
      graph.opAll(op, inputs, sample.attributes).forEach((output, i) => graph.output(`output${i}`, output));
      expect(graphHash(decode(encode(graph)))).toBe(graphHash(graph));
    },
  );

  it('a transformer with its derivative comes back the same', () => {
    const graph = new Graph('transformer');
    const table = graph.input('table', 'float32', [7, 8]);
    const weights = encoderLayerWeights(graph, 'layer', 8, 16);
    const hidden = encoderLayer(embedding(table, graph.input('ids', 'int32', [2, 5])), weights, {
      heads: 2,
      epsilon: 1e-12,
    });
    const loss = crossEntropy(
      reshape(tiedLinear(hidden, { weight: table }), [10, 7]),
      graph.input('labels', 'int32', [10]),
    );
    graph.output('loss', loss);
    graph.output('dtable', gradients(loss, [table])[0]);
    const again = decode(encode(graph));
    expect(graphHash(decode(encode(again)))).toBe(graphHash(again));
    expect([...again.outputs.keys()]).toEqual(['loss', 'dtable']);
  });

  it('keeps every constant bit for bit', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 20 }), (numbers) => {
        const graph = new Graph('constants');
        const constant = graph.constant(numbers, 'float32', [numbers.length]);
        graph.output('sum', add(graph.input('x', 'float32', []), constant));
        const [stored] = decode(encode(graph)).values.filter(
          (value) => value.rank === 1 && value.producer.kind === 'constant',
        );
        expect(stored.producer.kind === 'constant' && stored.producer.data).toEqual(numbers);
      }),
    );
  });

  it('writes bound parameters as initializers and not as inputs', () => {
    const graph = new Graph('bound');
    const w = graph.parameter('w', [2]);
    graph.output('y', add(graph.input('x', 'float32', [2]), w));
    const message = ModelProto.toObject(
      ModelProto.decode(encode(graph, { bind: { w: tensor('float32', [2], [3, 4]) } })),
    ) as {
      graph: { input: { name: string }[]; initializer: { name: string; dataType: number; rawData: Uint8Array }[] };
    };
    expect(message.graph.input.map((input) => input.name)).toEqual(['x']);
    expect(message.graph.initializer.map(({ name, dataType }) => ({ name, dataType }))).toEqual([
      { name: 'w', dataType: DATA_TYPES.float32 },
    ]);
    expect([...new Float32Array(Uint8Array.from(message.graph.initializer[0].rawData).buffer)]).toEqual([3, 4]);
  });

  it('refuses what is no model, and ops it does not know', () => {
    expect(() => decode(Uint8Array.of(255, 255, 255))).toThrow(/not a protobuf message/);
    expect(() => decode(new Uint8Array())).toThrow(/holds no graph/);
    const bytes = ModelProto.encode({
      graph: { name: 'g', node: [{ opType: 'LSTM', input: [], output: ['y'] }] },
    }).finish();
    expect(() => decode(bytes)).toThrow(/LSTM is not an op of the workbench/);
  });
});
