import { sizeOf, type Value } from '../ir/value.ts';
import { FLOATS } from './families/dtypes.ts';
import { f32, type OpDef } from './op-def.ts';
import { broadcastShapes, offsets, shapeError, stridesOf } from './shapes.ts';
import { transpose } from './transpose.ts';
import { unbroadcast } from './unbroadcast.ts';

export const MatMul: OpDef = {
  onnx: { name: 'MatMul', since: 13 },
  dtypes: [FLOATS, FLOATS],
  infer: ([a, b]) => {
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw shapeError('MatMul', `[${a.shape}] and [${b.shape}] must both be matrices or stacks of matrices`);
    }
    if (a.dtype !== b.dtype) throw shapeError('MatMul', `${a.dtype} and ${b.dtype} differ`);
    if (a.shape.at(-1) !== b.shape.at(-2)) {
      throw shapeError('MatMul', `[${a.shape}] and [${b.shape}] disagree on the inner length`);
    }
    const stack = broadcastShapes('MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
    return [{ dtype: a.dtype, shape: [...stack, a.shape.at(-2)!, b.shape.at(-1)!] }];
  },
  flops: ([a], [out]) => 2 * sizeOf(out.shape) * a.shape.at(-1)!,
  // dA = G B^T, dB = A^T G. ONNX Runtime fuses these transposes into the product.
  vjp: ({ inputs: [a, b], gradients: [g] }) => [
    g && (() => unbroadcast(matmul(g, transpose(b)), a.shape)),
    g && (() => unbroadcast(matmul(transpose(a), g), b.shape)),
  ],
  ref: ({ inputs: [a, b], outputs: [out] }) => {
    const [rows, inner, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
    const stack = out.shape.slice(0, -2);
    const data = new Float64Array(out.shape.reduce((n, length) => n * length, 1));
    const stackOffsets = (shape: readonly number[]) => {
      const lead = shape.slice(0, -2);
      const own = stridesOf(shape);
      const strides = stack.map((_, axis) => {
        const mine = axis - (stack.length - lead.length);
        return mine < 0 || lead[mine] === 1 ? 0 : own[mine];
      });
      return [...offsets(stack, strides)];
    };
    const [aAt, bAt] = [stackOffsets(a.shape), stackOffsets(b.shape)];
    for (let s = 0; s < aAt.length; s++) {
      for (let i = 0; i < rows; i++) {
        for (let k = 0; k < inner; k++) {
          const left = a.data[aAt[s] + i * inner + k];
          const from = bAt[s] + k * columns;
          const to = (s * rows + i) * columns;
          for (let j = 0; j < columns; j++) data[to + j] += left * b.data[from + j];
        }
      }
    }
    return [data];
  },
  samples: [
    { name: 'matrices', inputs: [f32([3, 4]), f32([4, 2])] },
    { name: 'stacks', inputs: [f32([2, 3, 2, 4]), f32([2, 3, 4, 2])] },
    { name: 'one matrix for a stack', inputs: [f32([2, 3, 4]), f32([4, 2])] },
    { name: 'stretched stacks', inputs: [f32([2, 1, 3, 4]), f32([3, 4, 2])] },
  ],
  rejects: [
    {
      name: 'inner lengths differ',
      inputs: [
        { dtype: 'float32', shape: [2, 3] },
        { dtype: 'float32', shape: [4, 2] },
      ],
      message: /\[2,3\] and \[4,2\] disagree on the inner length/,
    },
    {
      name: 'a vector',
      inputs: [
        { dtype: 'float32', shape: [3] },
        { dtype: 'float32', shape: [3, 2] },
      ],
      message: /must both be matrices/,
    },
  ],
};

/** Matrix product over the last two axes; leading axes broadcast. */
export function matmul(a: Value, b: Value): Value {
  return a.graph.op(MatMul, [a, b]);
}
