import type { ModelConfig } from '#shared/domain/model.ts';
import { liveSet } from '#engine/ir/live.ts';
import { workGraph } from '#genecompass/resources/work-graph.ts';
import type { BenchCase } from './bench-case.ts';

/** Floating-point operations of the matrix products in one call of a row, as this product computes it. */
export function productFlops(config: ModelConfig, { kind, nCells, length }: BenchCase): number {
  const graph = workGraph(config, kind === 'train' ? 'training' : 'inference', { batchSize: nCells, length });
  return liveSet(graph).nodes.reduce(
    (total, { op, inputs, outputs, attributes }) => total + (op.flops?.(inputs, outputs, attributes) ?? 0),
    0,
  );
}
