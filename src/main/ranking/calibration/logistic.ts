const STEPS = 2000;
/** Keeps weights finite where hits and misses do not overlap. */
const RIDGE = 0.1;
const TOLERANCE = 1e-7;

export interface LogisticFit {
  intercept: number;
  /** One per feature, none below 0. */
  weights: Float64Array;
}

export interface LogisticProblem {
  /** Rows of features. */
  rows: readonly Float64Array[];
  isHit: readonly boolean[];
  /** The fit is drawn towards this direction, of whatever length fits best. */
  towards: Float64Array;
  /** How strongly; 0 forgets the direction, Infinity fits its length alone. */
  penalty: number;
}

/**
 * Logistic regression with weights that are not negative and drawn towards a direction: minimises
 *
 *   mean log-loss + (penalty · ‖w − s·d‖² + 0.1 · ‖w‖²) / 2n,   w ≥ 0, s = max(0, w·d / d·d),
 *
 * by projected gradient with momentum. With an infinite penalty only the length of the direction is fitted (Platt scaling).
 *
 * Source: Hoerl and Kennard, Technometrics 1970;12:55-67 (ridge), centred on the old weights; Nesterov's acceleration
 * with restarts (O'Donoghue and Candès, Found Comput Math 2015;15:715-732).
 */
export function fitLogistic(problem: LogisticProblem): LogisticFit {
  const { rows, isHit, towards, penalty } = problem;
  if (penalty === Infinity) return fitLength(problem);
  const [n, width] = [rows.length, towards.length];
  const norm = towards.reduce((sum, value) => sum + value * value, 0);
  const lipschitz =
    (0.25 * rows.reduce((most, row) => most + 1 + row.reduce((sum, x) => sum + x * x, 0), 0)) / n +
    (penalty + RIDGE) / n;
  let point = new Float64Array(width + 1);
  const hits = isHit.filter(Boolean).length;
  point[width] = Math.log((hits + 0.5) / (n - hits + 0.5));
  let ahead = point.slice();
  let momentum = 1;
  for (let step = 0; step < STEPS; step++) {
    const gradient = gradientAt(ahead, rows, isHit, towards, norm, penalty);
    const next = ahead.map((value, k) => {
      const moved = value - gradient[k] / lipschitz;
      return k < width ? Math.max(0, moved) : moved;
    });
    let [change, uphill] = [0, 0];
    for (let k = 0; k <= width; k++) {
      change = Math.max(change, Math.abs(next[k] - point[k]));
      uphill += (ahead[k] - next[k]) * (next[k] - point[k]);
    }
    const grown = uphill > 0 ? 1 : (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
    const share = uphill > 0 ? 0 : (momentum - 1) / grown;
    ahead = next.map((value, k) => value + share * (value - point[k]));
    [point, momentum] = [next, grown];
    if (change < TOLERANCE) break;
  }
  return { intercept: point[width], weights: point.subarray(0, width) };
}

/** One feature: how far a row lies along the direction. */
function fitLength({ rows, isHit, towards }: LogisticProblem): LogisticFit {
  const length = Math.hypot(...towards) || 1;
  const along = rows.map((row) => Float64Array.of(row.reduce((sum, x, k) => sum + (x * towards[k]) / length, 0)));
  const { intercept, weights } = fitLogistic({ rows: along, isHit, towards: Float64Array.of(1), penalty: 0 });
  return { intercept, weights: towards.map((value) => (value / length) * weights[0]) };
}

export function probability({ intercept, weights }: LogisticFit, row: Float64Array): number {
  return 1 / (1 + Math.exp(-row.reduce((sum, x, k) => sum + x * weights[k], intercept)));
}

function gradientAt(
  at: Float64Array,
  rows: readonly Float64Array[],
  isHit: readonly boolean[],
  towards: Float64Array,
  norm: number,
  penalty: number,
): Float64Array {
  const width = towards.length;
  const gradient = new Float64Array(width + 1);
  const fit = { intercept: at[width], weights: at.subarray(0, width) };
  rows.forEach((row, i) => {
    const error = (probability(fit, row) - (isHit[i] ? 1 : 0)) / rows.length;
    for (let k = 0; k < width; k++) gradient[k] += error * row[k];
    gradient[width] += error;
  });
  let scale = 0;
  if (norm > 0) for (let k = 0; k < width; k++) scale += (at[k] * towards[k]) / norm;
  scale = Math.max(0, scale);
  for (let k = 0; k < width; k++) gradient[k] += (penalty * (at[k] - scale * towards[k]) + RIDGE * at[k]) / rows.length;
  return gradient;
}
