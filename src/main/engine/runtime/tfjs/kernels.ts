import { Abs } from '../../ops/abs.ts';
import { Add } from '../../ops/add.ts';
import { And } from '../../ops/and.ts';
import { ArgMax } from '../../ops/arg-max.ts';
import { BitShiftRight } from '../../ops/bit-shift-right.ts';
import { BitwiseXor } from '../../ops/bitwise-xor.ts';
import { Cast } from '../../ops/cast.ts';
import { Clip } from '../../ops/clip.ts';
import { Concat } from '../../ops/concat.ts';
import { Div } from '../../ops/div.ts';
import { Equal } from '../../ops/equal.ts';
import { Erf } from '../../ops/erf.ts';
import { Exp } from '../../ops/exp.ts';
import { Expand } from '../../ops/expand.ts';
import { GatherElements } from '../../ops/gather-elements.ts';
import { Gather } from '../../ops/gather.ts';
import { Gelu } from '../../ops/gelu.ts';
import { Gemm } from '../../ops/gemm.ts';
import { Greater } from '../../ops/greater.ts';
import { Identity } from '../../ops/identity.ts';
import { LayerNormalization } from '../../ops/layer-normalization.ts';
import { Less } from '../../ops/less.ts';
import { LogSoftmax } from '../../ops/log-softmax.ts';
import { Log } from '../../ops/log.ts';
import { MatMul } from '../../ops/matmul.ts';
import { Max } from '../../ops/max.ts';
import { Min } from '../../ops/min.ts';
import { Mod } from '../../ops/mod.ts';
import { Mul } from '../../ops/mul.ts';
import { Neg } from '../../ops/neg.ts';
import { Not } from '../../ops/not.ts';
import type { OpDef } from '../../ops/op-def.ts';
import { Pow } from '../../ops/pow.ts';
import { Reciprocal } from '../../ops/reciprocal.ts';
import { ReduceMax } from '../../ops/reduce-max.ts';
import { ReduceMean } from '../../ops/reduce-mean.ts';
import { ReduceSum } from '../../ops/reduce-sum.ts';
import { Relu } from '../../ops/relu.ts';
import { Reshape } from '../../ops/reshape.ts';
import { ScatterElementsAdd } from '../../ops/scatter-elements.ts';
import { Sigmoid } from '../../ops/sigmoid.ts';
import { Sign } from '../../ops/sign.ts';
import { Slice } from '../../ops/slice.ts';
import { Softmax } from '../../ops/softmax.ts';
import { Split } from '../../ops/split.ts';
import { Sqrt } from '../../ops/sqrt.ts';
import { Sub } from '../../ops/sub.ts';
import { Tanh } from '../../ops/tanh.ts';
import { Transpose } from '../../ops/transpose.ts';
import { Where } from '../../ops/where.ts';
import * as algebra from './algebra.ts';
import * as elementwise from './elementwise.ts';
import * as indexing from './indexing.ts';
import type { Kernel } from './kernel.ts';
import * as shaping from './shaping.ts';

/** The kernel of each op. An op that is not here is refused by name when a graph is compiled. */
export const KERNELS: ReadonlyMap<OpDef, Kernel> = new Map([
  [Abs, elementwise.abs],
  [Add, elementwise.add],
  [And, elementwise.and],
  [ArgMax, algebra.argMax],
  [BitShiftRight, elementwise.shiftRight],
  [BitwiseXor, elementwise.xor],
  [Cast, elementwise.cast],
  [Clip, elementwise.clip],
  [Concat, shaping.concat],
  [Div, elementwise.div],
  [Equal, elementwise.equal],
  [Erf, elementwise.erf],
  [Exp, elementwise.exp],
  [Expand, shaping.expand],
  [GatherElements, indexing.gatherElements],
  [Gather, indexing.gather],
  [Gelu, elementwise.gelu],
  [Gemm, algebra.gemm],
  [Greater, elementwise.greater],
  [Identity, elementwise.identity],
  [LayerNormalization, algebra.layerNormalization],
  [Less, elementwise.less],
  [LogSoftmax, algebra.logSoftmax],
  [Log, elementwise.log],
  [MatMul, algebra.matmul],
  [Max, elementwise.max],
  [Min, elementwise.min],
  [Mod, elementwise.mod],
  [Mul, elementwise.mul],
  [Neg, elementwise.neg],
  [Not, elementwise.not],
  [Pow, elementwise.pow],
  [Reciprocal, elementwise.reciprocal],
  [ReduceMax, algebra.reduceMax],
  [ReduceMean, algebra.reduceMean],
  [ReduceSum, algebra.reduceSum],
  [Relu, elementwise.relu],
  [Reshape, shaping.reshape],
  [ScatterElementsAdd, indexing.scatterElementsAdd],
  [Sigmoid, elementwise.sigmoid],
  [Sign, elementwise.sign],
  [Slice, shaping.slice],
  [Softmax, algebra.softmax],
  [Split, shaping.split],
  [Sqrt, elementwise.sqrt],
  [Sub, elementwise.sub],
  [Tanh, elementwise.tanh],
  [Transpose, shaping.transpose],
  [Where, elementwise.where],
]);
