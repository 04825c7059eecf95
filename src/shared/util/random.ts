/**
 * Counter-based randomness: the value depends only on (seed, stream, index), never on how many were drawn before, so a
 * resumed run and a run in parts give the same numbers.
 *
 * Source: the finaliser of MurmurHash3 (32 bit), applied to the mixed counters.
 */
export class CounterRandom {
  readonly #key: number;

  constructor(seed: number, stream: string | number) {
    this.#key = mix(Math.imul(seed | 0, 0x9e3779b1) ^ (typeof stream === 'number' ? stream : hashString(stream)));
  }

  /** A 32-bit unsigned integer. */
  uint32(index: number): number {
    const high = Math.floor(index / 0x1_0000_0000);
    return mix(mix((index >>> 0) ^ this.#key) ^ Math.imul(high + 1, 0x85ebca6b)) >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(index: number): number {
    return this.uint32(index) / 0x1_0000_0000;
  }

  /** Standard normal (Box-Muller on counters 2i and 2i + 1). */
  normal(index: number): number {
    const u = 1 - this.uniform(2 * index);
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.uniform(2 * index + 1));
  }

  /** Uniform integer in [0, bound). */
  integer(index: number, bound: number): number {
    return Math.floor(this.uniform(index) * bound);
  }

  /** Fisher-Yates permutation of 0..n-1; counters start at `offset`. */
  permutation(n: number, offset = 0): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(offset + i, i + 1);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }
}

function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hashString(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}
