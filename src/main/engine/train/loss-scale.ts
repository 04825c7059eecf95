/**
 * Factor on the loss that keeps small gradients above the least number of float16, taken off again before the update.
 *
 * Source: Micikevicius and others 2018, section 3.2.
 */
export interface LossScale {
  readonly factor: number;
  /** Updates since the factor last changed. */
  readonly steady: number;
  /** How often a gradient overflowed and its step was computed again with half the factor. */
  readonly nHalved: number;
}

const FIRST = 2 ** 15;
const LARGEST = 2 ** 24;
/** Updates without an overflow after which the factor is tried at twice its size, as PyTorch's default. */
const GROWTH_STEPS = 2000;

export const FIRST_LOSS_SCALE: LossScale = { factor: FIRST, steady: 0, nHalved: 0 };

/** After a gradient that overflowed; null when the factor is not to blame. */
export function halved({ factor, nHalved }: LossScale): LossScale | null {
  return factor > 1 ? { factor: factor / 2, steady: 0, nHalved: nHalved + 1 } : null;
}

/** After an update. */
export function steadied(scale: LossScale): LossScale {
  const steady = scale.steady + 1;
  if (steady < GROWTH_STEPS || scale.factor >= LARGEST) return { ...scale, steady };
  return { ...scale, factor: 2 * scale.factor, steady: 0 };
}
