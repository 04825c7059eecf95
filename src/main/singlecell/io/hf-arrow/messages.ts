import { Message, MessageHeader, type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Place } from '../place.ts';
import { isWithinBounds } from './verify-message.ts';

const CONTINUATION = 0xffffffff;
const FILE_MAGIC = 'ARROW1';
/** Of a schema with all its annotations; those of real token sets have a few thousand bytes. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;
/** Of one batch of rows; `datasets` writes 1,000 rows, 16 MB of padded tokens and values. */
const MAX_BODY_BYTES = 1024 * 1024 * 1024;
const MAX_BATCH_ROWS = 10_000_000;
const MAX_DICTIONARY_BYTES = 256 * 1024 * 1024;

/** Rows of an Arrow stream that were written together. */
export interface Rows {
  schema: Schema;
  /** Null for the schema alone, which comes first. */
  batch: RecordBatch | null;
}

/**
 * The schema, then the batches of an Arrow IPC stream or file, one in memory at a time.
 *
 * Throws: data-format when it is damaged or was cut off; unsupported for compressed or huge batches.
 */
export async function* readRows(place: Place): AsyncGenerator<Rows> {
  const source = new ByteQueue(place);
  try {
    yield* rowsOf(place.name, source);
  } finally {
    await source.close();
  }
}

async function* rowsOf(name: string, source: ByteQueue): AsyncGenerator<Rows> {
  let schema: Uint8Array | null = null;
  const dictionaries: Uint8Array[] = [];
  for await (const { kind, bytes } of messages(name, source)) {
    if (kind === MessageHeader.Schema) {
      if (schema) throw damaged(name, 'it holds a second schema');
      schema = bytes;
      yield { schema: decode(name, [schema]).schema, batch: null };
    } else if (!schema) throw damaged(name, 'its first message is no schema');
    else if (kind === MessageHeader.DictionaryBatch) {
      dictionaries.push(bytes);
      if (dictionaries.reduce((sum, { length }) => sum + length, 0) > MAX_DICTIONARY_BYTES)
        throw new WorkbenchError(
          'unsupported',
          `${name}: its dictionaries are larger than 256 MB; write those columns as plain text.`,
        );
    } else yield decode(name, [schema, ...dictionaries, bytes]);
  }
  if (!schema) throw damaged(name, 'it holds no schema');
}

interface FramedMessage {
  kind: MessageHeader;
  /** With its length in front and its body behind. */
  bytes: Uint8Array;
}

/** Source: Arrow columnar format 1.x, "Encapsulated message format" and "IPC streaming format". */
async function* messages(name: string, source: ByteQueue): AsyncGenerator<FramedMessage> {
  const start = await source.peek(8);
  if (Buffer.from(start.subarray(0, 6)).toString('latin1') === FILE_MAGIC) await source.take(8);
  for (;;) {
    const head = await source.take(4);
    if (head.length === 0) return;
    if (head.length < 4) throw cutOff(name);
    // Before format 0.15 the length stood first, without a mark.
    const isMarked = word(head) === CONTINUATION;
    const lengthBytes = isMarked ? await source.take(4) : head;
    if (lengthBytes.length < 4) throw cutOff(name);
    const length = word(lengthBytes);
    if (length === 0) return;
    if (length > MAX_METADATA_BYTES) throw damaged(name, `a message announces ${length} bytes of metadata`);
    const metadata = await source.take(length);
    if (metadata.length < length) throw cutOff(name);
    const { kind, bodyLength } = describe(name, metadata);
    const body = await source.take(bodyLength);
    if (body.length < bodyLength) throw cutOff(name);
    const prefix = isMarked ? [head, lengthBytes] : [head];
    yield { kind, bytes: joined([...prefix, metadata, body]) };
  }
}

function describe(name: string, metadata: Uint8Array): { kind: MessageHeader; bodyLength: number } {
  if (!isWithinBounds(metadata)) throw damaged(name, 'the metadata of a message contradict themselves');
  try {
    const message = Message.decode(metadata);
    const { bodyLength } = message;
    if (!(bodyLength >= 0)) throw damaged(name, 'a message announces a negative length');
    if (bodyLength > MAX_BODY_BYTES) {
      throw new WorkbenchError(
        'unsupported',
        `${name}: one of its batches announces ${bodyLength} bytes, at most ${MAX_BODY_BYTES} are read at once; save it again with load_from_disk and save_to_disk of the library "datasets".`,
      );
    }
    if (message.isRecordBatch()) checkBatch(name, message.header(), bodyLength);
    else if (message.isDictionaryBatch()) checkBatch(name, message.header().data, bodyLength);
    else if (!message.isSchema()) throw damaged(name, 'it holds a message that is no rows of a table');
    return { kind: message.headerType, bodyLength };
  } catch (thrown) {
    if (thrown instanceof WorkbenchError) throw thrown;
    throw damaged(name, 'the metadata of a message cannot be read', thrown);
  }
}

interface BatchHeader {
  length: number;
  compression: unknown;
  nodes: readonly { length: number }[];
  buffers: readonly { offset: number; length: number }[];
}

/** Announced sizes are believed only as far as the body can hold them. */
function checkBatch(name: string, header: BatchHeader, bodyLength: number): void {
  const { length, nodes, buffers, compression } = header;
  if (compression) {
    throw new WorkbenchError(
      'unsupported',
      `${name}: its batches are compressed, which the library "datasets" never does; save it again with save_to_disk.`,
    );
  }
  if (!(length >= 0 && length <= MAX_BATCH_ROWS)) throw damaged(name, `a batch announces ${length} rows`);
  const most = Math.max(length, 8 * bodyLength);
  if (nodes.some((node) => !(node.length >= 0 && node.length <= most)))
    throw damaged(name, 'a column announces more values than its batch has bytes');
  if (
    buffers.some((buffer) => !(buffer.offset >= 0 && buffer.length >= 0 && buffer.offset + buffer.length <= bodyLength))
  )
    throw damaged(name, 'a column lies outside of its batch');
}

function decode(name: string, parts: Uint8Array[]): Rows {
  const end = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
  try {
    const reader = RecordBatchReader.from(joined([...parts, end]));
    reader.open({ autoDestroy: false });
    const { schema } = reader;
    const next = reader.next();
    return { schema, batch: next.done ? null : next.value };
  } catch (cause) {
    throw damaged(name, 'a batch of rows cannot be read', cause);
  }
}

/** In a buffer of its own: parts of Node's shared pool begin anywhere. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function word(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

export function damaged(name: string, fact: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${name}: ${fact}, so it is damaged or no Arrow file of the library "datasets"; copy or save it again.`,
    { cause },
  );
}

function cutOff(name: string): WorkbenchError {
  return damaged(name, 'it ends within a message: it was cut off');
}

/** Takes so many bytes from a place; memory is what was asked for and one read. */
class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(place: Place) {
    this.#source = place.bytes()[Symbol.asyncIterator]();
  }

  /** The next bytes without taking them; fewer at the end. */
  async peek(length: number): Promise<Uint8Array> {
    const head = await this.take(length);
    this.#rest = joined([head, this.#rest]);
    return head;
  }

  /** The next bytes; fewer at the end. In a buffer of their own, so that numbers in them are aligned. */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#source.next();
        if (next.done) break;
        this.#rest = next.value;
        continue;
      }
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      parts.push(part);
      missing -= part.length;
    }
    return joined(parts);
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
