import { sameShape, type Shape, type Value } from '../ir/value.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';

/** Sums a gradient over the axes along which an input of `shape` was stretched. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((length, axis) =>
    axis < lead || (shape[axis - lead] === 1 && length !== 1) ? [axis] : [],
  );
  return reshape(reduceSum(gradient, axes), shape);
}
