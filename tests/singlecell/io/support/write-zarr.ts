import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { FolderContent } from './memory-place.ts';
import { compress, turned } from './write-h5ad.ts';

export type Packing = 'none' | 'gzip' | 'zlib' | 'zstd';
export interface ZarrLayout {
  version: 2 | 3;
  /** Of the chunks, in each dimension; of the parts of a shard where `perShard` is more than 1. */
  chunk: number;
  perShard: number;
  packing: Packing;
  type: 'uint8' | 'int16' | 'int32' | 'int64' | 'float32' | 'float64';
  order: 'C' | 'F';
}
type Items = number[] | string[];

const V2_TYPES = { uint8: '|u1', int16: '<i2', int32: '<i4', int64: '<i8', float32: '<f4', float64: '<f8' };
const PACK = { none: (bytes: Buffer) => bytes, gzip: gzipSync, zlib: deflateSync, zstd: zstdCompressSync };

/** Writes an AnnData store from the specifications of zarr 2 and 3; chunks of nothing but zeros are left out. */
export class ZarrWriter {
  readonly content: FolderContent = new Map();
  readonly #layout: ZarrLayout;

  constructor(layout: ZarrLayout) {
    this.#layout = layout;
  }

  group(at: string, attributes: object): void {
    if (this.#layout.version === 3) {
      this.#json(at, 'zarr.json', { zarr_format: 3, node_type: 'group', attributes });
      return;
    }
    this.#json(at, '.zgroup', { zarr_format: 2 });
    this.#json(at, '.zattrs', attributes);
  }

  frame(at: string, names: string[]): void {
    this.group(at, { 'encoding-type': 'dataframe', _index: '_index', 'column-order': [] });
    this.array(`${at}/_index`, names, [names.length]);
  }

  matrix(at: string, rows: number[][], storage: 'csr' | 'csc' | 'dense'): void {
    const shape = [rows.length, rows[0].length];
    if (storage === 'dense') return this.array(at, rows.flat(), shape);
    const { indptr, indices, data } = compress(storage === 'csr' ? rows : turned(rows));
    this.group(at, { 'encoding-type': `${storage}_matrix`, shape });
    this.array(`${at}/data`, data, [data.length]);
    this.array(`${at}/indices`, indices, [indices.length], 'int32');
    this.array(`${at}/indptr`, indptr, [indptr.length], 'int64');
  }

  array(at: string, items: Items, shape: number[], type = this.#layout.type): void {
    const { version, chunk, perShard } = this.#layout;
    const inner = shape.map(() => chunk);
    const perAxis = version === 3 ? perShard : 1;
    const outer = inner.map((extent) => extent * perAxis);
    const isText = typeof items[0] === 'string';
    this.#describe(at, { shape, inner, outer, type: isText ? 'string' : type });
    for (const index of positions(shape.map((extent, axis) => Math.ceil(extent / outer[axis])))) {
      const parts = positions(inner.map(() => perAxis)).map((part) =>
        this.#part(
          items,
          shape,
          inner,
          index.map((position, axis) => position * perAxis + part[axis]),
          type,
        ),
      );
      const bytes = perAxis > 1 ? shard(parts) : parts[0];
      if (!bytes) continue;
      this.content.set(`${at}/${version === 3 ? ['c', ...index].join('/') : index.join('.')}`, bytes);
    }
  }

  #part(items: Items, shape: number[], chunk: number[], index: number[], type: ZarrLayout['type']): Buffer | null {
    const { version, order, packing } = this.#layout;
    const isText = typeof items[0] === 'string';
    const isTurned = version === 2 && order === 'F' && chunk.length === 2;
    const cells = positions(isTurned ? [...chunk].reverse() : chunk).map((cell) => (isTurned ? cell.reverse() : cell));
    const block = cells.map((cell) => {
      const where = cell.map((position, axis) => index[axis] * chunk[axis] + position);
      const isInside = where.every((position, axis) => position < shape[axis]);
      const place = where.reduce((sum, position, axis) => sum * shape[axis] + position, 0);
      return isInside ? items[place] : isText ? '' : 0;
    });
    if (block.every((value) => value === 0 || value === '')) return null;
    return PACK[packing](isText ? texts(block.map(String)) : numbers(block.map(Number), type));
  }

  #describe(at: string, array: { shape: number[]; inner: number[]; outer: number[]; type: string }): void {
    const { version, packing, order } = this.#layout;
    const { shape, inner, outer, type } = array;
    const isText = type === 'string';
    if (version === 2) {
      this.#json(at, '.zarray', {
        zarr_format: 2,
        shape,
        chunks: inner,
        dtype: isText ? '|O' : V2_TYPES[type as keyof typeof V2_TYPES],
        fill_value: 0,
        order: isText ? 'C' : order,
        filters: isText ? [{ id: 'vlen-utf8' }] : null,
        compressor: packing === 'none' ? null : { id: packing, level: 1 },
      });
      this.#json(at, '.zattrs', { 'encoding-type': isText ? 'string-array' : 'array' });
      return;
    }
    const packed = packing === 'none' ? [] : [{ name: packing, configuration: { level: 1 } }];
    const codecs = [isText ? { name: 'vlen-utf8' } : { name: 'bytes', configuration: { endian: 'little' } }, ...packed];
    const index_codecs = [{ name: 'bytes', configuration: { endian: 'little' } }];
    const isSharded = outer.some((extent, axis) => extent > inner[axis]);
    this.#json(at, 'zarr.json', {
      zarr_format: 3,
      node_type: 'array',
      shape,
      data_type: type,
      chunk_grid: { name: 'regular', configuration: { chunk_shape: outer } },
      chunk_key_encoding: { name: 'default' },
      fill_value: isText ? '' : 0,
      codecs: isSharded
        ? [{ name: 'sharding_indexed', configuration: { chunk_shape: inner, codecs, index_codecs } }]
        : codecs,
      attributes: { 'encoding-type': isText ? 'string-array' : 'array' },
    });
  }

  #json(at: string, name: string, document: object): void {
    this.content.set(at === '' ? name : `${at}/${name}`, Buffer.from(JSON.stringify(document)));
  }
}

/** Every position in a grid, row by row. */
function positions(grid: number[]): number[][] {
  return grid.reduce<number[][]>(
    (all, extent) => all.flatMap((head) => Array.from({ length: extent }, (_, i) => [...head, i])),
    [[]],
  );
}

function shard(parts: (Buffer | null)[]): Buffer | null {
  if (parts.every((part) => part === null)) return null;
  const index = Buffer.alloc(16 * parts.length, 0xff);
  let at = 0;
  parts.forEach((part, i) => {
    if (!part) return;
    index.writeBigUInt64LE(BigInt(at), 16 * i);
    index.writeBigUInt64LE(BigInt(part.length), 16 * i + 8);
    at += part.length;
  });
  return Buffer.concat([...parts.filter((part) => part !== null), index]);
}

function texts(values: string[]): Buffer {
  const parts = values.flatMap((value) => {
    const bytes = Buffer.from(value);
    return [uint32(bytes.length), bytes];
  });
  return Buffer.concat([uint32(values.length), ...parts]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function numbers(values: number[], type: ZarrLayout['type']): Buffer {
  const arrays = {
    uint8: () => Uint8Array.from(values),
    int16: () => Int16Array.from(values),
    int32: () => Int32Array.from(values),
    int64: () => BigInt64Array.from(values.map(BigInt)),
    float32: () => Float32Array.from(values),
    float64: () => Float64Array.from(values),
  };
  return Buffer.from(arrays[type]().buffer);
}
