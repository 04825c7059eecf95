import { z } from 'zod';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ByteSource } from './byte-source.ts';
import { POINTER_BYTES, refusePointer } from './lfs-pointer.ts';
import {
  elementCount,
  isTensorName,
  type StoredTensor,
  type StoredTensors,
  TENSOR_BYTES,
  type TensorDType,
} from './stored-tensor.ts';

/** A published model's header has 30 kB; longer ones are refused before they are read. */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;
const MAX_RANK = 8;

const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()).max(MAX_RANK),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});
const Header = z.record(z.string(), z.unknown());
const Metadata = z.record(z.string(), z.string());

export interface SafetensorsFile {
  readonly tensors: StoredTensors;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads the header; tensors are read from the source when asked for.
 *
 * Throws: data-format when the header does not describe exactly the bytes that follow it.
 * Source: safetensors format, u64 header length, JSON header, data without holes or overlaps.
 */
export function readSafetensors(source: ByteSource): SafetensorsFile {
  refusePointer(source.name, source.read(0, Math.min(source.size, POINTER_BYTES)));
  const prefix = source.read(0, 8);
  const headerBytes = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (headerBytes > BigInt(Math.min(MAX_HEADER_BYTES, source.size - 8))) {
    throw damaged(source, `its header claims ${headerBytes} bytes of a file of ${source.size}`);
  }
  const dataStart = 8 + Number(headerBytes);
  const header = parseHeader(source, source.read(8, Number(headerBytes)));
  const metadata = Metadata.safeParse(header.__metadata__ ?? {});
  if (!metadata.success) throw damaged(source, 'its metadata is not a table of texts');

  const ranges: { name: string; start: number; end: number }[] = [];
  const tensors = new Map<string, StoredTensor>();
  for (const [name, raw] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (!isTensorName(name)) throw damaged(source, 'a name in its header is not that of a tensor');
    const { dtype, shape, start, end } = parseEntry(source, name, raw);
    ranges.push({ name, start, end });
    const readPart = (offset: number, length: number) => source.read(dataStart + start + offset, length);
    tensors.set(name, { dtype, shape, read: () => readPart(0, end - start), readPart });
  }
  ranges.sort((a, b) => a.start - b.start || a.end - b.end);
  let expected = 0;
  for (const { name, start, end } of ranges) {
    if (start !== expected) throw damaged(source, `tensor ${name} starts at byte ${start}, not ${expected}`);
    expected = end;
  }
  if (dataStart + expected !== source.size) {
    throw damaged(source, `it holds ${source.size - dataStart} data bytes and describes ${expected}`);
  }
  return { tensors, metadata: metadata.data };
}

/** Tensors in the order given; metadata keys sorted, so equal content gives equal bytes. */
export function writeSafetensors(tensors: StoredTensors, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const { head, dataBytes } = safetensorsHead(tensors, metadata);
  const file = new Uint8Array(head.length + dataBytes);
  let at = 0;
  for (const block of safetensorsBlocks(tensors, metadata)) {
    file.set(block, at);
    at += block.length;
  }
  return file;
}

/** The bytes of `writeSafetensors` in order, each tensor read when its turn comes. */
export function* safetensorsBlocks(
  tensors: StoredTensors,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array, void, void> {
  yield safetensorsHead(tensors, metadata).head;
  for (const [name, tensor] of tensors) {
    const bytes = tensor.read();
    const expected = elementCount(tensor.shape) * TENSOR_BYTES[tensor.dtype];
    if (bytes.length !== expected) {
      throw new WorkbenchError(
        'internal',
        `tensor ${name}: it holds ${bytes.length} bytes, its shape needs ${expected}.`,
      );
    }
    yield bytes;
  }
}

/** The bytes before the data, and how many bytes of data follow; tensors lie one after the other in the order given. */
export function safetensorsHead(
  tensors: ReadonlyMap<string, Pick<StoredTensor, 'dtype' | 'shape'>>,
  metadata: Readonly<Record<string, string>> = {},
): { head: Uint8Array; dataBytes: number } {
  const header: Record<string, unknown> = {};
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0) header.__metadata__ = Object.fromEntries(keys.map((key) => [key, metadata[key]]));
  let dataBytes = 0;
  for (const [name, { dtype, shape }] of tensors) {
    const start = dataBytes;
    dataBytes += elementCount(shape) * TENSOR_BYTES[dtype];
    header[name] = { dtype, shape, data_offsets: [start, dataBytes] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Data starts at a multiple of 8 so that it can be viewed in place.
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true);
  head.set(json, 8);
  return { head, dataBytes };
}

function parseHeader(source: ByteSource, bytes: Uint8Array): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(source, 'its header is not JSON');
  }
  const header = Header.safeParse(json);
  if (!header.success) throw damaged(source, 'its header is not a JSON object');
  return header.data;
}

function parseEntry(source: ByteSource, name: string, raw: unknown) {
  const entry = Entry.safeParse(raw);
  if (!entry.success) throw damaged(source, `the header entry of tensor ${name} is malformed`);
  const { dtype, shape } = entry.data;
  const [start, end] = entry.data.data_offsets;
  if (!Object.hasOwn(TENSOR_BYTES, dtype)) {
    throw new WorkbenchError(
      'unsupported',
      `${source.name}: tensor ${name} has element type ${dtype}; save the model with ${Object.keys(TENSOR_BYTES).join(', ')}.`,
    );
  }
  const known = dtype as TensorDType;
  const sizeBytes = elementCount(shape) * TENSOR_BYTES[known];
  if (!Number.isSafeInteger(sizeBytes) || end - start !== sizeBytes) {
    throw damaged(source, `tensor ${name} of shape [${shape.join(', ')}] does not fill bytes ${start} to ${end}`);
  }
  return { dtype: known, shape, start, end };
}

function damaged(source: ByteSource, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${source.name}: ${fact}; it is not an intact safetensors file, copy or export it again.`,
  );
}
