import { DATASET_BLOBS, PLAIN_COUNT_BLOBS } from '#project/stored/dataset-blobs.ts';
import type { TypedName, TypedOf } from '#project/artifacts.ts';
import { release } from '#shared/util/release.ts';
import { unpackRising, unpackVarints } from '#shared/util/varint.ts';
import type { CountSource, CsrChunk, PackedChunk } from '#singlecell/types.ts';

/** Where blobs are read from: the artifacts of an open project, or a reader of its file in another thread. */
export interface BlobSource {
  read(id: string, name: string, offset?: number, length?: number): Uint8Array<ArrayBuffer>;
  readTyped<N extends TypedName>(id: string, name: string, type: N, start?: number, count?: number): TypedOf<N>;
}

/** Where each cell begins: nCells + 1 offsets each. */
export interface RowOffsets {
  entries: Float64Array;
  /** In bytes; null where genes (values) are kept as they are, four bytes an entry. */
  genes: Float64Array | null;
  values: Float64Array | null;
}

/** Counts of a dataset that stay in the project file; rows are read when asked for. */
export function openStoredCounts(
  source: BlobSource,
  { id, blobs }: { id: string; blobs: readonly { name: string }[] },
  nGenes: number,
): CountSource {
  const has = (name: string) => blobs.some((blob) => blob.name === name);
  const offsets = (name: string) => source.readTyped(id, name, 'float64');
  const rows: RowOffsets = {
    entries: offsets(DATASET_BLOBS.cellOffsets),
    genes: has(DATASET_BLOBS.geneStepOffsets) ? offsets(DATASET_BLOBS.geneStepOffsets) : null,
    values: has(DATASET_BLOBS.packedCountOffsets) ? offsets(DATASET_BLOBS.packedCountOffsets) : null,
  };
  return new StoredRows(rows, nGenes, (name, offset, length) => source.read(id, name, offset, length));
}

/** Rows that are read from blobs as they are asked for. */
export class StoredRows implements CountSource {
  readonly nCells: number;
  readonly nGenes: number;
  readonly #offsets: RowOffsets;
  readonly #read: (name: string, offset: number, length: number) => Uint8Array<ArrayBuffer>;

  constructor(
    offsets: RowOffsets,
    nGenes: number,
    read: (name: string, offset: number, length: number) => Uint8Array<ArrayBuffer>,
  ) {
    this.nCells = offsets.entries.length - 1;
    this.nGenes = nGenes;
    this.#offsets = offsets;
    this.#read = read;
  }

  rows(start: number, end: number): CsrChunk {
    const { entries } = this.#offsets;
    const base = entries[start];
    const indptr = entries.slice(start, end + 1).map((offset) => offset - base);
    const nCells = end - start;
    return {
      start,
      nCells,
      nGenes: this.nGenes,
      indptr,
      indices: this.#genes(start, end, indptr),
      data: this.#values(start, end, indptr[nCells]),
    };
  }

  packed(start: number, end: number): PackedChunk | null {
    const { entries, genes, values } = this.#offsets;
    if (!genes || !values) return null;
    const base = entries[start];
    return {
      start,
      nCells: end - start,
      nGenes: this.nGenes,
      indptr: entries.slice(start, end + 1).map((offset) => offset - base),
      genes: this.#read(DATASET_BLOBS.geneSteps, genes[start], genes[end] - genes[start]),
      counts: this.#read(DATASET_BLOBS.packedCounts, values[start], values[end] - values[start]),
    };
  }

  #genes(start: number, end: number, indptr: Float64Array): Int32Array {
    const { genes, entries } = this.#offsets;
    const n = indptr[end - start];
    if (!genes) return new Int32Array(this.#read(PLAIN_COUNT_BLOBS.genesByCell, 4 * entries[start], 4 * n).buffer);
    const steps = this.#read(DATASET_BLOBS.geneSteps, genes[start], genes[end] - genes[start]);
    const indices = new Int32Array(n);
    let at = 0;
    for (let row = 0; row < end - start; row++) at = unpackRising(steps, at, indices, indptr[row], indptr[row + 1]);
    release(steps);
    return indices;
  }

  #values(start: number, end: number, n: number): Float32Array {
    const { values, entries } = this.#offsets;
    if (!values) return new Float32Array(this.#read(PLAIN_COUNT_BLOBS.countsByCell, 4 * entries[start], 4 * n).buffer);
    const packed = this.#read(DATASET_BLOBS.packedCounts, values[start], values[end] - values[start]);
    const data = new Float32Array(n);
    unpackVarints(packed, 0, data, 0, n);
    release(packed);
    return data;
  }
}
