import { DATASET_BLOBS, PLAIN_COUNT_BLOBS } from '#project/stored/dataset-blobs.ts';
import type { TypedName, TypedOf } from '#project/artifacts.ts';
import { unpackRows } from '#singlecell/packed-rows.ts';
import type { CountSource, CsrChunk } from '#singlecell/types.ts';

/** Where blobs are read from: the artifacts of an open project, or a reader of its file in another thread. */
export interface BlobSource {
  read(id: string, name: string, offset?: number, length?: number): Uint8Array<ArrayBuffer>;
  readTyped<N extends TypedName>(id: string, name: string, type: N, start?: number, count?: number): TypedOf<N>;
}

/** Counts of a dataset that stay in the project file; rows are read when asked for. */
export function openStoredCounts(
  source: BlobSource,
  { id, blobs }: { id: string; blobs: readonly { name: string }[] },
  nGenes: number,
): CountSource {
  const isPacked = blobs.some(({ name }) => name === DATASET_BLOBS.geneSteps);
  return isPacked ? new PackedCounts(source, id, nGenes) : new PlainCounts(source, id, nGenes);
}

class PackedCounts implements CountSource {
  readonly nCells: number;
  readonly nGenes: number;
  readonly #source: BlobSource;
  readonly #id: string;
  readonly #offsets: Float64Array;
  readonly #geneOffsets: Float64Array;
  readonly #countOffsets: Float64Array;

  constructor(source: BlobSource, id: string, nGenes: number) {
    const offsets = (name: string) => source.readTyped(id, name, 'float64');
    this.#source = source;
    this.#id = id;
    this.#offsets = offsets(DATASET_BLOBS.cellOffsets);
    this.#geneOffsets = offsets(DATASET_BLOBS.geneStepOffsets);
    this.#countOffsets = offsets(DATASET_BLOBS.packedCountOffsets);
    this.nCells = this.#offsets.length - 1;
    this.nGenes = nGenes;
  }

  rows(start: number, end: number): CsrChunk {
    const bytes = (name: string, offsets: Float64Array) =>
      this.#source.read(this.#id, name, offsets[start], offsets[end] - offsets[start]);
    return unpackRows(
      { start, nCells: end - start, nGenes: this.nGenes, indptr: rebased(this.#offsets, start, end) },
      bytes(DATASET_BLOBS.geneSteps, this.#geneOffsets),
      bytes(DATASET_BLOBS.packedCounts, this.#countOffsets),
    );
  }
}

/** As the first version stored them. */
class PlainCounts implements CountSource {
  readonly nCells: number;
  readonly nGenes: number;
  readonly #source: BlobSource;
  readonly #id: string;
  readonly #offsets: Float64Array;

  constructor(source: BlobSource, id: string, nGenes: number) {
    this.#source = source;
    this.#id = id;
    this.#offsets = source.readTyped(id, DATASET_BLOBS.cellOffsets, 'float64');
    this.nCells = this.#offsets.length - 1;
    this.nGenes = nGenes;
  }

  rows(start: number, end: number): CsrChunk {
    const from = this.#offsets[start];
    const n = this.#offsets[end] - from;
    return {
      start,
      nCells: end - start,
      nGenes: this.nGenes,
      indptr: rebased(this.#offsets, start, end),
      indices: this.#source.readTyped(this.#id, PLAIN_COUNT_BLOBS.genesByCell, 'int32', from, n),
      data: this.#source.readTyped(this.#id, PLAIN_COUNT_BLOBS.countsByCell, 'float32', from, n),
    };
  }
}

function rebased(offsets: Float64Array, start: number, end: number): Float64Array {
  const base = offsets[start];
  return offsets.slice(start, end + 1).map((offset) => offset - base);
}
