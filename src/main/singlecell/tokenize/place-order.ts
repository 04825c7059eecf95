const DIGIT_BITS = 9;
const DIGIT_VALUES = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGIT_VALUES - 1;

/** Places below this can be ordered. */
export const MAX_PLACES = 1 << (2 * DIGIT_BITS);

/** Orders whole numbers of two digits, smallest first and equal ones by position; reused for one list after another. */
export class PlaceOrder {
  readonly #low = new Int32Array(DIGIT_VALUES);
  readonly #high = new Int32Array(DIGIT_VALUES);
  readonly #byLow: Int32Array;
  readonly #order: Int32Array;

  /** `size`: the longest list. */
  constructor(size: number) {
    this.#byLow = new Int32Array(size);
    this.#order = new Int32Array(size);
  }

  /** Positions of the first `n` places; valid until the next call. */
  of(places: Int32Array, n: number): Int32Array {
    const [low, high, byLow, order] = [this.#low.fill(0), this.#high.fill(0), this.#byLow, this.#order];
    for (let i = 0; i < n; i++) {
      const place = places[i];
      low[place & DIGIT_MASK]++;
      high[place >>> DIGIT_BITS]++;
    }
    let lowAt = 0;
    let highAt = 0;
    for (let digit = 0; digit < DIGIT_VALUES; digit++) {
      const [nLow, nHigh] = [low[digit], high[digit]];
      low[digit] = lowAt;
      high[digit] = highAt;
      lowAt += nLow;
      highAt += nHigh;
    }
    for (let i = 0; i < n; i++) byLow[low[places[i] & DIGIT_MASK]++] = i;
    for (let i = 0; i < n; i++) {
      const position = byLow[i];
      order[high[places[position] >>> DIGIT_BITS]++] = position;
    }
    return order;
  }
}
