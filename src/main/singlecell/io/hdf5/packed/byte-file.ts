import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of an HDF5 file by address. Throws RangeError outside of the file. */
export class ByteFile {
  readonly #descriptor: number;
  readonly #size: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.#size = fstatSync(this.#descriptor).size;
  }

  /** A copy of its own, so its buffer starts at 0. */
  read(address: number, length: number): Uint8Array<ArrayBuffer> {
    if (!(address >= 0 && length >= 0 && address + length <= this.#size)) {
      throw new RangeError(`bytes ${address} to ${address + length} of ${this.#size}`);
    }
    const bytes = new Uint8Array(length);
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
    closeSync(this.#descriptor);
  }
}

/** A 64-bit address or size; -1 where it is undefined. */
export function address(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  return value === 0xffffffffffffffffn ? -1 : Number(value);
}
