import { Abs } from './abs.ts';
import { Add } from './add.ts';
import { And } from './and.ts';
import { ArgMax } from './arg-max.ts';
import { BitShiftRight } from './bit-shift-right.ts';
import { BitwiseXor } from './bitwise-xor.ts';
import { Cast } from './cast.ts';
import { Clip } from './clip.ts';
import { Concat } from './concat.ts';
import { Div } from './div.ts';
import { Equal } from './equal.ts';
import { Erf } from './erf.ts';
import { Exp } from './exp.ts';
import { Expand } from './expand.ts';
import { GatherElements } from './gather-elements.ts';
import { Gather } from './gather.ts';
import { Gelu } from './gelu.ts';
import { Gemm } from './gemm.ts';
import { Greater } from './greater.ts';
import { Identity } from './identity.ts';
import { LayerNormalization } from './layer-normalization.ts';
import { Less } from './less.ts';
import { LogSoftmax } from './log-softmax.ts';
import { Log } from './log.ts';
import { MatMul } from './matmul.ts';
import { Max } from './max.ts';
import { Min } from './min.ts';
import { Mod } from './mod.ts';
import { Mul } from './mul.ts';
import { Neg } from './neg.ts';
import { Not } from './not.ts';
import { Pow } from './pow.ts';
import { Reciprocal } from './reciprocal.ts';
import { ReduceMax } from './reduce-max.ts';
import { ReduceMean } from './reduce-mean.ts';
import { ReduceSum } from './reduce-sum.ts';
import { Relu } from './relu.ts';
import { Reshape } from './reshape.ts';
import { ScatterElementsAdd } from './scatter-elements.ts';
import { Sigmoid } from './sigmoid.ts';
import { Sign } from './sign.ts';
import { Slice } from './slice.ts';
import { Softmax } from './softmax.ts';
import { Split } from './split.ts';
import { Sqrt } from './sqrt.ts';
import { Sub } from './sub.ts';
import { Tanh } from './tanh.ts';
import { Transpose } from './transpose.ts';
import { Where } from './where.ts';
import type { OpDef } from './op-def.ts';

/** Every op there is: the tests and the ONNX reader walk this table. Adding an op is its file and its line here. */
export const ops: readonly OpDef[] = [
  Abs,
  Add,
  And,
  ArgMax,
  BitShiftRight,
  BitwiseXor,
  Cast,
  Clip,
  Concat,
  Div,
  Equal,
  Erf,
  Exp,
  Expand,
  GatherElements,
  Gather,
  Gelu,
  Gemm,
  Greater,
  Identity,
  LayerNormalization,
  Less,
  LogSoftmax,
  Log,
  MatMul,
  Max,
  Min,
  Mod,
  Mul,
  Neg,
  Not,
  Pow,
  Reciprocal,
  ReduceMax,
  ReduceMean,
  ReduceSum,
  Relu,
  Reshape,
  ScatterElementsAdd,
  Sigmoid,
  Sign,
  Slice,
  Softmax,
  Split,
  Sqrt,
  Sub,
  Tanh,
  Transpose,
  Where,
];

export { abs } from './abs.ts';
export { add } from './add.ts';
export { and } from './and.ts';
export { argMax } from './arg-max.ts';
export { shiftRight } from './bit-shift-right.ts';
export { bitwiseXor } from './bitwise-xor.ts';
export { cast } from './cast.ts';
export { clip } from './clip.ts';
export { concat } from './concat.ts';
export { div } from './div.ts';
export { equal } from './equal.ts';
export { erf } from './erf.ts';
export { exp } from './exp.ts';
export { expand } from './expand.ts';
export { gatherElements } from './gather-elements.ts';
export { gather } from './gather.ts';
export { gelu } from './gelu.ts';
export { gemm } from './gemm.ts';
export { greater } from './greater.ts';
export { identity } from './identity.ts';
export { layerNormalization } from './layer-normalization.ts';
export { less } from './less.ts';
export { logSoftmax } from './log-softmax.ts';
export { log } from './log.ts';
export { matmul } from './matmul.ts';
export { maximum } from './max.ts';
export { minimum } from './min.ts';
export { mod } from './mod.ts';
export { mul } from './mul.ts';
export { neg } from './neg.ts';
export { not } from './not.ts';
export { pow } from './pow.ts';
export { reciprocal } from './reciprocal.ts';
export { reduceMax } from './reduce-max.ts';
export { reduceMean } from './reduce-mean.ts';
export { reduceSum } from './reduce-sum.ts';
export { relu } from './relu.ts';
export { reshape, squeeze, unsqueeze } from './reshape.ts';
export { scatterElementsAdd } from './scatter-elements.ts';
export { scatterAddRows } from './scatter-add-rows.ts';
export { sigmoid } from './sigmoid.ts';
export { sign } from './sign.ts';
export { slice } from './slice.ts';
export { softmax } from './softmax.ts';
export { split } from './split.ts';
export { sqrt } from './sqrt.ts';
export { sub } from './sub.ts';
export { tanh } from './tanh.ts';
export { transpose } from './transpose.ts';
export { unbroadcast } from './unbroadcast.ts';
export { where } from './where.ts';
export { zerosLike } from './zeros-like.ts';
export type { Operand } from './families/binary.ts';
export type { OpDef } from './op-def.ts';
