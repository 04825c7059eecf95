/** Bytes being unpacked by a method of the Lempel-Ziv family: literals, and copies of what came before. */
export class LzOutput {
  readonly bytes: Uint8Array<ArrayBuffer>;
  at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  /** Throws RangeError. */
  literals(packed: Uint8Array, from: number, length: number): void {
    if (from + length > packed.length || this.at + length > this.bytes.length)
      throw new RangeError('a literal run ends outside');
    const { bytes } = this;
    // Runs are short: a loop is faster than a view and a copy.
    for (const end = from + length; from < end;) bytes[this.at++] = packed[from++];
  }

  /** Throws RangeError. */
  copy(distance: number, length: number): void {
    const { bytes } = this;
    let source = this.at - distance;
    if (!(distance > 0 && source >= 0 && this.at + length <= bytes.length))
      throw new RangeError('a copy reaches outside');
    // Byte by byte: a copy may overlap what it writes.
    for (const end = this.at + length; this.at < end;) bytes[this.at++] = bytes[source++];
  }

  /** All bytes. Throws RangeError where some are missing. */
  whole(): Uint8Array<ArrayBuffer> {
    if (this.at !== this.bytes.length) throw new RangeError(`${this.at} of ${this.bytes.length} bytes`);
    return this.bytes;
  }
}
