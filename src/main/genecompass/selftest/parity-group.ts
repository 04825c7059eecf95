/** How errors of a group are measured: largest |a − b|, or ‖a − b‖ / ‖b‖ of each tensor. */
export type Measure = 'absolute' | 'relative';

/** Agreement of one group of tensors with what the published code computed. */
export interface ParityResult {
  readonly group: string;
  readonly nTensors: number;
  /** Name of the tensor with the largest error; null when nothing was compared. */
  readonly worst: string | null;
  /** Null when nothing was compared, or the worst tensor has no counterpart to compare with. */
  readonly largestError: number | null;
  readonly measure: Measure;
  readonly tolerance: number;
  readonly passed: boolean;
  /** What kept tensors from being compared, one sentence each. */
  readonly problems: readonly string[];
  /** Nothing was compared since the folder does not hold what is needed. */
  readonly notChecked: boolean;
}

export const ACTIVATION_TOLERANCE = 1e-4;
export const RELATIVE_TOLERANCE = 1e-3;

/** Collects the errors of tensors that belong together. */
export class ParityGroup {
  readonly #name: string;
  readonly #measure: Measure;
  readonly #tolerance: number;
  readonly #errors: { name: string; error: number }[] = [];
  readonly #problems: string[] = [];

  constructor(name: string, measure: Measure) {
    this.#name = name;
    this.#measure = measure;
    this.#tolerance = measure === 'absolute' ? ACTIVATION_TOLERANCE : RELATIVE_TOLERANCE;
  }

  /** `floor` is the least size an expected tensor is taken for where the error is relative. */
  compare(name: string, actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): void {
    if (actual.length !== expected.length) {
      this.missing(name, `${expected.length} numbers are expected and ${actual.length} were computed`);
      return;
    }
    const error = this.#measure === 'absolute' ? farthest(actual, expected) : distance(actual, expected, floor);
    this.#errors.push({ name, error });
  }

  /** An expected tensor without a counterpart: a failure. */
  missing(name: string, fact: string): void {
    this.#errors.push({ name, error: Infinity });
    this.#problems.push(`${name}: ${fact}`);
  }

  result(): ParityResult {
    if (this.#errors.length === 0) return this.notChecked('the folder holds no expected tensor of it');
    const worst = this.#errors.reduce((a, b) => (b.error > a.error || Number.isNaN(b.error) ? b : a));
    return {
      group: this.#name,
      nTensors: this.#errors.length,
      worst: worst.name,
      largestError: Number.isFinite(worst.error) ? worst.error : null,
      measure: this.#measure,
      tolerance: this.#tolerance,
      passed: worst.error <= this.#tolerance,
      problems: this.#problems,
      notChecked: false,
    };
  }

  notChecked(reason: string): ParityResult {
    return {
      group: this.#name,
      nTensors: 0,
      worst: null,
      largestError: null,
      measure: this.#measure,
      tolerance: this.#tolerance,
      passed: false,
      problems: [`not checked: ${reason}`],
      notChecked: true,
    };
  }
}

function farthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  for (let i = 0; i < expected.length; i++) error = Math.max(error, Math.abs(actual[i] - expected[i]));
  return error;
}

function distance(actual: ArrayLike<number>, expected: ArrayLike<number>, floor: number): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  // Equal tensors agree, also where both are zero.
  return difference === 0 ? 0 : Math.sqrt(difference) / Math.max(Math.sqrt(size), floor);
}
