import type { Value } from '../ir/value.ts';
import { expand } from './expand.ts';

/** Zeros of the dtype and shape of `x`. */
export function zerosLike(x: Value): Value {
  return expand(x.graph.constant(0, x.dtype), x.shape);
}
