import { CounterRandom } from '#shared/util/random.ts';

const LLOYD_ROUNDS = 4;

/**
 * Exact nearest neighbours (Euclidean) among points that lie in groups, as cells do.
 *
 * Points are grouped around centres; within a group they are ordered by their distance to its centre, and the triangle
 * inequality leaves out all whose distance to the centre differs from that of the query by more than the radius searched.
 * Equal distances are ordered by point number.
 *
 * Shape: `points` n × dimensions, row-major.
 * Source: Wang, A fast exact k-nearest neighbors algorithm for high dimensional search using k-means clustering and
 * triangle inequality, IJCNN 2011.
 */
export class NeighbourIndex {
  readonly #dimensions: number;
  readonly #centres: Float64Array;
  /** Points of centre c are [starts[c], starts[c + 1]) of the arrays below. */
  readonly #starts: Int32Array;
  readonly #numbers: Int32Array;
  readonly #radii: Float64Array;
  readonly #points: Float32Array;
  readonly #nearestCentre: Float64Array;

  constructor(points: Float32Array, dimensions: number, seed: number) {
    const n = points.length / dimensions;
    this.#dimensions = dimensions;
    const nCentres = Math.max(1, Math.round(Math.sqrt(n)));
    const { centres, groups } = groupPoints(points, dimensions, n, nCentres, seed);
    this.#centres = centres;
    const radii = Float64Array.from({ length: n }, (_, i) =>
      Math.sqrt(squaredDistance(points, i * dimensions, centres, groups[i] * dimensions, dimensions)),
    );
    this.#numbers = Int32Array.from({ length: n }, (_, i) => i).sort(
      (a, b) => groups[a] - groups[b] || radii[a] - radii[b] || a - b,
    );
    this.#starts = new Int32Array(nCentres + 1);
    for (const group of groups) this.#starts[group + 1]++;
    for (let c = 0; c < nCentres; c++) this.#starts[c + 1] += this.#starts[c];
    this.#radii = Float64Array.from(this.#numbers, (i) => radii[i]);
    this.#points = new Float32Array(points.length);
    this.#numbers.forEach((i, at) =>
      this.#points.set(points.subarray(i * dimensions, (i + 1) * dimensions), at * dimensions),
    );
    this.#nearestCentre = new Float64Array(nCentres);
  }

  /**
   * Puts the numbers of the nearest points of a query into `into`, in no particular order; gives how many there are.
   * `exclude` is left out, −1 for none.
   */
  search(query: Float32Array, offset: number, exclude: number, into: NearestHeap): number {
    const width = this.#dimensions;
    const nCentres = this.#starts.length - 1;
    const toCentre = this.#nearestCentre;
    for (let c = 0; c < nCentres; c++) {
      toCentre[c] = Math.sqrt(squaredDistance(query, offset, this.#centres, c * width, width));
    }
    const order = Array.from({ length: nCentres }, (_, c) => c).sort((a, b) => toCentre[a] - toCentre[b] || a - b);
    into.clear();
    for (const c of order) {
      const distance = toCentre[c];
      const end = this.#starts[c + 1];
      let at = this.#firstWithin(this.#starts[c], end, distance - into.radius);
      for (; at < end; at++) {
        if (this.#radii[at] - distance > into.radius) break;
        const number = this.#numbers[at];
        if (number === exclude) continue;
        into.offer(number, squaredWithin(query, offset, this.#points, at * width, width, into.limit));
      }
    }
    return into.size;
  }

  /** First point of a group whose distance to the centre is at least `least`. */
  #firstWithin(start: number, end: number, least: number): number {
    let [low, high] = [start, end];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#radii[middle] < least) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Rounding of a distance that is compared with a difference of two others. */
const SLACK = 1 + 1e-9;

/** The `k` nearest points met so far, the farthest on top. */
export class NearestHeap {
  readonly numbers: Int32Array;
  readonly #squares: Float64Array;
  readonly #k: number;
  size = 0;
  /** No point farther than this (squared) is of interest. */
  limit = Infinity;
  /** Its root, with room for rounding. */
  radius = Infinity;

  constructor(k: number) {
    this.#k = k;
    this.numbers = new Int32Array(k);
    this.#squares = new Float64Array(k);
  }

  clear(): void {
    this.size = 0;
    this.limit = Infinity;
    this.radius = Infinity;
  }

  offer(number: number, square: number): void {
    if (this.size < this.#k) this.#rise(this.size++, number, square);
    else if (this.#isFarther(this.#squares[0], this.numbers[0], square, number)) this.#sink(number, square);
    else return;
    if (this.size === this.#k) {
      this.limit = this.#squares[0];
      this.radius = Math.sqrt(this.limit) * SLACK;
    }
  }

  #isFarther(square: number, number: number, thanSquare: number, thanNumber: number): boolean {
    return square > thanSquare || (square === thanSquare && number > thanNumber);
  }

  #rise(at: number, number: number, square: number): void {
    for (; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#isFarther(square, number, this.#squares[parent], this.numbers[parent])) break;
      this.#put(at, this.numbers[parent], this.#squares[parent]);
      at = parent;
    }
    this.#put(at, number, square);
  }

  #sink(number: number, square: number): void {
    let at = 0;
    for (let child = 1; child < this.#k; child = 2 * at + 1) {
      const other = child + 1;
      if (
        other < this.#k &&
        this.#isFarther(this.#squares[other], this.numbers[other], this.#squares[child], this.numbers[child])
      ) {
        child = other;
      }
      if (!this.#isFarther(this.#squares[child], this.numbers[child], square, number)) break;
      this.#put(at, this.numbers[child], this.#squares[child]);
      at = child;
    }
    this.#put(at, number, square);
  }

  #put(at: number, number: number, square: number): void {
    this.numbers[at] = number;
    this.#squares[at] = square;
  }
}

/** Lloyd's iterations from points drawn at random; an empty group keeps its centre. */
function groupPoints(points: Float32Array, width: number, n: number, nCentres: number, seed: number) {
  const drawn = new CounterRandom(seed, 'neighbour-centres').permutation(n).subarray(0, nCentres);
  const centres = new Float64Array(nCentres * width);
  drawn.forEach((i, c) => centres.set(points.subarray(i * width, (i + 1) * width), c * width));
  const groups = new Int32Array(n);
  for (let round = 0; ; round++) {
    for (let i = 0; i < n; i++) groups[i] = nearestCentre(points, i * width, centres, nCentres, width);
    if (round === LLOYD_ROUNDS) return { centres, groups };
    const sizes = new Int32Array(nCentres);
    const sums = new Float64Array(centres.length);
    for (let i = 0; i < n; i++) {
      sizes[groups[i]]++;
      for (let j = 0; j < width; j++) sums[groups[i] * width + j] += points[i * width + j];
    }
    for (let c = 0; c < nCentres; c++) {
      if (sizes[c] > 0) for (let j = 0; j < width; j++) centres[c * width + j] = sums[c * width + j] / sizes[c];
    }
  }
}

function nearestCentre(
  points: Float32Array,
  offset: number,
  centres: Float64Array,
  nCentres: number,
  width: number,
): number {
  let best = 0;
  let least = Infinity;
  for (let c = 0; c < nCentres; c++) {
    const square = squaredWithin(points, offset, centres, c * width, width, least);
    if (square < least) {
      least = square;
      best = c;
    }
  }
  return best;
}

function squaredDistance(
  a: Float32Array,
  aOffset: number,
  b: Float32Array | Float64Array,
  bOffset: number,
  width: number,
): number {
  let sum = 0;
  for (let j = 0; j < width; j++) {
    const difference = a[aOffset + j] - b[bOffset + j];
    sum += difference * difference;
  }
  return sum;
}

/** As `squaredDistance`, given up above `limit`: the leading components hold most of a distance. */
function squaredWithin(
  a: Float32Array,
  aOffset: number,
  b: Float32Array | Float64Array,
  bOffset: number,
  width: number,
  limit: number,
): number {
  let sum = 0;
  for (let j = 0; j < width;) {
    for (const end = Math.min(width, j + 6); j < end; j++) {
      const difference = a[aOffset + j] - b[bOffset + j];
      sum += difference * difference;
    }
    if (sum > limit) return Infinity;
  }
  return sum;
}
