import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { allocate, type DType, formatType, type Shape, sizeOf, toTypedArray, type TypedArray } from '../ir/value.ts';

/** Numbers with a dtype and a shape, row-major. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** A tensor over given data. Throws: invalid-input when the data does not fill the shape. */
export function tensor(dtype: DType, shape: Shape, data: TypedArray | readonly number[]): Tensor {
  const typed = Array.isArray(data) ? toTypedArray(dtype, data) : (data as TypedArray);
  if (typed.length !== sizeOf(shape)) {
    throw new WorkbenchError(
      'invalid-input',
      `tensor ${formatType({ dtype, shape })}: ${typed.length} numbers were given.`,
    );
  }
  return { dtype, shape, data: typed };
}

export function zeros(shape: Shape, dtype: DType = 'float32'): Tensor {
  return { dtype, shape, data: allocate(dtype, sizeOf(shape)) };
}
