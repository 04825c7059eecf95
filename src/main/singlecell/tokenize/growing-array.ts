/** Appends to a typed array that doubles, so a token set is filled without knowing its size. */
export class GrowingArray<T extends Int32Array | Float32Array> {
  #array: T;
  #length = 0;
  readonly #wrap: (buffer: ArrayBuffer) => T;

  constructor(wrap: (buffer: ArrayBuffer) => T, capacity = 4096) {
    this.#wrap = wrap;
    this.#array = wrap(new ArrayBuffer(capacity * 4));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#array.length) this.#resize(2 * this.#length);
    this.#array[this.#length++] = value;
  }

  /** The values, in a buffer of just their size; the growing array is empty afterwards. */
  take(): T {
    this.#resize(this.#length);
    const taken = this.#array;
    this.#array = this.#wrap(new ArrayBuffer(4));
    this.#length = 0;
    return taken;
  }

  #resize(length: number): void {
    this.#array = this.#wrap((this.#array.buffer as ArrayBuffer).transfer(length * 4));
  }
}
