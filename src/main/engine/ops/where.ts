import type { Value } from '../ir/value.ts';
import { formatType } from '../ir/value.ts';
import { ANY, BOOL } from './families/dtypes.ts';
import type { Operand } from './families/binary.ts';
import { f32, given, type OpDef } from './op-def.ts';
import { broadcastShapes, shapeError, stretched } from './shapes.ts';
import { unbroadcast } from './unbroadcast.ts';

export const Where: OpDef = {
  onnx: { name: 'Where', since: 16 },
  dtypes: [BOOL, ANY, ANY],
  infer: ([condition, a, b]) => {
    if (a.dtype !== b.dtype) throw shapeError('Where', `${formatType(a)} and ${formatType(b)} differ in dtype`);
    return [
      { dtype: a.dtype, shape: broadcastShapes('Where', condition.shape, broadcastShapes('Where', a.shape, b.shape)) },
    ];
  },
  vjp: ({ inputs: [condition, a, b], gradients: [g] }) => [
    null,
    g && (() => unbroadcast(where(condition, g, 0), a.shape)),
    g && (() => unbroadcast(where(condition, 0, g), b.shape)),
  ],
  ref: ({ inputs: [condition, a, b], outputs: [out] }) => {
    const left = stretched(a.data, a.shape, out.shape);
    const right = stretched(b.data, b.shape, out.shape);
    return [stretched(condition.data, condition.shape, out.shape).map((yes, i) => (yes ? left[i] : right[i]))];
  },
  samples: [
    { name: 'same shape', inputs: [given('bool', [2, 2], [1, 0, 0, 1]), f32([2, 2]), f32([2, 2])] },
    { name: 'stretched', inputs: [given('bool', [2, 1], [1, 0]), f32([3]), f32([])] },
  ],
  rejects: [
    {
      name: 'a number as condition',
      inputs: [
        { dtype: 'float32', shape: [2] },
        { dtype: 'float32', shape: [2] },
        { dtype: 'float32', shape: [2] },
      ],
      message: /input 0 is float32\[2\], it takes bool/,
    },
  ],
};

/** `a` where the condition holds, else `b`; broadcast. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  const { graph } = condition;
  const dtype = typeof a !== 'number' ? a.dtype : typeof b !== 'number' ? b.dtype : 'float32';
  const value = (x: Operand) => (typeof x === 'number' ? graph.constant(x, dtype) : x);
  return graph.op(Where, [condition, value(a), value(b)]);
}
