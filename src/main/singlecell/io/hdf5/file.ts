import type { Dataset, File, Metadata } from 'h5wasm/node';
import { printable } from '#shared/util/printable.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArrayInfo, NodeTree } from '../anndata/node-tree.ts';
import { wholeContent } from '../archive/whole-content.ts';
import { exactNumbers, type Numbers } from '../numbers.ts';
import type { Place } from '../place.ts';
import type { NumberKind, PackedList } from '../row-lists.ts';
import { hdf5, type Hdf5 } from './library.ts';
import { heldInMemory, nameInMemory } from './memory-files.ts';
import { numbersOf } from './numbers-of.ts';
import { ByteFile } from './packed/byte-file.ts';
import { canUnpack } from './packed/filters.ts';
import { PackedDataset, REFERENCE_BYTES } from './packed/packed-dataset.ts';

const FILTER_NAMES: Record<number, string> = {
  307: 'bzip2',
  32000: 'lzf',
  32001: 'blosc',
  32004: 'lz4',
  32008: 'bitshuffle',
  32013: 'zfp',
  32015: 'zstd',
  32017: 'sz',
  32026: 'blosc2',
};
/** Filters the bundled library can undo: deflate, shuffle, fletcher32, nbit, scaleoffset. */
const KNOWN_FILTERS = new Set([1, 2, 3, 5, 6]);
const NUMERIC: ReadonlySet<ArrayInfo['type']> = new Set(['number', 'float', 'boolean', 'enum']);
const STRINGS_AT_ONCE = 100_000;
/** Numbers read at once from which on unpacking beside this thread pays. */
const LONG_LIST = 100_000;

/** The line that writes a file anew so that it can be read. */
function rewriting(name: string): string {
  const [from, to] = [name, name.replace(/(\.\w+)?$/, '-gzip$1')].map((each) => JSON.stringify(printable(each)));
  return /\.h5ad$/i.test(name)
    ? `in Python: import hdf5plugin, anndata; anndata.read_h5ad(${from}).write_h5ad(${to}, compression="gzip")`
    : `where its filter is installed: h5repack -f GZIP=4 ${from} ${to}`;
}

interface OpenArray {
  dataset: Dataset;
  info: ArrayInfo;
  metadata: Metadata;
  /** Where the library lacks a filter. */
  packed: PackedDataset | null;
}

/** A read-only HDF5 file that never follows a link to another file. */
export class H5File implements NodeTree {
  /** File name, for messages. */
  readonly name: string;
  readonly #hdf5: Hdf5;
  readonly #file: File;
  readonly #lists = new Map<string, PackedDataset | null>();
  readonly #kinds = new Map<string, 'group' | 'dataset' | null>();
  readonly #checked = new Map<string, OpenArray>();
  readonly #forget: () => void;
  #bytes: ByteFile | undefined;

  private constructor(name: string, library: Hdf5, file: File, forget: () => void) {
    this.name = name;
    this.#hdf5 = library;
    this.#file = file;
    this.#forget = forget;
  }

  /** In an archive or behind gzip it is read from memory. Throws data-format (not HDF5, or damaged), resource (too large for that). */
  static async open(place: Place): Promise<H5File> {
    const { name } = place;
    if (place.kind === 'folder') {
      throw new WorkbenchError(
        'data-format',
        `${name}: this is a folder, an HDF5 file is expected; choose a file in it.`,
      );
    }
    if (place.sizeBytes === 0) {
      throw new WorkbenchError('data-format', `${name}: the file is empty; copy it again from where it came from.`);
    }
    const library = await hdf5();
    const held = place.path === null ? nameInMemory(await wholeContent(place)) : null;
    const file = new library.File(held?.path ?? place.path!, 'r');
    const forget = held?.forget ?? (() => {});
    if (file.file_id < 0n) {
      forget();
      throw new WorkbenchError(
        'data-format',
        `${name}: this is not an HDF5 file, or it was cut off while being copied; compare its size with the original and copy it again.`,
      );
    }
    return new H5File(name, library, file, forget);
  }

  close(): void {
    this.#bytes?.close();
    this.#bytes = undefined;
    try {
      this.#file.close();
    } catch {
      // Read-only: nothing is lost, and what made the library fail was already told when it was read.
    }
    this.#forget();
  }

  /** What lies at a path; null for nothing. Throws unsupported for a link to another file. */
  kind(at: string): 'group' | 'dataset' | null {
    const known = this.#kinds.get(at);
    if (known !== undefined) return known;
    const parent = at.lastIndexOf('/') > 0 ? at.slice(0, at.lastIndexOf('/')) : '';
    const kind = parent !== '' && this.kind(parent) !== 'group' ? null : this.#look(at);
    this.#kinds.set(at, kind);
    return kind;
  }

  /** Names in a group, sorted; empty when it is none. */
  keys(at: string): string[] {
    if (at !== '/' && this.kind(at) !== 'group') return [];
    return this.#guard(at, () => {
      const group = this.#file.get(at);
      return group instanceof this.#hdf5.Group ? group.keys().sort() : [];
    });
  }

  /** An attribute as number, string or array of them; undefined when absent. */
  attribute(at: string, name: string): unknown {
    return this.#guard(at, () => {
      const entity = this.#file.get(at);
      if (!(entity instanceof this.#hdf5.Group) && !(entity instanceof this.#hdf5.Dataset)) return undefined;
      const attribute = entity.attrs[name];
      if (!attribute) return undefined;
      const { value } = attribute;
      if (typeof value === 'bigint') return Number(value);
      if (value instanceof BigInt64Array || value instanceof BigUint64Array) return Array.from(value, Number);
      return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : (value ?? undefined);
    });
  }

  info(at: string): ArrayInfo {
    return this.#dataset(at).info;
  }

  /** Rows [start, end) of a numeric dataset, flattened. Throws data-format when it is damaged or holds no numbers. */
  numbers(at: string, start = 0, end = this.info(at).shape[0] ?? 1): Numbers {
    const { dataset, info } = this.#dataset(at);
    this.#requireNumbers(at);
    if (info.shape.length === 0) return Float64Array.of(Number(this.#guard(at, () => dataset.value)));
    const rest = info.shape.slice(1).map((extent): [number, number] => [0, extent]);
    return this.block(at, [start, end], ...rest);
  }

  /** A part of a numeric array, [start, end) for each dimension, flattened. Throws as `numbers`. */
  block(at: string, ...ranges: [number, number][]): Numbers {
    const { dataset, info, metadata, packed } = this.#dataset(at);
    this.#requireNumbers(at);
    const size = ranges.reduce((product, [start, end]) => product * Math.max(0, end - start), 1);
    if (size === 0) return new Float64Array(0);
    const value = this.#guard(at, () =>
      packed ? numbersOf(packed.items(ranges), metadata, info.type) : dataset.slice(ranges),
    );
    return this.#checkedNumbers(at, value, size);
  }

  #checkedNumbers(at: string, value: unknown, size: number): Numbers {
    const { info } = this.#dataset(at);
    if (value instanceof BigInt64Array || value instanceof BigUint64Array) {
      const exact = exactNumbers(value);
      if (!exact)
        throw this.#refused(
          at,
          'holds whole numbers beyond 2^53, counts and codes are expected; write it anew as 32-bit numbers',
        );
      return exact;
    }
    if (!ArrayBuffer.isView(value)) throw this.damaged(at, 'it holds no numbers');
    const isHalf = info.type === 'float' && value instanceof Int16Array;
    const numbers = isHalf ? Float32Array.from(new Float16Array(value.buffer)) : (value as Numbers);
    if (numbers.length !== size) throw this.damaged(at, 'it is shorter than its header says');
    return numbers;
  }

  /** Long stretches of a compressed list are unpacked beside the caller's thread. */
  rows(at: string, start: number, end: number): Numbers | Promise<Numbers> {
    const { info } = this.#dataset(at);
    const isLong = info.shape.length === 1 && end - start >= LONG_LIST;
    const list = isLong ? this.#list(at) : null;
    return list ? this.#listRows(at, list, start, end) : this.numbers(at, start, end);
  }

  async #listRows(at: string, list: PackedDataset, start: number, end: number): Promise<Numbers> {
    const { info, metadata } = this.#dataset(at);
    this.#requireNumbers(at);
    try {
      return this.#checkedNumbers(at, numbersOf(await list.listItems(start, end), metadata, info.type), end - start);
    } catch (thrown) {
      return this.#guard(at, () => {
        throw thrown;
      });
    }
  }

  /** Null where only the library can read a list, or where it is not compressed and so read as fast by the library. */
  #list(at: string): PackedDataset | null {
    const known = this.#lists.get(at);
    if (known !== undefined) return known;
    const { dataset, metadata, packed } = this.#dataset(at);
    let list = packed;
    if (!list && dataset.filters.length > 0 && canUnpack(dataset.filters)) {
      try {
        list = this.#openPacked(dataset, metadata);
      } catch {
        // An index that is not understood here: the library says what is wrong with it, or reads it.
        list = null;
      }
    }
    this.#lists.set(at, list);
    return list;
  }

  list(at: string): PackedList | null {
    const { metadata, info } = this.#dataset(at);
    const isNumber = info.type === 'number' || (info.type === 'float' && metadata.size > 2);
    if (!isNumber || info.shape.length !== 1 || !metadata.littleEndian || heldInMemory(this.#file.filename))
      return null;
    const pieces = this.#list(at)?.pieces;
    if (!pieces) return null;
    const letter = info.type === 'float' ? 'f' : metadata.signed ? 'i' : 'u';
    return { file: this.#file.filename, kind: `${letter}${metadata.size}` as NumberKind, ...pieces };
  }

  /** All strings of a one-dimensional dataset. */
  strings(at: string): string[] {
    const { dataset, info, metadata, packed } = this.#dataset(at);
    if (info.type !== 'string' || info.shape.length > 1) throw this.damaged(at, 'it holds no list of texts');
    if (info.shape.length === 0) return [String(this.#guard(at, () => dataset.value))];
    const out: string[] = [];
    for (let start = 0; start < info.shape[0]; start += STRINGS_AT_ONCE) {
      const end = Math.min(info.shape[0], start + STRINGS_AT_ONCE);
      const part = this.#guard(at, () =>
        packed ? packed.texts(start, end, metadata.vlen) : dataset.slice([[start, end]]),
      );
      if (!Array.isArray(part) || part.length !== end - start)
        throw this.damaged(at, 'it is shorter than its header says');
      for (const text of part) out.push(String(text));
    }
    return out;
  }

  /** One field of a table stored as compound records, as old versions of anndata wrote. */
  field(at: string, name: string): (string | number)[] {
    const { dataset, info } = this.#dataset(at);
    const column = info.fields?.indexOf(name) ?? -1;
    if (column < 0) throw this.damaged(at, `it has no field ${name}`);
    const rows = this.#guard(at, () => dataset.value);
    if (!Array.isArray(rows)) throw this.damaged(at, 'it holds no table');
    return rows.map((row) => {
      const cell = (row as unknown[])[column];
      return typeof cell === 'number' || typeof cell === 'bigint' ? Number(cell) : String(cell);
    });
  }

  damaged(at: string, fact: string): WorkbenchError {
    return new WorkbenchError(
      'data-format',
      `${this.name}: ${at.replace(/^\//, '')} is damaged: ${fact}; copy the file again or write it anew.`,
    );
  }

  #dataset(at: string): OpenArray {
    const known = this.#checked.get(at);
    if (known) return known;
    if (this.kind(at) !== 'dataset') throw this.damaged(at, 'it is missing');
    const opened = this.#guard(at, () => {
      const dataset = this.#file.get(at) as Dataset;
      const { metadata } = dataset;
      if (metadata.virtual_sources?.length) throw this.#refused(at, 'is kept in another file');
      const info = this.#describe(at, metadata);
      return { dataset, metadata, info, packed: this.#packed(at, dataset, metadata) };
    });
    this.#checked.set(at, opened);
    return opened;
  }

  /** Null where the library itself can unpack it. Throws unsupported where nobody can. */
  #packed(at: string, dataset: Dataset, metadata: Metadata): PackedDataset | null {
    const { filters } = dataset;
    const filter = filters.find(({ id }) => !KNOWN_FILTERS.has(id));
    if (!filter) return null;
    const packed = canUnpack(filters) ? this.#openPacked(dataset, metadata) : null;
    if (packed) return packed;
    const name = FILTER_NAMES[filter.id] ?? `filter ${filter.id}`;
    const isOther = canUnpack(filters) ? ' in an array that grows along several axes' : '';
    throw this.#refused(at, `is compressed with ${name}${isOther}, gzip is expected; ${rewriting(this.name)}`);
  }

  #openPacked(dataset: Dataset, { shape, maxshape, chunks, vlen, size }: Metadata): PackedDataset | null {
    if (!shape || !chunks) return null;
    this.#bytes ??= new ByteFile(heldInMemory(this.#file.filename) ?? this.#file.filename);
    const reference = dataset.create_reference().ref_data as ArrayLike<number>;
    const header = Number(new DataView(Uint8Array.from(reference).buffer).getBigUint64(0, true));
    const { filters } = dataset;
    return PackedDataset.open(this.#bytes, {
      header,
      shape,
      maxShape: maxshape?.map((extent: number | null) => (extent === null || extent < 0 ? Infinity : extent)) ?? null,
      chunk: chunks,
      filters,
      itemBytes: vlen ? REFERENCE_BYTES : size,
    });
  }

  #requireNumbers(at: string): void {
    if (!NUMERIC.has(this.info(at).type)) throw this.damaged(at, 'it holds no numbers');
  }

  #describe(at: string, metadata: Metadata): ArrayInfo {
    const shape = metadata.shape ?? [0];
    if (shape.some((extent) => !Number.isSafeInteger(extent) || extent < 0))
      throw this.damaged(at, 'its shape is absurd');
    return { shape, chunk: metadata.chunks ?? null, ...this.#typeOf(at, metadata) };
  }

  #typeOf(at: string, metadata: Metadata): Omit<ArrayInfo, 'shape' | 'chunk'> {
    const classes = this.#hdf5.Module.H5T_class_t;
    switch (metadata.type) {
      case classes.H5T_INTEGER.value:
        return { type: 'number' };
      case classes.H5T_FLOAT.value:
        if (![2, 4, 8].includes(metadata.size)) {
          throw this.#refused(at, `holds ${8 * metadata.size}-bit floats, 16, 32 or 64 bits are expected; convert it`);
        }
        // The library gives no numbers of 16-bit floats, but it does of integers: the same bits.
        if (metadata.size === 2) Object.assign(metadata, { type: classes.H5T_INTEGER.value, signed: true });
        return { type: 'float' };
      case classes.H5T_STRING.value:
        return { type: 'string' };
      case classes.H5T_ENUM.value: {
        const members = new Map(Object.entries(metadata.enum_type?.members ?? {}).map(([name, code]) => [code, name]));
        const labels = [...members.values()].map((label) => label.toUpperCase()).sort();
        return labels.join() === 'FALSE,TRUE' ? { type: 'boolean' } : { type: 'enum', members };
      }
      case classes.H5T_COMPOUND.value:
        return { type: 'compound', fields: metadata.compound_type?.members.map(({ name }) => name) ?? [] };
      default:
        return { type: 'other' };
    }
  }

  #look(at: string): 'group' | 'dataset' | null {
    return this.#guard(at, () => {
      const entity = this.#file.get(at);
      if (entity instanceof this.#hdf5.Group) return 'group';
      if (entity instanceof this.#hdf5.Dataset) return 'dataset';
      if (entity instanceof this.#hdf5.ExternalLink) throw this.#refused(at, 'is a link to another file');
      return null;
    });
  }

  #refused(at: string, fact: string): WorkbenchError {
    const next = fact.includes(';') ? '.' : '; write the data into one file and try again.';
    return new WorkbenchError('unsupported', `${this.name}: ${at.replace(/^\//, '')} ${fact}${next}`);
  }

  #guard<T>(at: string, read: () => T): T {
    try {
      return read();
    } catch (thrown) {
      if (thrown instanceof WorkbenchError) throw thrown;
      throw new WorkbenchError(
        'data-format',
        `${this.name}: ${at.replace(/^\//, '') || 'its root'} cannot be read, the file is damaged or was cut off; copy it again.`,
        { cause: thrown },
      );
    }
  }
}
