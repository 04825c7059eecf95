import { formatType, type Value } from '../ir/value.ts';
import { cast } from './cast.ts';
import { equal } from './equal.ts';
import { NUMBERS } from './families/dtypes.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { f32, given, type OpDef } from './op-def.ts';
import { reduceSum } from './reduce-sum.ts';
import { shapeError } from './shapes.ts';

/** Bounds are scalar inputs. */
export const Clip: OpDef = {
  onnx: { name: 'Clip', since: 13 },
  dtypes: [NUMBERS, NUMBERS, NUMBERS],
  infer: ([x, low, high]) => {
    if (low.shape.length > 0 || high.shape.length > 0 || low.dtype !== x.dtype || high.dtype !== x.dtype) {
      throw shapeError('Clip', `bounds ${formatType(low)} and ${formatType(high)} must be scalars of ${x.dtype}`);
    }
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  // The gradient passes where nothing was clipped; the rest goes to the bound that held.
  vjp: ({ inputs: [x, low, high], outputs: [y], gradients: [g] }) => [
    g && (() => mul(g, cast(equal(x, y), x.dtype))),
    g && (() => reduceSum(mul(g, cast(less(x, low), x.dtype)))),
    g && (() => reduceSum(mul(g, cast(less(high, x), x.dtype)))),
  ],
  ref: ({ inputs: [x, low, high] }) => [x.data.map((value) => Math.min(Math.max(value, low.data[0]), high.data[0]))],
  samples: [
    { name: 'both bounds', inputs: [f32([3, 5]), given('float32', [], [-0.4]), given('float32', [], [0.6])] },
    { name: 'int32', inputs: [given('int32', [3], [-5, 0, 9]), given('int32', [], [-1]), given('int32', [], [4])] },
  ],
  rejects: [
    {
      name: 'a bound per element',
      inputs: [
        { dtype: 'float32', shape: [3] },
        { dtype: 'float32', shape: [3] },
        { dtype: 'float32', shape: [] },
      ],
      message: /must be scalars of float32/,
    },
  ],
};

/** min(max(x, low), high) */
export function clip(x: Value, low: number, high: number): Value {
  return x.graph.op(Clip, [x, x.graph.constant(low, x.dtype), x.graph.constant(high, x.dtype)]);
}
