import { chunksOf, subsetCounts, type StepHook } from '../count-source.ts';
import type { CountSource } from '../types.ts';
import { NeighbourSearch } from './neighbour-search.ts';
import { project, type Projection } from './projection.ts';

/** Computed cells that a further cell is placed by. */
const PLACED_BY = 5;

export interface Computed {
  /** Shape: cells × components, row-major. */
  pca: Float32Array;
  clusters: Int32Array;
  /** Shape of each: cells × 2, row-major. */
  layouts: Float32Array[];
}

/**
 * Places further cells among computed ones: cluster of the most of their five nearest cells in the space of principal
 * components (ties: the nearest), and the mean place of those that are in it.
 */
export async function placeCells(
  counts: CountSource,
  cells: Int32Array,
  projection: Projection,
  computed: Computed,
  onCells?: StepHook,
): Promise<Computed> {
  const width = projection.nComponents;
  const search = new NeighbourSearch(computed.pca, width);
  const pca = new Float32Array(cells.length * width);
  const clusters = new Int32Array(cells.length);
  const layouts = computed.layouts.map(() => new Float32Array(2 * cells.length));
  for (const chunk of chunksOf(subsetCounts(counts, cells))) {
    pca.set(project(projection, chunk), chunk.start * width);
    for (let i = chunk.start; i < chunk.start + chunk.nCells; i++) {
      const near = search.nearest(pca.subarray(i * width, (i + 1) * width), PLACED_BY);
      const cluster = mostFrequent(near.map((cell) => computed.clusters[cell]));
      const inside = near.filter((cell) => computed.clusters[cell] === cluster);
      clusters[i] = cluster;
      layouts.forEach((layout, l) => {
        for (let axis = 0; axis < 2; axis++) {
          const sum = inside.reduce((total, cell) => total + computed.layouts[l][2 * cell + axis], 0);
          layout[2 * i + axis] = sum / inside.length;
        }
      });
    }
    await onCells?.(chunk.start + chunk.nCells, cells.length);
  }
  return { pca, clusters, layouts };
}

/** The value seen most often; of several the one seen first. */
function mostFrequent(values: readonly number[]): number {
  const times = new Map<number, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  const most = Math.max(...times.values());
  return values.find((value) => times.get(value) === most)!;
}
