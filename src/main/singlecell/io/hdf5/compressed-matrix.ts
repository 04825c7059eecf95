import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk } from '../../types.ts';
import { cleanChunk, rowBlocks, type ChunkOrigin } from '../csr-chunk.ts';
import { CHUNK_ENTRIES, MAX_ENTRIES, SAMPLE_ENTRIES } from '../limits.ts';
import { transposed, type EntryBatch } from '../transpose.ts';
import type { H5File, Numbers } from './file.ts';

/** A sparse matrix of a file: offsets, minor indices and values as three datasets of one group. */
export class CompressedMatrix {
  readonly #file: H5File;
  readonly #group: string;
  readonly #origin: ChunkOrigin;
  readonly #nCells: number;
  readonly #nGenes: number;
  readonly #isByCell: boolean;
  #offsets: Float64Array | undefined;

  constructor(file: H5File, group: string, name: string, shape: { nCells: number; nGenes: number }, isByCell: boolean) {
    this.#file = file;
    this.#group = group;
    this.#origin = { file: file.name, matrix: name };
    this.#nCells = shape.nCells;
    this.#nGenes = shape.nGenes;
    this.#isByCell = isByCell;
  }

  async *chunks(): AsyncGenerator<CsrChunk> {
    const offsets = this.#checkedOffsets();
    if (!this.#isByCell) {
      yield* transposed(this.#origin, this.#nCells, this.#nGenes, () => this.#entries());
      return;
    }
    for (const [start, end] of rowBlocks(offsets)) {
      const [from, to] = [offsets[start], offsets[end]];
      const rows = offsets.subarray(start, end + 1);
      yield cleanChunk(
        this.#origin,
        start,
        this.#nGenes,
        rows,
        this.#read('indices', from, to),
        this.#read('data', from, to),
      );
    }
  }

  sample(): Numbers[] {
    const offsets = this.#checkedOffsets();
    const total = offsets[offsets.length - 1];
    const third = Math.ceil(SAMPLE_ENTRIES / 3);
    const starts = total <= SAMPLE_ENTRIES ? [0] : [0, Math.floor((total - third) / 2), total - third];
    return starts.map((start) =>
      this.#read('data', start, Math.min(total, start + (starts.length === 1 ? total : third))),
    );
  }

  async *#entries(): AsyncGenerator<EntryBatch> {
    const offsets = this.#checkedOffsets();
    const total = offsets[offsets.length - 1];
    let gene = 0;
    for (let from = 0; from < total; from += CHUNK_ENTRIES) {
      const to = Math.min(total, from + CHUNK_ENTRIES);
      const genes = new Int32Array(to - from);
      for (let i = 0; i < genes.length; i++) {
        while (offsets[gene + 1] <= from + i) gene++;
        genes[i] = gene;
      }
      yield { genes, cells: this.#read('indices', from, to), values: this.#read('data', from, to) };
    }
  }

  #read(what: 'indices' | 'data', from: number, to: number): Numbers {
    return this.#file.numbers(`${this.#group}/${what}`, from, to);
  }

  #checkedOffsets(): Float64Array {
    this.#offsets ??= this.#readOffsets();
    return this.#offsets;
  }

  #readOffsets(): Float64Array {
    const lengths = ['indptr', 'indices', 'data'].map((name) => {
      const { shape } = this.#file.info(`${this.#group}/${name}`);
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
    const offsets = Float64Array.from(this.#file.numbers(`${this.#group}/indptr`));
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
    return this.#file.damaged(this.#group, fact);
  }
}
