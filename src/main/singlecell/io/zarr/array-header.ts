import type { ArrayInfo } from '../anndata/node-tree.ts';
import { MAX_CHUNK_BYTES } from '../limits.ts';
import { isKnownCodec } from './codecs.ts';
import { isRecord, type Json } from './json.ts';

/** What the description of an array says, checked before anything is read or allocated. */
export interface ArrayHeader {
  info: ArrayInfo;
  /** Shape of what is unpacked at once: a chunk, or a part of a shard. */
  chunk: readonly number[];
  /** The description as zarrita is to see it. */
  document: Json;
}

/** Why an array cannot be read, in words. */
export class ArrayRefusal extends Error {
  readonly code: 'data-format' | 'unsupported';

  constructor(code: 'data-format' | 'unsupported', fact: string) {
    super(fact);
    this.code = code;
  }
}

const MAX_DIMENSIONS = 8;
/** Inner chunks of a shard, 16 bytes each in its index, which is held. */
const MAX_PER_SHARD = 1_000_000;
const SIZES: Record<string, number> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
};
const V2_NAMES: Record<string, string> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};
/** Memory of a short text, for the bound on a chunk. */
const TEXT_BYTES = 32;

interface ItemType {
  type: ArrayInfo['type'];
  bytes: number;
}

/** Reads `.zarray` (version 2). Throws ArrayRefusal. */
export function headerOfV2(document: Json): ArrayHeader {
  const shape = extents(document.shape, 0, 'shape');
  const chunk = extents(document.chunks, 1, 'chunks');
  const item = itemOfV2(document);
  const filters = document.filters ?? [];
  const compressor = document.compressor ?? null;
  if (!Array.isArray(filters)) throw new ArrayRefusal('data-format', 'its filters are not listed');
  for (const codec of compressor === null ? filters : [...(filters as unknown[]), compressor]) {
    requireCodec(isRecord(codec) ? codec.id : codec, 'numcodecs.');
  }
  checkChunk(shape, chunk, item);
  return {
    info: { shape, type: item.type, chunk },
    chunk,
    document: {
      zarr_format: 2,
      shape,
      chunks: chunk,
      dtype: document.dtype,
      order: oneOf(document.order ?? 'C', ['C', 'F'], 'order'),
      dimension_separator: oneOf(document.dimension_separator ?? '.', ['.', '/'], 'dimension_separator'),
      filters,
      compressor,
      fill_value: fillValue(document.fill_value, item),
    },
  };
}

/** Reads `zarr.json` of an array (version 3). Throws ArrayRefusal. */
export function headerOfV3(document: Json): ArrayHeader {
  const shape = extents(document.shape, 0, 'shape');
  const grid = configuration(document.chunk_grid, 'regular', 'chunk_grid');
  const outer = extents(grid.chunk_shape, 1, 'chunk_shape');
  if (Array.isArray(document.storage_transformers) && document.storage_transformers.length > 0) {
    throw new ArrayRefusal('unsupported', 'uses storage transformers, which no program writes by default');
  }
  const item = itemOfV3(document.data_type);
  const codecs = codecList(document.codecs);
  const sharding = codecs.find(({ name }) => name === 'sharding_indexed');
  if (sharding && codecs.length > 1) throw new ArrayRefusal('unsupported', 'packs whole shards once more');
  if (sharding) sharding.configuration = checkedSharding(outer, sharding.configuration);
  else for (const { name } of codecs) requireCodec(name, '');
  const chunk = (sharding?.configuration.chunk_shape as number[] | undefined) ?? outer;
  checkChunk(shape, chunk, item);
  return {
    info: { shape, type: item.type, chunk },
    chunk,
    document: {
      zarr_format: 3,
      node_type: 'array',
      shape,
      data_type: document.data_type,
      chunk_grid: { name: 'regular', configuration: { chunk_shape: outer } },
      chunk_key_encoding: keyEncoding(document.chunk_key_encoding),
      codecs,
      fill_value: fillValue(document.fill_value, item),
      attributes: {},
    },
  };
}

function itemOfV2({ dtype, filters }: Json): ItemType {
  if (dtype === '|O') {
    const [filter] = Array.isArray(filters) ? (filters as unknown[]) : [];
    const id = isRecord(filter) ? filter.id : 'none';
    if (id === 'vlen-utf8') return { type: 'string', bytes: TEXT_BYTES };
    throw new ArrayRefusal('unsupported', `holds objects packed by ${words(id)}, texts (vlen-utf8) are expected`);
  }
  const [, kind, size] = /^[<>|]([a-zA-Z])(\d+)$/.exec(typeof dtype === 'string' ? dtype : '') ?? [];
  if (kind === 'U' || kind === 'S')
    return { type: 'string', bytes: Math.max(1, Number(size)) * (kind === 'U' ? 4 : 1) };
  return itemNamed(V2_NAMES[`${kind}${size}`]);
}

function itemOfV3(name: unknown): ItemType {
  if (name === 'string') return { type: 'string', bytes: TEXT_BYTES };
  return itemNamed(typeof name === 'string' ? name : undefined);
}

/** Other types are not read; a frame says so where one is a column. */
function itemNamed(name: string | undefined): ItemType {
  const bytes = name === undefined ? undefined : SIZES[name];
  if (bytes === undefined) return { type: 'other', bytes: 1 };
  return { type: name === 'bool' ? 'boolean' : name!.startsWith('float') ? 'float' : 'number', bytes };
}

function extents(value: unknown, least: number, what: string): number[] {
  const isGood = (extent: unknown) => Number.isSafeInteger(extent) && (extent as number) >= least;
  if (!Array.isArray(value) || value.length > MAX_DIMENSIONS || !value.every(isGood)) {
    throw new ArrayRefusal('data-format', `its ${what} is ${words(value)}, whole numbers from ${least} are expected`);
  }
  return value as number[];
}

function checkChunk(shape: readonly number[], chunk: readonly number[], { bytes }: ItemType): void {
  if (shape.length !== chunk.length) {
    throw new ArrayRefusal(
      'data-format',
      `its chunks have ${chunk.length} dimensions where the shape has ${shape.length}`,
    );
  }
  const sizeBytes = chunk.reduce((product, extent) => product * extent, bytes);
  if (sizeBytes > MAX_CHUNK_BYTES) {
    const mebibytes = (size: number) => Math.round(size / 2 ** 20).toLocaleString('en');
    throw new ArrayRefusal(
      'unsupported',
      `has chunks of ${chunk.join(' × ')} values (${mebibytes(sizeBytes)} MiB), at most ${mebibytes(MAX_CHUNK_BYTES)} MiB are expected; write it with smaller chunks`,
    );
  }
}

function keyEncoding(value: unknown): Json {
  const name = isRecord(value) ? value.name : value;
  if (name !== 'default' && name !== 'v2') {
    throw new ArrayRefusal('unsupported', `names its chunks by ${words(name)}, default or v2 is expected`);
  }
  const settings = isRecord(value) && isRecord(value.configuration) ? value.configuration : {};
  const separator = oneOf(settings.separator ?? (name === 'v2' ? '.' : '/'), ['.', '/'], 'separator');
  return { name, configuration: { separator } };
}

function checkedSharding(outer: readonly number[], config: Json): Json {
  const inner = extents(config.chunk_shape, 1, 'chunk_shape in a shard');
  if (inner.length !== outer.length || outer.some((extent, i) => extent % inner[i] !== 0)) {
    throw new ArrayRefusal('data-format', `its shards of ${outer.join(' × ')} do not hold whole chunks`);
  }
  if (outer.reduce((product, extent, i) => product * (extent / inner[i]), 1) > MAX_PER_SHARD) {
    throw new ArrayRefusal('unsupported', `keeps more than ${MAX_PER_SHARD.toLocaleString('en')} chunks in a shard`);
  }
  if ((config.index_location ?? 'end') !== 'end') {
    throw new ArrayRefusal('unsupported', 'keeps the index of its shards at their start, the end is expected');
  }
  const [codecs, index] = [codecList(config.codecs), codecList(config.index_codecs)];
  for (const { name } of [...codecs, ...index]) requireCodec(name, '');
  return { chunk_shape: inner, codecs, index_codecs: index, index_location: 'end' };
}

function codecList(value: unknown): { name: string; configuration: Json }[] {
  if (!Array.isArray(value)) throw new ArrayRefusal('data-format', 'its codecs are not listed');
  return value.map((codec: unknown) => {
    if (typeof codec === 'string') return { name: codec, configuration: {} };
    if (!isRecord(codec) || typeof codec.name !== 'string') {
      throw new ArrayRefusal('data-format', `one of its codecs is ${words(codec)}, a name is expected`);
    }
    return { name: codec.name, configuration: isRecord(codec.configuration) ? codec.configuration : {} };
  });
}

function oneOf(value: unknown, values: readonly string[], what: string): string {
  if (typeof value === 'string' && values.includes(value)) return value;
  throw new ArrayRefusal('data-format', `its ${what} is ${words(value)}, ${values.join(' or ')} is expected`);
}

function requireCodec(name: unknown, prefix: string): void {
  if (typeof name === 'string' && isKnownCodec(prefix + name)) return;
  throw new ArrayRefusal(
    'unsupported',
    `is packed with ${words(name)}, blosc, zstd, gzip or lz4 is expected; write it again with one of them`,
  );
}

function configuration(value: unknown, name: string, what: string): Json {
  if (isRecord(value) && value.name === name && isRecord(value.configuration)) return value.configuration;
  throw new ArrayRefusal('data-format', `its ${what} is ${words(value)}, ${name} is expected`);
}

/** What a missing chunk holds. Version 2 writes null and odd values where it does not matter. */
function fillValue(value: unknown, { type }: ItemType): unknown {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : '';
    case 'boolean':
      return Boolean(value);
    case 'number':
      if ((value ?? null) === null) return 0;
      if (Number.isSafeInteger(value)) return value;
      throw new ArrayRefusal('data-format', `its fill_value is ${words(value)}, a whole number is expected`);
    case 'float':
      if ((value ?? null) === null) return 0;
      // Other texts spell a NaN in hexadecimal digits.
      return typeof value === 'number' || /^-?Infinity$/.test(String(value)) ? value : 'NaN';
    default:
      return null;
  }
}

/** Of hostile text, so short. */
function words(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
