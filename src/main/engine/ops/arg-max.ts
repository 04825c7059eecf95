import type { Value } from '../ir/value.ts';
import { FLOATS } from './families/dtypes.ts';
import { f32, given, type OpDef, zero } from './op-def.ts';
import { around, intAttribute, resolveAxis } from './shapes.ts';

/** Position of the largest element of one axis, which is dropped; the first of equals. */
export const ArgMax: OpDef = {
  onnx: { name: 'ArgMax', since: 13 },
  dtypes: [FLOATS],
  attributes: { axis: 'int', keepdims: 'int' },
  infer: ([x], attributes) => {
    const axis = resolveAxis('ArgMax', intAttribute(attributes, 'axis', 0), x.shape.length);
    return [{ dtype: 'int64', shape: x.shape.filter((_, i) => i !== axis) }];
  },
  vjp: zero('a position is piecewise constant'),
  ref: ({ inputs: [x], attributes }) => {
    const { outer, length, inner } = around(
      x.shape,
      resolveAxis('ArgMax', intAttribute(attributes, 'axis', 0), x.shape.length),
    );
    const out = new Float64Array(outer * inner);
    for (let i = 0; i < outer; i++) {
      for (let k = 0; k < inner; k++) {
        let best = 0;
        for (let j = 1; j < length; j++) {
          if (x.data[(i * length + j) * inner + k] > x.data[(i * length + best) * inner + k]) best = j;
        }
        out[i * inner + k] = best;
      }
    }
    return [out];
  },
  samples: [
    { name: 'last axis', inputs: [f32([3, 5])], attributes: { axis: -1, keepdims: 0 } },
    { name: 'ties', inputs: [given('float32', [2, 3], [1, 1, 0, 0, 2, 2])], attributes: { axis: 1, keepdims: 0 } },
  ],
  rejects: [
    {
      name: 'axis outside the rank',
      inputs: [{ dtype: 'float32', shape: [2] }],
      attributes: { axis: 1, keepdims: 0 },
      message: /axis 1 is outside a rank of 1/,
    },
  ],
};

/** Position of the largest element along one axis, as int64; the first of equals. */
export function argMax(x: Value, axis = -1): Value {
  return x.graph.op(ArgMax, [x], { axis, keepdims: 0 });
}
