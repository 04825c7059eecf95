/**
 * AdamW with decoupled decay, bias correction and clipping by the global norm.
 *
 *   s  = min(1, clipNorm / |G|)                       over the gradients of all parameters
 *   m' = b1 m + (1 - b1) s g        v' = b2 v + (1 - b2) (s g)^2
 *   p' = p (1 - rate decay) - rate (m' / (1 - b1^t)) / (sqrt(v' / (1 - b2^t)) + epsilon)
 *
 * Source: Loshchilov and Hutter 2019, algorithm 2; the decay is multiplied by the scheduled rate, as PyTorch does.
 */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Largest norm of all gradients together; Infinity leaves them. */
  readonly clipNorm: number;
}

/** The numbers of one step, the same for every element. `step` counts from 1. */
export interface AdamWCoefficients {
  readonly keepFirst: number;
  readonly takeFirst: number;
  readonly keepSecond: number;
  readonly takeSecond: number;
  /** rate sqrt(1 - b2^t) / (1 - b1^t), with `epsilon` scaled alike, so that no element is corrected by itself. */
  readonly stepSize: number;
  readonly epsilon: number;
  /** 1 - rate decay. */
  readonly shrink: number;
}

export function adamwCoefficients(
  options: AdamWOptions,
  step: number,
  rate: number,
  gradientNorm: number,
): AdamWCoefficients {
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = options;
  const scale = gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;
  const secondCorrection = Math.sqrt(1 - beta2 ** step);
  return {
    keepFirst: beta1,
    takeFirst: (1 - beta1) * scale,
    keepSecond: beta2,
    takeSecond: (1 - beta2) * scale * scale,
    stepSize: (rate * secondCorrection) / (1 - beta1 ** step),
    epsilon: epsilon * secondCorrection,
    shrink: 1 - rate * weightDecay,
  };
}

/** One parameter of the optimiser. All arrays have the same length. */
export interface AdamWSlot {
  readonly parameter: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly decays: boolean;
}

/**
 * One step over one parameter, in place.
 *
 * Note: one pass here replaces thirteen elementwise nodes in the graph and the second copy of the state that
 * those need.
 */
export function adamwUpdate(slot: AdamWSlot, gradient: Float32Array, coefficients: AdamWCoefficients): void {
  const { parameter, first, second, decays } = slot;
  const { keepFirst, takeFirst, keepSecond, takeSecond, stepSize, epsilon } = coefficients;
  const shrink = decays ? coefficients.shrink : 1;
  for (let i = 0; i < parameter.length; i++) {
    const g = gradient[i];
    const m = keepFirst * first[i] + takeFirst * g;
    const v = keepSecond * second[i] + takeSecond * g * g;
    first[i] = m;
    second[i] = v;
    parameter[i] = shrink * parameter[i] - (stepSize * m) / (Math.sqrt(v) + epsilon);
  }
}

/** Sum of squares in double precision; four running sums, so that one does not wait for the other. */
export function sumOfSquares(data: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const blocks = data.length & ~3;
  for (let i = 0; i < blocks; i += 4) {
    a += data[i] * data[i];
    b += data[i + 1] * data[i + 1];
    c += data[i + 2] * data[i + 2];
    d += data[i + 3] * data[i + 3];
  }
  for (let i = blocks; i < data.length; i++) a += data[i] * data[i];
  return a + b + (c + d);
}
