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
  return mul(dropoutKeep(shape, state), 1 / (1 - state.rate));
}

/**
 * 1 for an element that stays, 0 for one that is dropped. Shape: as given, at least one axis.
 *
 * Row and column numbers are mixed apart and joined by XOR, then mixed once more: five passes over the elements and no
 * stored index per element. Source: finaliser of MurmurHash3 (32 bit).
 */
export function dropoutKeep(shape: readonly number[], { seed, rate, nextStream, counters }: DropoutState): Value {
  const width = shape.at(-1)!;
  const rows = sizeOf(shape) / width;
  const stream = nextStream();
  const keys = (n: number, salt: number) =>
    mix(bitwiseXor(counters(n), mix(bitwiseXor(seed, Math.imul(salt, 0x9e3779b1) >>> 0))));
  const rowKeys = keys(rows, 2 * stream);
  const columnKeys = keys(width, 2 * stream + 1);
  let bits = bitwiseXor(reshape(rowKeys, [rows, 1]), columnKeys);
  bits = mul(bits, 0x85ebca6b);
  bits = mul(bitwiseXor(bits, shiftRight(bits, 15)), 0xc2b2ae35);
  // The bits read as a signed number are uniform over [-2^31, 2^31).
  const threshold = Math.round(rate * 2 ** 32 - 2 ** 31) - 1;
  return reshape(cast(greater(cast(bits, 'int32'), threshold), 'float32'), shape);
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
