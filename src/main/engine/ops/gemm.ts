import { sizeOf, type Value } from '../ir/value.ts';
import { FLOATS } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';
import { broadcastShapes, intAttribute, shapeError, stretched } from './shapes.ts';
import { unbroadcast } from './unbroadcast.ts';

export const Gemm: OpDef = {
  onnx: { name: 'Gemm', since: 13 },
  dtypes: [FLOATS, FLOATS, FLOATS],
  arity: [2, 3],
  attributes: { transA: 'int', transB: 'int' },
  infer: ([a, b, c], attributes) => {
    if (a.shape.length !== 2 || b.shape.length !== 2) {
      throw shapeError('Gemm', `[${a.shape}] and [${b.shape}] must both be matrices`);
    }
    const [rows, inner] = flipped(a.shape, intAttribute(attributes, 'transA', 0));
    const [other, columns] = flipped(b.shape, intAttribute(attributes, 'transB', 0));
    if (inner !== other) throw shapeError('Gemm', `[${a.shape}] and [${b.shape}] disagree on the inner length`);
    if (c && broadcastShapes('Gemm', c.shape, [rows, columns]).join() !== `${rows},${columns}`) {
      throw shapeError('Gemm', `[${c.shape}] cannot be added to [${rows},${columns}]`);
    }
    return [{ dtype: a.dtype, shape: [rows, columns] }];
  },
  flops: ([a], [out], attributes) =>
    2 * sizeOf(out.shape) * a.shape[intAttribute(attributes, 'transA', 0) === 1 ? 0 : 1],
  // Y = A' B' + C with ' an optional transpose: every product of the derivative is again a Gemm, no transpose is stored.
  vjp: ({ inputs: [a, b, c], attributes, gradients: [g] }) => {
    if (!g) return [null, null, null];
    const transA = intAttribute(attributes, 'transA', 0) === 1;
    const transB = intAttribute(attributes, 'transB', 0) === 1;
    return [
      () => (transA ? gemm(b, g, { transA: transB, transB: true }) : gemm(g, b, { transB: !transB })),
      () => (transB ? gemm(g, a, { transA: true, transB: transA }) : gemm(a, g, { transA: !transA })),
      c ? () => unbroadcast(g, c.shape) : null,
    ];
  },
  ref: ({ inputs: [a, b, c], outputs: [out], attributes }) => {
    const [rows, columns] = out.shape;
    const transA = intAttribute(attributes, 'transA', 0) === 1;
    const transB = intAttribute(attributes, 'transB', 0) === 1;
    const inner = a.shape[transA ? 0 : 1];
    const data = c ? Float64Array.from(stretched(c.data, c.shape, out.shape)) : new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let total = 0;
        for (let k = 0; k < inner; k++) {
          total += a.data[transA ? k * rows + i : i * inner + k] * b.data[transB ? j * inner + k : k * columns + j];
        }
        data[i * columns + j] += total;
      }
    }
    return [data];
  },
  samples: [
    { name: 'with a bias', inputs: [f32([3, 4]), f32([4, 2]), f32([2])] },
    { name: 'without', inputs: [f32([3, 4]), f32([4, 2])] },
    { name: 'A transposed', inputs: [f32([4, 3]), f32([4, 2]), f32([3, 1])], attributes: { transA: 1, transB: 0 } },
    { name: 'B transposed', inputs: [f32([3, 4]), f32([2, 4]), f32([3, 2])], attributes: { transA: 0, transB: 1 } },
    { name: 'both transposed', inputs: [f32([4, 3]), f32([2, 4])], attributes: { transA: 1, transB: 1 } },
  ],
  rejects: [
    {
      name: 'inner lengths differ',
      inputs: [
        { dtype: 'float32', shape: [2, 3] },
        { dtype: 'float32', shape: [2, 3] },
      ],
      message: /disagree on the inner length/,
    },
    {
      name: 'a bias that is too large',
      inputs: [
        { dtype: 'float32', shape: [2, 3] },
        { dtype: 'float32', shape: [3, 1] },
        { dtype: 'float32', shape: [4] },
      ],
      message: /cannot be added to \[2,1\]/,
    },
  ],
};

function flipped(shape: readonly number[], trans: number): readonly number[] {
  return trans === 1 ? [shape[1], shape[0]] : shape;
}

export interface GemmOptions {
  transA?: boolean;
  transB?: boolean;
  /** Added to the product, broadcast. */
  bias?: Value;
}

/** Product of two matrices, either taken transposed, plus a bias. Shape: [M, K] x [K, N] + bias -> [M, N]. */
export function gemm(a: Value, b: Value, options: GemmOptions = {}): Value {
  return a.graph.op(Gemm, options.bias ? [a, b, options.bias] : [a, b], {
    transA: options.transA ? 1 : 0,
    transB: options.transB ? 1 : 0,
  });
}
