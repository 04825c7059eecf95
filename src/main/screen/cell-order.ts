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

/** Weight of each of the cells that tell of a gene in its mean effect: replicates count alike, and cells alike within them. */
export function cellWeights({ replicates }: Pick<ScreenPlan, 'replicates'>, cells: readonly number[]): Float64Array {
  const counts = new Map<number, number>();
  for (const cell of cells) counts.set(replicates[cell], (counts.get(replicates[cell]) ?? 0) + 1);
  return Float64Array.from(cells, (cell) => 1 / (counts.size * counts.get(replicates[cell])!));
}
