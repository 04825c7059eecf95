import { computeNode, referenceRuntimeOf } from '#engine/runtime/reference.ts';

/** To the nearest float16, ties to even; beyond the largest, infinity. */
export function toHalf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x))), -14);
  const unit = 2 ** (exponent - 10);
  const steps = x / unit;
  const low = Math.floor(steps);
  const rest = steps - low;
  const up = rest > 0.5 || (rest === 0.5 && low % 2 !== 0);
  const rounded = (low + (up ? 1 : 0)) * unit;
  return Math.abs(rounded) > 65_504 ? Math.sign(x) * Infinity : rounded;
}

/**
 * The naive interpreter with products in float16, as a device computes them that `HalfProducts` is written for.
 *
 * Note: ONNX Runtime's processor kernels take float16 by way of float32 and drop the rounding, so they show nothing.
 */
export const halfReference = referenceRuntimeOf((node, inputs) => {
  const { name } = node.op.onnx;
  if (name !== 'MatMul' && name !== 'Gemm') return computeNode(node, inputs);
  const [a, b, bias] = inputs;
  const factors = [a, b].map((each) => ({ ...each, data: each.data.map(toHalf) }));
  const [product] = computeNode(node, bias ? [...factors, { ...bias, data: bias.data.map(() => 0) }] : factors);
  const rounded = product.map(toHalf);
  if (!bias) return [rounded];
  const [added] = computeNode(node, [...factors, bias]);
  return [rounded.map((value, i) => value + (added[i] - product[i]))];
});
