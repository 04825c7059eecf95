import { CounterRandom } from '#shared/util/random.ts';
import { keptCells } from '../count-source.ts';

/** The kept cells, or a uniform sample of `maxCells` of them; ascending. */
export function sketchCells(keep: Uint8Array, maxCells: number, seed: number): Int32Array {
  return sampleOf(keptCells(keep), maxCells, seed);
}

/** All of `cells`, or a uniform sample of `max` of them without replacement; ascending. */
export function sampleOf(cells: Int32Array, max: number, seed: number): Int32Array {
  if (cells.length <= max) return cells;
  const order = new CounterRandom(seed, 'sketch-cells').permutation(cells.length);
  return Int32Array.from(order.subarray(0, max), (i) => cells[i]).sort();
}
