import * as tf from '@tensorflow/tfjs-core';
import { liveSet } from '#engine/ir/live.ts';
import { toTypedArray, type Value } from '#engine/ir/value.ts';
import { Clip } from '#engine/ops/clip.ts';
import { GatherElements } from '#engine/ops/gather-elements.ts';
import { Max } from '#engine/ops/max.ts';
import { Min } from '#engine/ops/min.ts';
import type { NdArray, OpDef } from '#engine/ops/op-def.ts';
import { ScatterElementsAdd } from '#engine/ops/scatter-elements.ts';
import { onBackend } from '#engine/runtime/tfjs/backend.ts';
import { evaluate } from '#engine/runtime/tfjs/evaluate.ts';
import type { Kernel, KernelCall } from '#engine/runtime/tfjs/kernel.ts';
import { KERNELS } from '#engine/runtime/tfjs/kernels.ts';
import { upload } from '#engine/runtime/tfjs/storage.ts';
import { registerDerivatives } from './tfjs-derivatives.ts';

/**
 * d loss / d wrt by TensorFlow.js's own reverse pass over the forward graph, in float32 on the cpu backend.
 *
 * Nothing of `engine/autodiff`, of an op's rule or of a replaced gradient takes part: the kernels compute the forward
 * values, and TensorFlow.js derives what they did.
 */
export async function tfjsGradients(
  loss: Value,
  wrt: readonly Value[],
  feeds: ReadonlyMap<Value, NdArray>,
): Promise<Float32Array[]> {
  await registerDerivatives();
  const live = liveSet(loss.graph, [loss]);
  return onBackend('cpu', () =>
    tf.tidy(() => {
      const given = new Map<Value, tf.Tensor>();
      for (const value of live.constants) {
        const { producer, dtype, shape } = value;
        if (producer.kind === 'constant') given.set(value, upload({ dtype, shape, data: producer.data }));
      }
      for (const value of live.inputs) given.set(value, fed(value, feeds));
      const derive = tf.grads((...varied: tf.Tensor[]) => {
        wrt.forEach((value, i) => given.set(value, varied[i]));
        return evaluate(live.nodes, given, [loss], DIFFERENTIABLE).get(loss)!;
      });
      return derive(wrt.map((value) => given.get(value)!)).map((held) => Float32Array.from(held.dataSync()));
    }),
  );
}

function fed(value: Value, feeds: ReadonlyMap<Value, NdArray>): tf.Tensor {
  const { dtype, shape, data } = feeds.get(value)!;
  return upload({ dtype, shape, data: toTypedArray(dtype, data) });
}

/** The executor's kernels, but for five of which TensorFlow.js has no derivative, or a wrong one. */
const DIFFERENTIABLE: ReadonlyMap<OpDef, Kernel> = new Map<OpDef, Kernel>([
  ...KERNELS,
  // Its own derivatives of maximum and minimum do not sum over stretched axes.
  [Max, stretchedFirst(tf.maximum)],
  [Min, stretchedFirst(tf.minimum)],
  [
    Clip,
    ({ inputs: [x, low, high], outputs: [{ shape }] }) =>
      tf.minimum(tf.maximum(x, tf.broadcastTo(low, shape as number[])), tf.broadcastTo(high, shape as number[])),
  ],
  // Elements of an axis by index are a product with one-hot rows; the executor's kernel scatters in JavaScript.
  [GatherElements, ({ inputs: [x, indices], ...call }) => chosen(call, (last) => oneHotRows(call, indices, last), x)],
  [
    ScatterElementsAdd,
    ({ inputs: [data, indices, updates], ...call }) =>
      tf.add(
        data,
        spread(call, (last) => oneHotRows(call, indices, last), updates),
      ),
  ],
]);

function stretchedFirst(compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Kernel {
  return ({ inputs: [a, b], outputs: [{ shape }] }) =>
    compute(tf.broadcastTo(a, shape as number[]), tf.broadcastTo(b, shape as number[]));
}

type Call = Omit<KernelCall, 'inputs'>;
type OneHot = (axisLast: number[]) => tf.Tensor;

/** Order of the axes that brings the indexed one to the end; its own inverse. */
function axisLastOf({ types: [x], attributes }: Call): number[] {
  const rank = x.shape.length;
  const given = attributes.axis as number;
  const axis = given < 0 ? given + rank : given;
  return x.shape.map((_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
}

/** Shape: indices [.., K] -> [.., K, C], after the indexed axis was moved to the end. */
function oneHotRows({ types: [x] }: Call, indices: tf.Tensor, axisLast: number[]): tf.Tensor {
  return tf.oneHot(tf.transpose(indices, axisLast), x.shape[axisLast.at(-1)!]);
}

/** x [.., C], picked [.., K, C] -> [.., K]; the other axes of the indices may be shorter than those of x. */
function chosen(call: Call, oneHot: OneHot, x: tf.Tensor): tf.Tensor {
  const last = axisLastOf(call);
  const rows = oneHot(last);
  const moved = tf.transpose(x, last);
  const part = tf.slice(
    moved,
    moved.shape.map(() => 0),
    [...rows.shape.slice(0, -2), moved.shape.at(-1)!],
  );
  return tf.transpose(tf.sum(tf.mul(rows, tf.expandDims(part, -2)), -1), last);
}

/** updates [.., K], picked [.., K, C] -> [.., C], with zeros where the other axes of the indices are shorter. */
function spread(call: Call, oneHot: OneHot, updates: tf.Tensor): tf.Tensor {
  const last = axisLastOf(call);
  const added = tf.sum(tf.mul(oneHot(last), tf.expandDims(tf.transpose(updates, last), -1)), -2);
  const full = last.map((axis) => call.types[0].shape[axis]);
  return tf.transpose(
    tf.pad(
      added,
      full.map((length, i): [number, number] => [0, length - added.shape[i]]),
    ),
    last,
  );
}
