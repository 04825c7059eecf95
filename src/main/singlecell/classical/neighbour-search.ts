import { kMeans } from './k-means.ts';

/** Lists looked through for each query. */
const PROBES = 8;

/**
 * Nearest points of a fixed set, by an inverted file: points are listed under their nearest of about √n centres, and a
 * query looks through the lists of its eight nearest centres.
 *
 * Note: approximate where a true neighbour lies in another list. Source: Sivic & Zisserman 2003, Jégou et al. 2011.
 */
export class NeighbourSearch {
  readonly #points: Float32Array;
  readonly #width: number;
  readonly #centres: Float32Array;
  readonly #lists: Int32Array[];

  /** Shape: `points` is n × `width`, row-major. */
  constructor(points: Float32Array, width: number, seed = 0) {
    const n = points.length / width;
    const { centres, nearest } = kMeans(points, width, Math.ceil(Math.sqrt(n)), seed);
    const lists: number[][] = Array.from({ length: centres.length / width }, () => []);
    nearest.forEach((centre, point) => lists[centre].push(point));
    this.#points = points;
    this.#width = width;
    this.#centres = centres;
    this.#lists = lists.map((list) => Int32Array.from(list));
  }

  /** Indices of the `k` nearest points, nearest first; ties go to the lower index. */
  nearest(query: Float32Array, k: number): number[] {
    const lists = best(this.#centres, this.#width, query, PROBES, null);
    const found: Found[] = [];
    for (const { index } of lists) keepBest(found, this.#points, this.#width, query, k, this.#lists[index]);
    return found.map(({ index }) => index);
  }
}

interface Found {
  index: number;
  distance: number;
}

function best(points: Float32Array, width: number, query: Float32Array, k: number, among: Int32Array | null): Found[] {
  const found: Found[] = [];
  keepBest(found, points, width, query, k, among ?? Int32Array.from({ length: points.length / width }, (_, i) => i));
  return found;
}

function keepBest(
  found: Found[],
  points: Float32Array,
  width: number,
  query: Float32Array,
  k: number,
  among: Int32Array,
): void {
  for (const index of among) {
    const worst = found.length < k ? Infinity : found[k - 1].distance;
    let distance = 0;
    for (let d = 0; d < width && distance <= worst; d++) {
      const difference = points[index * width + d] - query[d];
      distance += difference * difference;
    }
    if (distance > worst || (distance === worst && index > (found[k - 1]?.index ?? Infinity))) continue;
    let at = Math.min(found.length, k - 1);
    found.length = Math.min(found.length, k - 1);
    while (at > 0 && isAfter(found[at - 1], distance, index)) at--;
    found.splice(at, 0, { index, distance });
  }
}

function isAfter(one: Found, distance: number, index: number): boolean {
  return one.distance > distance || (one.distance === distance && one.index > index);
}
