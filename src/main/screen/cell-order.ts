import { CounterRandom } from '#shared/util/random.ts';
import type { ScreenPlan } from './types.ts';

/** Start cells of a plan in an order of which every beginning is a fair sample: replicates take turns, each in a seeded order. */
export function cellOrder(plan: ScreenPlan): number[] {
  const random = new CounterRandom(plan.config.seed, 'exact-cells');
  const queues = Array.from({ length: plan.nReplicates }, (): number[] => []);
  for (const ordinal of random.permutation(plan.cells.length)) queues[plan.replicates[ordinal]].push(ordinal);
  const turns = plan.replicateUnit === 'cell' ? [Array.from(random.permutation(plan.cells.length))] : queues;
  const order: number[] = [];
  for (let round = 0; order.length < plan.cells.length; round++)
    for (const queue of turns) if (round < queue.length) order.push(queue[round]);
  return order;
}

/**
 * Weight of each start cell in the mean effect of a gene: replicates count alike, and cells alike within them.
 *
 * Shape: cells; 0 where the cell does not tell of the gene (`told` is NaN there).
 */
export function cellWeights(plan: ScreenPlan, told: ArrayLike<number>): Float64Array {
  const counts = new Int32Array(plan.nReplicates);
  for (let cell = 0; cell < told.length; cell++) if (!Number.isNaN(told[cell])) counts[plan.replicates[cell]]++;
  const nReplicates = counts.reduce((n, count) => n + (count > 0 ? 1 : 0), 0);
  return Float64Array.from(plan.replicates, (replicate, cell) =>
    Number.isNaN(told[cell]) ? 0 : 1 / (nReplicates * counts[replicate]),
  );
}
