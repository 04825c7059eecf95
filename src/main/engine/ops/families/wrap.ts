import type { DType } from '../../ir/value.ts';

/** Brings an exact result back into the range of its dtype: integers wrap as two's complement, floats stay. */
export function wrap(dtype: DType, value: number): number {
  switch (dtype) {
    case 'int32':
      return value | 0;
    case 'uint32':
      return value >>> 0;
    case 'bool':
      return value ? 1 : 0;
    case 'int64':
      return Math.trunc(value);
    default:
      return value;
  }
}
