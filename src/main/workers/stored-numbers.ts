import type { NumberList } from '#shared/util/number-list.ts';

/** Numbers read at once: those of some hundred cells. */
const BLOCK_NUMBERS = 1 << 18;
/** Numbers of one list that are held: 128 MiB, which is all of some 18,000 cells. */
const HELD_NUMBERS = 1 << 25;

/**
 * A list that stays in the project file; stretches are read in blocks, of which the last ones used are held.
 *
 * Note: what is given lies in the memory of a block where it can, so it must not be written to.
 */
export class StoredNumbers<A extends Int32Array | Float32Array> implements NumberList<A> {
  readonly length: number;
  readonly #read: (start: number, count: number) => A;
  readonly #blockNumbers: number;
  readonly #maxHeld: number;
  /** Oldest use first. */
  readonly #held = new Map<number, A>();

  /** `read`: numbers from `start` on; called with whole blocks. */
  constructor(
    length: number,
    read: (start: number, count: number) => A,
    { blockNumbers = BLOCK_NUMBERS, heldNumbers = HELD_NUMBERS }: { blockNumbers?: number; heldNumbers?: number } = {},
  ) {
    this.length = length;
    this.#read = read;
    this.#blockNumbers = blockNumbers;
    this.#maxHeld = Math.max(1, Math.floor(heldNumbers / blockNumbers));
  }

  subarray(start: number, end: number): A {
    const size = this.#blockNumbers;
    const to = Math.min(end, this.length);
    const first = Math.floor(start / size);
    if (to <= start) return this.#block(0).subarray(0, 0) as A;
    if (to <= (first + 1) * size) return this.#block(first).subarray(start - first * size, to - first * size) as A;
    let out: A | undefined;
    for (let block = first; block * size < to; block++) {
      const from = Math.max(start, block * size);
      const part = this.#block(block).subarray(from - block * size, Math.min(to, (block + 1) * size) - block * size);
      out ??= new (part.constructor as new (length: number) => A)(to - start);
      out.set(part, from - start);
    }
    return out!;
  }

  #block(block: number): A {
    const held = this.#held.get(block);
    if (held) {
      this.#held.delete(block);
      this.#held.set(block, held);
      return held;
    }
    const start = block * this.#blockNumbers;
    const read = this.#read(start, Math.min(this.#blockNumbers, this.length - start));
    this.#held.set(block, read);
    if (this.#held.size > this.#maxHeld) this.#held.delete(this.#held.keys().next().value!);
    return read;
  }
}
