import type { Readable } from 'node:stream';

/** Grows towards an announced size by this much at first: a damaged header must not make us allocate gigabytes. */
const FIRST_BYTES = 16 * 1024 * 1024;

/** Thrown where the bytes end too early. */
export class EndOfBytes extends Error {}

/** Takes numbers and runs of bytes from a stream, big-endian as R writes them unless told otherwise. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  littleEndian = false;

  constructor(source: Readable) {
    this.#source = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  }

  /** Bytes that can be read without waiting. */
  get ready(): number {
    return this.#chunk.length - this.#at;
  }

  /** Waits until `n` bytes are ready; few at a time. Throws EndOfBytes. */
  async need(n: number): Promise<void> {
    while (this.ready < n) {
      const next = await this.#source.next();
      if (next.done) throw new EndOfBytes();
      const rest = this.#chunk.subarray(this.#at);
      this.#chunk = rest.length === 0 ? Buffer.from(next.value) : Buffer.concat([rest, next.value]);
      this.#at = 0;
    }
  }

  /** Call `need(4)` first. */
  int32(): number {
    const value = this.littleEndian ? this.#chunk.readInt32LE(this.#at) : this.#chunk.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** Call `need(n)` first. The bytes are valid until the next `need`. */
  bytes(n: number): Buffer {
    const taken = this.#chunk.subarray(this.#at, this.#at + n);
    this.#at += n;
    return taken;
  }

  /** Gives the last `n` bytes back; only right after `bytes`. */
  unread(n: number): void {
    this.#at -= n;
  }

  async readInt32(): Promise<number> {
    if (this.ready < 4) await this.need(4);
    return this.int32();
  }

  /** `n` bytes in a buffer of their own, which grows as they come. */
  async readLong(n: number): Promise<ArrayBuffer> {
    let buffer = new ArrayBuffer(Math.min(n, FIRST_BYTES));
    for (let at = 0; at < n;) {
      if (this.ready === 0) await this.need(1);
      const part = this.bytes(Math.min(this.ready, n - at));
      if (at + part.length > buffer.byteLength)
        buffer = buffer.transfer(Math.min(n, Math.max(2 * buffer.byteLength, at + part.length)));
      new Uint8Array(buffer, at, part.length).set(part);
      at += part.length;
    }
    return buffer;
  }

  async skip(n: number): Promise<void> {
    for (let left = n; left > 0;) {
      if (this.ready === 0) await this.need(1);
      left -= this.bytes(Math.min(this.ready, left)).length;
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
