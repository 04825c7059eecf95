import type { Value } from '../ir/value.ts';
import { expand } from './expand.ts';
import { NUMBERS } from './families/dtypes.ts';
import { defineReduce, reduceAttributes, type ReduceOptions } from './families/reduce.ts';
import type { OpDef } from './op-def.ts';
import { reshape } from './reshape.ts';

export const ReduceSum: OpDef = defineReduce({
  name: 'ReduceSum',
  since: 13,
  dtypes: NUMBERS,
  initial: 0,
  combine: (total, next) => total + next,
  keep: reshape,
  vjp: (g, { inputs: [x] }) => expand(g, x.shape),
});

/** Sum over axes (all where none are given). */
export function reduceSum(x: Value, axes?: readonly number[], options: ReduceOptions = {}): Value {
  const attributes = reduceAttributes('ReduceSum', x, axes, options);
  return attributes.axes.length === 0 ? x : x.graph.op(ReduceSum, [x], attributes);
}
