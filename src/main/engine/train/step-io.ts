import type { Tensor } from '../runtime/tensor.ts';
import type { LossScale } from './loss-scale.ts';
import { AUX, LOSS_SCALE } from './step-graph.ts';

/** Reports among the outputs of a step, by their own names. */
export function auxOf(results: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(results).flatMap(([name, each]) => (name.startsWith(AUX) ? [[name.slice(AUX.length), each]] : [])),
  );
}

/** What a graph with a scaled loss is fed besides. */
export function scaleFeeds(lossScale: LossScale | null): Record<string, Tensor> {
  return lossScale ? { [LOSS_SCALE]: { dtype: 'float32', shape: [], data: Float32Array.of(lossScale.factor) } } : {};
}

/** Tensors under the names that outputs have. */
export function prefixed(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, each]) => [prefix + name, each]));
}

/** Share of each batch in the mean; all 0 where no batch has any weight. A single batch has exactly 1. */
export function sharesOf(batches: readonly { readonly weight?: number }[]): number[] {
  if (batches.length === 1) return [1];
  const weights = batches.map(({ weight }) => weight ?? 1);
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => (total > 0 ? weight / total : 0));
}

/** One report of several batches: means of scalars, the last of others. */
export function meanReports(
  reports: readonly Record<string, Tensor>[],
  shares: readonly number[],
): Record<string, Tensor> {
  const last = reports[reports.length - 1];
  if (reports.length === 1) return last;
  return Object.fromEntries(
    Object.entries(last).map(([name, each]) => {
      if (each.shape.length > 0 || each.dtype !== 'float32') return [name, each];
      const mean = reports.reduce((sum, report, i) => sum + shares[i] * Number(report[name].data[0]), 0);
      return [name, { ...each, data: Float32Array.of(mean) }];
    }),
  );
}
