/** Value of a smooth function at `x`; writes its gradient. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  maxIterations?: number;
  /** Stop when the largest gradient entry is below this. */
  tolerance?: number;
  memory?: number;
}

/**
 * Minimises a smooth function by limited-memory BFGS with a backtracking (Armijo) line search; `x` is changed in place.
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 3.1.
 */
export function minimise(
  objective: Objective,
  x: Float64Array,
  options: LbfgsOptions = {},
): { value: number; iterations: number; converged: boolean } {
  const { maxIterations = 200, tolerance = 1e-5, memory = 8 } = options;
  const n = x.length;
  let gradient = new Float64Array(n);
  let nextGradient = new Float64Array(n);
  const next = new Float64Array(n);
  const direction = new Float64Array(n);
  const history: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  let value = objective(x, gradient);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (gradient.every((g) => Math.abs(g) < tolerance)) return { value, iterations: iteration, converged: true };
    twoLoop(gradient, history, direction);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      // Rounding spoilt the curvature pairs: start over from steepest descent.
      history.length = 0;
      for (let i = 0; i < n; i++) direction[i] = -gradient[i];
      slope = dot(gradient, direction);
    }
    let step = history.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let nextValue = Infinity;
    for (let halving = 0; halving < 40; halving++, step /= 2) {
      for (let i = 0; i < n; i++) next[i] = x[i] + step * direction[i];
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + 1e-4 * step * slope) break;
    }
    if (!(nextValue < value)) return { value, iterations: iteration, converged: false };
    const s = new Float64Array(n);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      s[i] = next[i] - x[i];
      y[i] = nextGradient[i] - gradient[i];
    }
    const curvature = dot(s, y);
    if (curvature > 1e-12 * dot(y, y)) {
      history.push({ s, y, rho: 1 / curvature });
      if (history.length > memory) history.shift();
    }
    x.set(next);
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
  }
  return { value, iterations: maxIterations, converged: false };
}

/** direction = −H gradient, H being the inverse Hessian the history implies. */
function twoLoop(
  gradient: Float64Array,
  history: { s: Float64Array; y: Float64Array; rho: number }[],
  direction: Float64Array,
): void {
  direction.set(gradient);
  const alphas: number[] = [];
  for (let h = history.length - 1; h >= 0; h--) {
    const { s, y, rho } = history[h];
    const alpha = rho * dot(s, direction);
    alphas[h] = alpha;
    for (let i = 0; i < direction.length; i++) direction[i] -= alpha * y[i];
  }
  const last = history.at(-1);
  const initial = last ? 1 / (last.rho * dot(last.y, last.y)) : 1;
  for (let i = 0; i < direction.length; i++) direction[i] *= initial;
  history.forEach(({ s, y, rho }, h) => {
    const beta = rho * dot(y, direction);
    for (let i = 0; i < direction.length; i++) direction[i] += (alphas[h] - beta) * s[i];
  });
  for (let i = 0; i < direction.length; i++) direction[i] = -direction[i];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
