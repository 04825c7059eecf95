/** Agreement of one group of tensors with what the published code computed. */
export interface ParityResult {
  readonly group: string;
  readonly nTensors: number;
  readonly largestError: number;
  readonly tolerance: number;
  /** Name of the tensor with the largest error. */
  readonly worst: string;
  readonly passed: boolean;
}

export const ACTIVATION_TOLERANCE = 1e-4;
export const RELATIVE_TOLERANCE = 1e-3;

/** Collects the errors of tensors that belong together. */
export class ParityGroup {
  readonly #name: string;
  readonly #tolerance: number;
  readonly #errors: { name: string; error: number }[] = [];

  constructor(name: string, tolerance: number) {
    this.#name = name;
    this.#tolerance = tolerance;
  }

  absolute(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>): void {
    let error = actual.length === expected.length ? 0 : Infinity;
    for (let i = 0; i < expected.length; i++) error = Math.max(error, Math.abs(actual[i] - expected[i]));
    this.#errors.push({ name, error });
  }

  relative(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): void {
    let difference = 0;
    let size = 0;
    for (let i = 0; i < expected.length; i++) {
      difference += (actual[i] - expected[i]) ** 2;
      size += expected[i] ** 2;
    }
    this.#errors.push({ name, error: Math.sqrt(difference) / Math.max(Math.sqrt(size), floor) });
  }

  result(): ParityResult {
    const worst = this.#errors.reduce((a, b) => (b.error > a.error || Number.isNaN(b.error) ? b : a));
    return {
      group: this.#name,
      nTensors: this.#errors.length,
      largestError: worst.error,
      tolerance: this.#tolerance,
      worst: worst.name,
      passed: worst.error <= this.#tolerance,
    };
  }
}
