import type { Value } from '../ir/value.ts';
import { expand } from './expand.ts';
import { FLOATS } from './families/dtypes.ts';
import { defineReduce, reduceAttributes, type ReduceOptions } from './families/reduce.ts';
import { mul } from './mul.ts';
import type { OpDef } from './op-def.ts';
import { reshape } from './reshape.ts';

export const ReduceMean: OpDef = defineReduce({
  name: 'ReduceMean',
  since: 18,
  dtypes: FLOATS,
  initial: 0,
  combine: (total, next) => total + next,
  finish: (total, count) => total / count,
  keep: reshape,
  vjp: (g, { inputs: [x] }, count) => expand(mul(g, 1 / count), x.shape),
});

/** Mean over axes (all where none are given). */
export function reduceMean(x: Value, axes?: readonly number[], options: ReduceOptions = {}): Value {
  const attributes = reduceAttributes('ReduceMean', x, axes, options);
  return attributes.axes.length === 0 ? x : x.graph.op(ReduceMean, [x], attributes);
}
