import { sizeOf, type Value } from '../ir/value.ts';
import { bitwiseXor, cast, greater, mul, reshape, shiftRight } from '../ops/index.ts';

/** Randomness of one training step: every mask depends only on (seed, stream, element). */
export interface DropoutState {
  /** uint32 scalar, another one at each step. */
  readonly seed: Value;
  /** Share of elements set to zero, 0 to 1 (exclusive). */
  readonly rate: number;
  /** Hands out a stream number per place; places in the same order get the same numbers. */
  readonly nextStream: () => number;
  /** 0 to n - 1 as uint32, one constant per length for all places. */
  readonly counters: (n: number) => Value;
}

export function dropoutState(seed: Value, rate: number): DropoutState {
  let stream = 0;
  const known = new Map<number, Value>();
  const counters = (n: number) => {
    const value =
      known.get(n) ??
      seed.graph.constant(
        Uint32Array.from({ length: n }, (_, i) => i),
        'uint32',
        [n],
      );
    known.set(n, value);
    return value;
  };
  return { seed, rate, nextStream: () => ++stream, counters };
}

/** Factor of each element: 0, or 1 / (1 - rate). */
export function dropoutMask(shape: readonly number[], state: DropoutState): Value {
  const { rows, columns } = dropoutKeys(shape, state);
  return mul(keepOf(rows, columns, state.rate), 1 / (1 - state.rate));
}

/** A random number for each row and for each column of one place in the model. Shape: [.., 1] and [n], uint32. */
export function dropoutKeys(shape: readonly number[], { seed, nextStream, counters }: DropoutState) {
  const width = shape.at(-1)!;
  const stream = nextStream();
  const keys = (n: number, salt: number) =>
    mix(bitwiseXor(counters(n), mix(bitwiseXor(seed, Math.imul(salt, 0x9e3779b1) >>> 0))));
  return {
    rows: reshape(keys(sizeOf(shape) / width, 2 * stream), [...shape.slice(0, -1), 1]),
    columns: keys(width, 2 * stream + 1),
  };
}

/**
 * 1 for an element of these rows that stays, 0 for one that is dropped.
 *
 * The random number of an element is the product, modulo 2^32, of those of its row and its column: one pass over the
 * elements, no stored index, and high bits as good as independent (test: neighbours, diagonals, corners of squares).
 */
export function keepOf(rows: Value, columns: Value, rate: number): Value {
  // Read as a signed number the bits are uniform over [-2^31, 2^31).
  const threshold = Math.round(rate * 2 ** 32 - 2 ** 31) - 1;
  return cast(greater(cast(mul(rows, columns), 'int32'), threshold), 'float32');
}

function mix(x: Value): Value {
  const a = mul(bitwiseXor(x, shiftRight(x, 16)), 0x85ebca6b);
  const b = mul(bitwiseXor(a, shiftRight(a, 13)), 0xc2b2ae35);
  return bitwiseXor(b, shiftRight(b, 16));
}

/** Sets a share of the elements to zero and scales the rest up, so that the mean stays; `x` itself at rate 0. */
export function dropout(x: Value, state: DropoutState | undefined): Value {
  return state && state.rate > 0 ? mul(x, dropoutMask(x.shape, state)) : x;
}
