import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk } from '../types.ts';
import type { RowSource } from './anndata/node-tree.ts';
import { cleanChunk, rowBlocks, type ChunkOrigin } from './csr-chunk.ts';
import { CHUNK_ENTRIES, MAX_ENTRIES, SAMPLE_ENTRIES } from './limits.ts';
import { joinNumbers, type Numbers } from './numbers.ts';
import type { RowAccess } from './row-lists.ts';
import { transposed, type EntryBatch } from './transpose.ts';

/** Reads the next item while the caller is busy with one. */
async function* readAhead<T, R>(
  items: readonly T[],
  read: (item: T) => Promise<R>,
): AsyncGenerator<{ item: T; read: R }> {
  const begin = (i: number) => {
    if (i >= items.length) return null;
    const reading = read(items[i]);
    // It is awaited in its turn, or not at all where the caller stops before.
    reading.catch(() => undefined);
    return reading;
  };
  let next = begin(0);
  for (let i = 0; i < items.length; i++) {
    const current = await next!;
    next = begin(i + 1);
    yield { item: items[i], read: current };
  }
}

/** A sparse matrix of a file: offsets, minor indices and values as three arrays of one group. */
export class CompressedMatrix {
  readonly #source: RowSource;
  readonly #group: string;
  readonly #origin: ChunkOrigin;
  readonly #nCells: number;
  readonly #nGenes: number;
  readonly #isByCell: boolean;
  #offsets: Promise<Float64Array> | undefined;

  constructor(source: RowSource, group: string, shape: { nCells: number; nGenes: number }, isByCell: boolean) {
    this.#source = source;
    this.#group = group;
    this.#origin = { file: source.name, matrix: group };
    this.#nCells = shape.nCells;
    this.#nGenes = shape.nGenes;
    this.#isByCell = isByCell;
  }

  async *chunks(): AsyncGenerator<CsrChunk> {
    const offsets = await this.#checkedOffsets();
    if (!this.#isByCell) {
      yield* transposed(this.#origin, this.#nCells, this.#nGenes, () => this.#entries());
      return;
    }
    const blocks = Array.from(rowBlocks(offsets), ([start, end]) => ({ start, end }));
    const read = ({ start, end }: { start: number; end: number }) => this.#readBoth(offsets[start], offsets[end]);
    for await (const { item, read: both } of readAhead(blocks, read)) {
      const { start, end } = item;
      yield cleanChunk(this.#origin, start, this.#nGenes, offsets.subarray(start, end + 1), both.indices, both.data);
    }
  }

  /** Null where rows lie otherwise than in two lists of an open file. */
  async rowAccess(): Promise<RowAccess | null> {
    if (!this.#isByCell || !this.#source.list) return null;
    const offsets = await this.#checkedOffsets();
    const genes = this.#source.list(`${this.#group}/indices`);
    const values = this.#source.list(`${this.#group}/data`);
    if (!genes || !values || genes.kind.startsWith('f')) return null;
    return {
      lists: { offsets, genes, values },
      rows: async (start, end) => {
        const { indices, data } = await this.#readBoth(offsets[start], offsets[end]);
        return cleanChunk(this.#origin, start, this.#nGenes, offsets.subarray(start, end + 1), indices, data);
      },
    };
  }

  /** Some stored values from the beginning, middle and end. */
  async sample(): Promise<Numbers> {
    const offsets = await this.#checkedOffsets();
    const total = offsets[offsets.length - 1];
    if (total <= SAMPLE_ENTRIES) return this.#read('data', 0, total);
    const third = Math.ceil(SAMPLE_ENTRIES / 3);
    const parts: Numbers[] = [];
    for (const start of [0, Math.floor((total - third) / 2), total - third]) {
      parts.push(await this.#read('data', start, start + third));
    }
    return joinNumbers(parts);
  }

  async *#entries(): AsyncGenerator<EntryBatch> {
    const offsets = await this.#checkedOffsets();
    const total = offsets[offsets.length - 1];
    let gene = 0;
    const starts = Array.from({ length: Math.ceil(total / CHUNK_ENTRIES) }, (_, i) => i * CHUNK_ENTRIES);
    const read = (from: number) => this.#readBoth(from, Math.min(total, from + CHUNK_ENTRIES));
    for await (const { item: from, read: both } of readAhead(starts, read)) {
      const to = Math.min(total, from + CHUNK_ENTRIES);
      const genes = new Int32Array(to - from);
      for (let i = 0; i < genes.length; i++) {
        while (offsets[gene + 1] <= from + i) gene++;
        genes[i] = gene;
      }
      yield { genes, cells: both.indices, values: both.data };
    }
  }

  async #readBoth(from: number, to: number): Promise<{ indices: Numbers; data: Numbers }> {
    const [indices, data] = await Promise.all([this.#read('indices', from, to), this.#read('data', from, to)]);
    return { indices, data };
  }

  async #read(what: 'indptr' | 'indices' | 'data', from: number, to: number): Promise<Numbers> {
    return this.#source.rows(`${this.#group}/${what}`, from, to);
  }

  #checkedOffsets(): Promise<Float64Array> {
    this.#offsets ??= this.#readOffsets();
    return this.#offsets;
  }

  async #readOffsets(): Promise<Float64Array> {
    const lengths = ['indptr', 'indices', 'data'].map((name) => {
      const { shape } = this.#source.info(`${this.#group}/${name}`);
      if (shape.length !== 1) throw this.#damaged(`${name} must have one dimension, it has ${shape.length}`);
      return shape[0];
    });
    const nMajor = this.#isByCell ? this.#nCells : this.#nGenes;
    const nMinor = this.#isByCell ? this.#nGenes : this.#nCells;
    if (lengths[0] !== nMajor + 1) {
      throw this.#damaged(`indptr has ${lengths[0]} entries where the shape asks for ${nMajor + 1}`);
    }
    if (lengths[1] !== lengths[2]) throw this.#damaged(`${lengths[1]} indices contradict ${lengths[2]} values`);
    if (lengths[2] > MAX_ENTRIES) throw this.#damaged(`${lengths[2]} entries are more than any experiment has`);
    const offsets = Float64Array.from(await this.#read('indptr', 0, lengths[0]));
    if (offsets[0] !== 0) throw this.#damaged('indptr does not start at 0');
    for (let i = 0; i < nMajor; i++) {
      const size = offsets[i + 1] - offsets[i];
      if (!(size >= 0) || !Number.isInteger(size)) throw this.#damaged(`indptr is not rising at ${i + 1}`);
      if (size > nMinor)
        throw this.#damaged(`indptr gives row ${i + 1} more entries (${size}) than the ${nMinor} it can hold`);
    }
    if (offsets[nMajor] !== lengths[2]) {
      throw this.#damaged(`indptr ends at ${offsets[nMajor]}, there are ${lengths[2]} values`);
    }
    return offsets;
  }

  #damaged(fact: string): WorkbenchError {
    return this.#source.damaged(this.#group, fact);
  }
}
