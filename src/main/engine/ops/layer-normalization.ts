import type { Value } from '../ir/value.ts';
import { FLOATS } from './families/dtypes.ts';
import { mul } from './mul.ts';
import { f32, type OpDef } from './op-def.ts';
import { reduceMean } from './reduce-mean.ts';
import { shapeError } from './shapes.ts';
import { sub } from './sub.ts';
import { unbroadcast } from './unbroadcast.ts';

/** Normalises the last axis. Outputs: y, mean, 1/sigma. */
export const LayerNormalization: OpDef = {
  onnx: { name: 'LayerNormalization', since: 17 },
  dtypes: [FLOATS, FLOATS, FLOATS],
  attributes: { axis: 'int', epsilon: 'float' },
  infer: ([x, scale, bias]) => {
    const width = x.shape.at(-1);
    if (scale.shape.join() !== String(width) || bias.shape.join() !== String(width)) {
      throw shapeError('LayerNormalization', `scale [${scale.shape}] and bias [${bias.shape}] must be [${width}]`);
    }
    const kept = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] };
    return [{ dtype: x.dtype, shape: x.shape }, kept, kept];
  },
  // z = (x - mean) r, h = g scale: dx = r (h - mean(h) - z mean(h z)), dscale = sum(g z), dbias = sum(g)
  vjp: ({ inputs: [x, scale, bias], outputs: [, mean, inverse], gradients: [g, gMean, gInverse] }) => {
    if (gMean || gInverse) throw shapeError('LayerNormalization', 'only its first output has a derivative here');
    if (!g) return [null, null, null];
    const normal = () => mul(sub(x, mean), inverse);
    return [
      () => {
        const z = normal();
        const h = mul(g, scale);
        const centred = sub(h, reduceMean(h, [-1], { keep: true }));
        return mul(sub(centred, mul(z, reduceMean(mul(h, z), [-1], { keep: true }))), inverse);
      },
      () => unbroadcast(mul(g, normal()), scale.shape),
      () => unbroadcast(g, bias.shape),
    ];
  },
  ref: ({ inputs: [x, scale, bias], attributes }) => {
    const width = x.shape.at(-1)!;
    const rows = x.data.length / width;
    const y = new Float64Array(x.data.length);
    const mean = new Float64Array(rows);
    const inverse = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const row = x.data.subarray(i * width, (i + 1) * width);
      mean[i] = row.reduce((a, b) => a + b, 0) / width;
      const variance = row.reduce((total, value) => total + (value - mean[i]) ** 2, 0) / width;
      inverse[i] = 1 / Math.sqrt(variance + (attributes.epsilon as number));
      row.forEach((value, j) => (y[i * width + j] = (value - mean[i]) * inverse[i] * scale.data[j] + bias.data[j]));
    }
    return [y, mean, inverse];
  },
  samples: [
    {
      name: 'rows',
      inputs: [f32([3, 6]), f32([6]), f32([6])],
      attributes: { axis: -1, epsilon: 1e-5 },
      tolerance: 1e-5,
    },
    {
      name: 'tokens',
      inputs: [f32([2, 3, 4]), f32([4]), f32([4])],
      attributes: { axis: -1, epsilon: 1e-12 },
      tolerance: 1e-5,
    },
  ],
  rejects: [
    {
      name: 'a scale of another width',
      inputs: [
        { dtype: 'float32', shape: [2, 3] },
        { dtype: 'float32', shape: [4] },
        { dtype: 'float32', shape: [3] },
      ],
      attributes: { axis: -1, epsilon: 1e-5 },
      message: /must be \[3\]/,
    },
  ],
};

/** (x - mean) / sqrt(variance + epsilon) * scale + bias over the last axis; the variance is the population's. */
export function layerNormalization(x: Value, scale: Value, bias: Value, epsilon: number): Value {
  return x.graph.op(LayerNormalization, [x, scale, bias], { axis: -1, epsilon });
}
