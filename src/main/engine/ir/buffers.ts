/** Operators whose result is their input seen with another shape: ONNX Runtime gives it no memory of its own. */
export const ALIASES: ReadonlySet<string> = new Set(['Reshape', 'Identity']);

/** Operators that ONNX Runtime may let write over an input of equal size. */
export const OVERWRITES: ReadonlySet<string> = new Set([
  'Abs',
  'Add',
  'Cast',
  'Clip',
  'Div',
  'Erf',
  'Exp',
  'Log',
  'Mul',
  'Neg',
  'Reciprocal',
  'Relu',
  'Sigmoid',
  'Softmax',
  'Sqrt',
  'Sub',
  'Tanh',
]);
