import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** A tensor of an archive; equal `storage` names share one storage, written once. */
export interface ArchiveTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'Float' | 'Long';
  readonly storage: string;
  /** Bytes of the storage, block by block; asked for once for each storage. */
  readonly blocks: () => Iterable<Uint8Array>;
}

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const int32 = (value: number) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
const text = (value: string) => [0x58, ...int32(new TextEncoder().encode(value).length), ...ascii(value)];
const number = (value: number) => [0x4a, ...int32(value)];
const name = (module: string, attribute: string) => [0x63, ...ascii(`${module}\n${attribute}\n`)];
const tuple = (values: readonly number[]) => [0x28, ...values.flatMap(number), 0x74];
const ordered = [...name('collections', 'OrderedDict'), 0x29, 0x52];
const count = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const elementBytes = { Float: 4, Long: 8 } as const;

/** Protocol 2 pickle of an ordered dictionary of tensors, as `torch.save(model.state_dict())` lays it out. */
export function stateDictPickle(tensors: readonly ArchiveTensor[], keys: ReadonlyMap<string, number>): Uint8Array {
  const entries = tensors.map(({ name: key, shape, dtype, storage }) => {
    const strides = shape.map((_, axis) => count(shape.slice(axis + 1)));
    return [
      ...text(key),
      ...name('torch._utils', '_rebuild_tensor_v2'),
      ...[0x28, 0x28, ...text('storage'), ...name('torch', `${dtype}Storage`), ...text(String(keys.get(storage)))],
      ...[...text('cpu'), ...number(count(shape)), 0x74, 0x51],
      ...[...number(0), ...tuple(shape), ...tuple(strides), 0x89, ...ordered, 0x74, 0x52],
    ];
  });
  return Uint8Array.from([0x80, 2, ...ordered, 0x28, ...entries.flat(), 0x75, 0x2e]);
}

/** Protocol 2 pickle of a dictionary of texts or numbers to numbers. */
export function numberDictPickle(entries: Iterable<readonly [string | number, number]>): Uint8Array {
  const item = (value: string | number) => {
    if (typeof value === 'string') return text(value);
    if (Number.isInteger(value)) return number(value);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, false);
    return [0x47, ...bytes];
  };
  const parts: number[][] = [[0x80, 2, 0x7d, 0x28]];
  for (const [key, value] of entries) parts.push(item(key), item(value));
  parts.push([0x75, 0x2e]);
  return Uint8Array.from(parts.flat());
}

/** Writes the archive `torch.load` reads: members stored plain, data at multiples of 64 bytes, storages written once. */
export function writePytorchArchive(path: string, tensors: readonly ArchiveTensor[]): void {
  const file = openSync(path, 'w');
  try {
    const zip = new ZipWriter(file);
    const keys = new Map<string, number>();
    for (const { storage } of tensors) if (!keys.has(storage)) keys.set(storage, keys.size);
    zip.add('archive/data.pkl', [stateDictPickle(tensors, keys)]);
    for (const [storage, key] of keys) {
      const { blocks, shape, dtype } = tensors.find((tensor) => tensor.storage === storage)!;
      zip.add(`archive/data/${key}`, blocks(), count(shape) * elementBytes[dtype]);
    }
    zip.add('archive/version', [Uint8Array.from(ascii('3\n'))]);
    zip.finish();
  } finally {
    closeSync(file);
  }
}

class ZipWriter {
  readonly #file: number;
  readonly #directory: Uint8Array[] = [];
  #at = 0;

  constructor(file: number) {
    this.#file = file;
  }

  add(member: string, blocks: Iterable<Uint8Array>, expected?: number): void {
    const label = Uint8Array.from(ascii(member));
    const start = this.#at;
    // Four bytes of header for a field of padding, so that the data begins at a multiple of 64.
    const padding = (64 - ((start + 30 + label.length + 4) % 64)) % 64;
    this.#write(
      record(30, 0x04034b50, (v) => {
        v.setUint16(6, 0x808, true);
        v.setUint16(26, label.length, true);
        v.setUint16(28, padding + 4, true);
      }),
    );
    this.#write(label);
    const extra = new Uint8Array(padding + 4);
    new DataView(extra.buffer).setUint32(0, 0x4246 | (padding << 16), true);
    this.#write(extra);
    const first = this.#at;
    let checksum = 0;
    for (const block of blocks) {
      checksum = crc32(block, checksum);
      this.#write(block);
    }
    const size = this.#at - first;
    if (expected !== undefined && size !== expected) throw new Error(`${member} has ${size} bytes, not ${expected}`);
    this.#write(
      record(16, 0x08074b50, (v) => {
        v.setUint32(4, checksum, true);
        v.setUint32(8, size, true);
        v.setUint32(12, size, true);
      }),
    );
    this.#directory.push(
      record(46, 0x02014b50, (v) => {
        v.setUint16(8, 0x808, true);
        v.setUint32(16, checksum, true);
        v.setUint32(20, size, true);
        v.setUint32(24, size, true);
        v.setUint16(28, label.length, true);
        v.setUint32(42, start, true);
      }),
      label,
    );
  }

  finish(): void {
    const start = this.#at;
    this.#directory.forEach((part) => this.#write(part));
    const size = this.#at - start;
    this.#write(
      record(22, 0x06054b50, (v) => {
        v.setUint16(8, this.#directory.length / 2, true);
        v.setUint16(10, this.#directory.length / 2, true);
        v.setUint32(12, size, true);
        v.setUint32(16, start, true);
      }),
    );
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    this.#at += bytes.length;
  }
}

function record(size: number, signature: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  fill(view);
  return bytes;
}
