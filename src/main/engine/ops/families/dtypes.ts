import type { DType } from '../../ir/value.ts';

export const FLOATS: readonly DType[] = ['float32', 'float64'];
export const NUMBERS: readonly DType[] = ['float32', 'float64', 'int32', 'int64', 'uint32'];
export const INTEGERS: readonly DType[] = ['int32', 'int64', 'uint32'];
export const SIGNED: readonly DType[] = ['float32', 'float64', 'int32', 'int64'];
export const UINT32: readonly DType[] = ['uint32'];
export const INDICES: readonly DType[] = ['int32', 'int64'];
export const INT64: readonly DType[] = ['int64'];
export const BOOL: readonly DType[] = ['bool'];
export const ANY: readonly DType[] = ['float32', 'float64', 'int32', 'int64', 'uint32', 'bool'];
