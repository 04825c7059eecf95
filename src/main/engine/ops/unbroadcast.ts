import { isFloat, sameShape, type Shape, sizeOf, type Value } from '../ir/value.ts';
import { expand } from './expand.ts';
import { gemm } from './gemm.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';

/** Sums a gradient over the axes along which an input of `shape` was stretched. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((length, axis) =>
    axis < lead || (shape[axis - lead] === 1 && length !== 1) ? [axis] : [],
  );
  const leading = axes.every((axis, i) => axis === i);
  return reshape(
    leading && isFloat(gradient.dtype) ? sumRows(gradient, axes.length) : reduceSum(gradient, axes),
    shape,
  );
}

/**
 * Sum over the first axes. Shape: [R.., C..] -> [1, C].
 *
 * Note: a row of ones times the matrix; ONNX Runtime's ReduceSum over the first axis took 2 to 4 times as long
 * (656 x 20,000: 9.5 against 2.3 ms).
 */
function sumRows(gradient: Value, nAxes: number): Value {
  const rows = sizeOf(gradient.shape.slice(0, nAxes));
  const columns = sizeOf(gradient.shape.slice(nAxes));
  if (columns === 1) return reduceSum(gradient);
  const ones = expand(gradient.graph.constant(1, gradient.dtype), [1, rows]);
  return gemm(ones, reshape(gradient, [rows, columns]));
}
