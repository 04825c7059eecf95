import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of an HDF5 file by address. Throws RangeError outside of the file. */
export class ByteFile {
  readonly #descriptor: number;
  readonly #size: number;
  readonly #held: Uint8Array | null;

  /** Of a path, or of bytes that are held in memory. */
  constructor(file: string | Uint8Array) {
    this.#held = typeof file === 'string' ? null : file;
    this.#descriptor = typeof file === 'string' ? openSync(file, 'r') : -1;
    this.#size = typeof file === 'string' ? fstatSync(this.#descriptor).size : file.length;
  }

  /** A copy of its own, so its buffer starts at 0. */
  read(address: number, length: number): Uint8Array<ArrayBuffer> {
    if (!(address >= 0 && length >= 0 && address + length <= this.#size)) {
      throw new RangeError(`bytes ${address} to ${address + length} of ${this.#size}`);
    }
    const bytes = new Uint8Array(length);
    if (this.#held) {
      bytes.set(this.#held.subarray(address, address + length));
      return bytes;
    }
    for (let at = 0; at < length;) {
      const n = readSync(this.#descriptor, bytes, at, length - at, address + at);
      if (n === 0) throw new RangeError('the file became shorter');
      at += n;
    }
    return bytes;
  }

  view(address: number, length: number): DataView {
    return new DataView(this.read(address, length).buffer);
  }

  close(): void {
    if (!this.#held) closeSync(this.#descriptor);
  }
}

/** A 64-bit address or size; -1 where it is undefined. */
export function address(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  return value === 0xffffffffffffffffn ? -1 : Number(value);
}
