import { CounterRandom } from '#shared/util/random.ts';

export interface Centres {
  /** Shape: k × width, row-major. */
  centres: Float32Array;
  /** Nearest centre of each point; ties go to the lower number. */
  nearest: Int32Array;
}

/** Points that centres are fitted to, at most, for each centre. */
const POINTS_PER_CENTRE = 64;
const ROUNDS = 10;

/**
 * Lloyd's k-means from randomly drawn points; an emptied centre stays where it was.
 *
 * Shape: `points` is n × `width`, row-major. Note: fitted to a sample where there are many points per centre.
 */
export function kMeans(points: Float32Array, width: number, k: number, seed: number): Centres {
  const n = points.length / width;
  const order = new CounterRandom(seed, 'k-means').permutation(n).slice(0, Math.min(n, k * POINTS_PER_CENTRE));
  const count = Math.min(k, order.length);
  const centres = new Float32Array(count * width);
  for (let c = 0; c < count; c++) centres.set(points.subarray(order[c] * width, (order[c] + 1) * width), c * width);
  const sums = new Float64Array(count * width);
  const sizes = new Int32Array(count);
  let before = new Int32Array(order.length).fill(-1);
  for (let round = 0; round < ROUNDS; round++) {
    sums.fill(0);
    sizes.fill(0);
    const now = Int32Array.from(order, (point) => nearestCentre(points, point * width, centres, width));
    if (now.every((centre, i) => centre === before[i])) break;
    order.forEach((point, i) => {
      sizes[now[i]]++;
      for (let d = 0; d < width; d++) sums[now[i] * width + d] += points[point * width + d];
    });
    for (let i = 0; i < sums.length; i++) {
      const size = sizes[Math.floor(i / width)];
      if (size > 0) centres[i] = sums[i] / size;
    }
    before = now;
  }
  const nearest = new Int32Array(n);
  for (let point = 0; point < n; point++) nearest[point] = nearestCentre(points, point * width, centres, width);
  return { centres, nearest };
}

function nearestCentre(points: Float32Array, at: number, centres: Float32Array, width: number): number {
  let best = 0;
  let least = Infinity;
  for (let c = 0; c * width < centres.length; c++) {
    let distance = 0;
    for (let d = 0; d < width && distance < least; d++) {
      const difference = points[at + d] - centres[c * width + d];
      distance += difference * difference;
    }
    if (distance < least) {
      least = distance;
      best = c;
    }
  }
  return best;
}
