import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Data } from 'apache-arrow';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { StepHook } from '../../count-source.ts';
import type { ObsColumn } from '../../types.ts';
import { annotationData, COLUMN, int32Data, listData, type OutColumn, StreamEncoder } from './encode.ts';
import { sortedLengths } from './sorted-lengths.ts';
import { TOKEN_COLUMNS } from './token-source.ts';

/** As many as the library `datasets` writes at once. */
const BATCH_CELLS = 1000;
/** As the library cuts: a new file about every 500 MB. */
const SHARD_BYTES = 500_000_000;

export type TokenFormat = 'genecompass' | 'geneformer';

/** Consecutive cells to write. */
export interface OutCells {
  /** nCells + 1, from 0. */
  offsets: Int32Array;
  tokenIds: Int32Array;
  values: Float32Array;
  species: Uint8Array;
}

export interface OutTokens {
  nCells: number;
  /** All cells together. */
  nTokens: number;
  /** Cells [start, end). */
  cells(start: number, end: number): OutCells;
  /** Annotations to write, and the row of them each cell has. */
  obs: readonly ObsColumn[];
  obsRows: Int32Array;
}

export interface WriteOptions {
  format: TokenFormat;
  /** Lists are filled up to this with zeros; null writes them as long as they are. */
  paddedTo: number | null;
  /** 16 hexadecimal digits, the same for the same content. */
  fingerprint: string;
  description: string;
  /** Further files of the folder: name → text. */
  extras: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  onCells?: StepHook;
}

export interface WrittenFolder {
  nFiles: number;
  sizeBytes: number;
}

/**
 * Writes token lists as `save_to_disk` of the library `datasets` does. The folder appears under its name when it is whole.
 *
 * Throws: conflict when something lies there; resource; cancelled.
 */
export async function writeTokenFolder(out: string, tokens: OutTokens, options: WriteOptions): Promise<WrittenFolder> {
  await requireFree(out);
  const part = `${out}.${process.pid}.part`;
  await mkdir(part, { mode: 0o700 });
  try {
    const written = await writeInto(part, tokens, options);
    await rmdir(out).catch(() => undefined);
    await rename(part, out);
    return written;
  } catch (thrown) {
    await rm(part, { recursive: true, force: true });
    throw thrown;
  }
}

async function requireFree(out: string): Promise<void> {
  const there = await readdir(out).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return [];
    return null;
  });
  if (there?.length === 0) return;
  throw new WorkbenchError(
    'conflict',
    `${path.basename(out)}: there is something of this name already; choose a new folder.`,
  );
}

async function writeInto(folder: string, tokens: OutTokens, options: WriteOptions): Promise<WrittenFolder> {
  const { format, fingerprint, paddedTo, signal } = options;
  const columns = columnsOf(format, tokens.obs);
  const encoder = new StreamEncoder(columns, fingerprint);
  const nListed = paddedTo === null ? tokens.nTokens : tokens.nCells * paddedTo;
  const nFiles = Math.max(1, Math.min(tokens.nCells, Math.ceil((nListed * 8) / SHARD_BYTES)));
  let sizeBytes = 0;
  const write = async (name: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> => {
    const file = await open(path.join(folder, name), 'wx', 0o600);
    try {
      for await (const piece of pieces) {
        await file.writeFile(piece);
        sizeBytes += piece.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
  };
  const text = (content: string): [Uint8Array] => [new TextEncoder().encode(content)];

  const lengths = new Int32Array(tokens.nCells);
  const names = Array.from({ length: nFiles }, (_, i) => `data-${digits(i)}-of-${digits(nFiles)}.arrow`);
  for (const [i, name] of names.entries()) {
    const [first, last] = [share(tokens.nCells, nFiles, i), share(tokens.nCells, nFiles, i + 1)];
    const shard = async function* (): AsyncGenerator<Uint8Array> {
      yield encoder.head;
      for (let start = first; start < last; start += BATCH_CELLS) {
        signal?.throwIfAborted();
        const end = Math.min(last, start + BATCH_CELLS);
        const cells = tokens.cells(start, end);
        for (let row = 0; row < end - start; row++) lengths[start + row] = cells.offsets[row + 1] - cells.offsets[row];
        const data = dataOf(cells, options, columns);
        const rows = tokens.obsRows.subarray(start, end);
        yield encoder.batch(end - start, [...data, ...tokens.obs.map((column) => annotationData(column, rows))]);
        await options.onCells?.(end, tokens.nCells);
      }
      yield encoder.tail;
    };
    await write(name, shard());
  }
  const features = Object.fromEntries(columns.map(({ name, feature }) => [name, feature]));
  const info = { citation: '', description: options.description, features, homepage: '', license: '' };
  await write('dataset_info.json', text(JSON.stringify(info, null, 2)));
  const state = {
    _data_files: names.map((filename) => ({ filename })),
    _fingerprint: fingerprint,
    _format_columns: null,
    _format_kwargs: {},
    _format_type: null,
    _output_all_columns: false,
    _split: null,
  };
  await write('state.json', text(JSON.stringify(state, null, 2)));
  if (format === 'genecompass') await write('sorted_length.pickle', [sortedLengths(lengths)]);
  for (const [name, content] of Object.entries(options.extras)) await write(name, text(content));
  return { nFiles, sizeBytes };
}

/** Source: spec/genecompass.md §1.3; Geneformer keeps tokens, their number and annotations. */
function columnsOf(format: TokenFormat, obs: readonly ObsColumn[]): OutColumn[] {
  const { ids, values, length, species } = TOKEN_COLUMNS;
  const own =
    format === 'genecompass'
      ? [COLUMN.int32List(ids), COLUMN.float32List(values), COLUMN.int16List(length), COLUMN.int16List(species)]
      : [COLUMN.int32List(ids), COLUMN.int32(length)];
  return [...own, ...obs.map((column) => COLUMN.annotation(column))];
}

function dataOf(cells: OutCells, { format, paddedTo }: WriteOptions, columns: readonly OutColumn[]): Data[] {
  const { offsets, tokenIds, values, species } = paddedTo === null ? cells : padded(cells, paddedTo);
  const n = cells.offsets.length - 1;
  const lengths = Int32Array.from({ length: n }, (_, row) => cells.offsets[row + 1] - cells.offsets[row]);
  const ids = listData(columns[0].type, offsets, tokenIds);
  if (format === 'geneformer') return [ids, int32Data(lengths)];
  const single = Int32Array.from({ length: n + 1 }, (_, row) => row);
  return [
    ids,
    listData(columns[1].type, offsets, values),
    listData(columns[2].type, single, Int16Array.from(lengths)),
    listData(columns[3].type, single, Int16Array.from(species)),
  ];
}

function padded(cells: OutCells, length: number): OutCells {
  const n = cells.offsets.length - 1;
  const offsets = Int32Array.from({ length: n + 1 }, (_, row) => row * length);
  const tokenIds = new Int32Array(n * length);
  const values = new Float32Array(n * length);
  for (let row = 0; row < n; row++) {
    const [from, to] = [cells.offsets[row], cells.offsets[row + 1]];
    tokenIds.set(cells.tokenIds.subarray(from, to), row * length);
    values.set(cells.values.subarray(from, to), row * length);
  }
  return { offsets, tokenIds, values, species: cells.species };
}

/** Where part `i` of `n` items begins; the first parts have one more where it does not come out even. */
function share(n: number, nParts: number, i: number): number {
  return Math.floor(n / nParts) * i + Math.min(i, n % nParts);
}

function digits(n: number): string {
  return String(n).padStart(5, '0');
}
