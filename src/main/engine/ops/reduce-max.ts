import type { Value } from '../ir/value.ts';
import { cast } from './cast.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { NUMBERS } from './families/dtypes.ts';
import { defineReduce, reduceAttributes, type ReduceOptions } from './families/reduce.ts';
import { mul } from './mul.ts';
import type { OpDef } from './op-def.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';

export const ReduceMax: OpDef = defineReduce({
  name: 'ReduceMax',
  since: 18,
  dtypes: NUMBERS,
  initial: Number.NEGATIVE_INFINITY,
  combine: Math.max,
  keep: reshape,
  // Equal maxima share the gradient.
  vjp: (g, { inputs: [x], outputs: [y], attributes }) => {
    const axes = attributes.axes as readonly number[];
    const atMaximum = cast(equal(x, reshape(y, g.shape)), x.dtype);
    return mul(atMaximum, div(g, reduceSum(atMaximum, axes, { keep: true })));
  },
});

/** Largest element over axes (all where none are given). */
export function reduceMax(x: Value, axes?: readonly number[], options: ReduceOptions = {}): Value {
  const attributes = reduceAttributes('ReduceMax', x, axes, options);
  return attributes.axes.length === 0 ? x : x.graph.op(ReduceMax, [x], attributes);
}
