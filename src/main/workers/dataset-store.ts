import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import type { Gene, Species } from '#shared/domain/gene.ts';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactDraft, ArtifactStore } from '#project/artifacts.ts';
import { DATASET_BLOBS, type StoredColumn } from '#project/stored/dataset-blobs.ts';
import { columnInfo, type ColumnUse } from '#singlecell/io/column-info.ts';
import type { DatasetMeta, DatasetSink } from '#singlecell/io/dataset-sink.ts';
import type { CountSource, CsrChunk, Dataset, ObsColumn } from '#singlecell/types.ts';

/** Entries copied by gene are built in passes of at most this many, so memory stays bounded (128 MB of indices and counts). */
const TRANSPOSE_ENTRIES = 16_000_000;

/** Receives a dataset cell by cell and keeps it by cell and by gene. */
export class StoredDatasetSink implements DatasetSink {
  readonly #draft: ArtifactDraft;
  readonly #genes: ReturnType<ArtifactDraft['blobWriter']>;
  readonly #counts: ReturnType<ArtifactDraft['blobWriter']>;
  readonly #cellOffsets: number[] = [0];
  readonly #totals: number[] = [];
  readonly #columns: ObsColumn[] = [];
  #detections = new Int32Array(0);

  constructor(draft: ArtifactDraft) {
    this.#draft = draft;
    this.#genes = draft.blobWriter(DATASET_BLOBS.genesByCell);
    this.#counts = draft.blobWriter(DATASET_BLOBS.countsByCell);
  }

  begin({ genes, cellIds }: DatasetMeta): void {
    this.#detections = new Int32Array(genes.length);
    this.#draft.blob(DATASET_BLOBS.genes, genes);
    this.#draft.blob(DATASET_BLOBS.cellIds, cellIds);
  }

  /** What lists and wizards show of the annotations. */
  obsColumns(use: ColumnUse): ObsColumnInfo[] {
    return this.#columns.map((column) => columnInfo(column, use));
  }

  obs(column: ObsColumn): void {
    this.#columns.push(column);
  }

  chunk(chunk: CsrChunk): void {
    const before = this.#cellOffsets.at(-1)!;
    for (let cell = 0; cell < chunk.nCells; cell++) {
      let total = 0;
      for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) total += chunk.data[i];
      this.#totals.push(total);
      this.#cellOffsets.push(before + chunk.indptr[cell + 1]);
    }
    const nEntries = chunk.indptr[chunk.nCells];
    for (let i = 0; i < nEntries; i++) this.#detections[chunk.indices[i]]++;
    this.#genes.write(bytesOf(chunk.indices.subarray(0, nEntries)));
    this.#counts.write(bytesOf(chunk.data.subarray(0, nEntries)));
  }

  geneReport(rows: GeneReportRow[]): void {
    this.#draft.blob(DATASET_BLOBS.geneReport, rows);
  }

  finish(): void {
    this.#genes.finish();
    this.#counts.finish();
    this.#draft.blob(DATASET_BLOBS.obs, this.#columns.map(toStored));
    this.#draft.blob(DATASET_BLOBS.cellOffsets, Float64Array.from(this.#cellOffsets));
    this.#draft.blob(DATASET_BLOBS.totals, Float64Array.from(this.#totals));
    this.#draft.blob(DATASET_BLOBS.detections, this.#detections);
    this.#writeByGene();
  }

  #writeByGene(): void {
    const nGenes = this.#detections.length;
    const offsets = new Float64Array(nGenes + 1);
    for (let gene = 0; gene < nGenes; gene++) offsets[gene + 1] = offsets[gene] + this.#detections[gene];
    this.#draft.blob(DATASET_BLOBS.geneOffsets, offsets);
    const cellsOut = this.#draft.blobWriter(DATASET_BLOBS.geneCells);
    const countsOut = this.#draft.blobWriter(DATASET_BLOBS.geneCounts);
    const rows = new StoredCounts(Float64Array.from(this.#cellOffsets), nGenes, this.#draft);
    for (let first = 0; first < nGenes;) {
      let last = first + 1;
      while (last < nGenes && offsets[last + 1] - offsets[first] <= TRANSPOSE_ENTRIES) last++;
      const base = offsets[first];
      const cells = new Int32Array(offsets[last] - base);
      const counts = new Float32Array(offsets[last] - base);
      const next = offsets.slice(first, last);
      for (const chunk of rows.chunks()) {
        for (let cell = 0; cell < chunk.nCells; cell++) {
          for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) {
            const gene = chunk.indices[i];
            if (gene < first || gene >= last) continue;
            const at = next[gene - first]++ - base;
            cells[at] = chunk.start + cell;
            counts[at] = chunk.data[i];
          }
        }
      }
      cellsOut.write(bytesOf(cells));
      countsOut.write(bytesOf(counts));
      first = last;
    }
    cellsOut.finish();
    countsOut.finish();
  }
}

/** Where blobs are read from: a finished artifact, or a draft that is being written. */
interface BlobSource {
  read(name: string, offset: number, length: number): Uint8Array;
}

/** Counts that stay in the project file; rows are read when asked for. */
export class StoredCounts implements CountSource {
  readonly nCells: number;
  readonly nGenes: number;
  readonly #offsets: Float64Array;
  readonly #source: BlobSource;

  constructor(cellOffsets: Float64Array, nGenes: number, source: BlobSource) {
    this.#offsets = cellOffsets;
    this.nCells = cellOffsets.length - 1;
    this.nGenes = nGenes;
    this.#source = source;
  }

  rows(start: number, end: number): CsrChunk {
    const from = this.#offsets[start];
    const nEntries = this.#offsets[end] - from;
    const indptr = new Float64Array(end - start + 1);
    for (let i = 0; i < indptr.length; i++) indptr[i] = this.#offsets[start + i] - from;
    return {
      start,
      nCells: end - start,
      nGenes: this.nGenes,
      indptr,
      indices: new Int32Array(copyOf(this.#source.read(DATASET_BLOBS.genesByCell, 4 * from, 4 * nEntries))),
      data: new Float32Array(copyOf(this.#source.read(DATASET_BLOBS.countsByCell, 4 * from, 4 * nEntries))),
    };
  }

  *chunks(maxEntries = 4_000_000): Generator<CsrChunk> {
    for (let start = 0; start < this.nCells;) {
      let end = start + 1;
      while (end < this.nCells && this.#offsets[end + 1] - this.#offsets[start] <= maxEntries) end++;
      yield this.rows(start, end);
      start = end;
    }
  }
}

/** A stored dataset as the analysis steps see it; counts stay on disk. */
export function openStoredDataset(artifacts: ArtifactStore, manifest: ArtifactManifest): Dataset {
  const { id } = manifest;
  const genes = artifacts.readJson<Gene[]>(id, DATASET_BLOBS.genes);
  const offsets = artifacts.readTyped(id, DATASET_BLOBS.cellOffsets, 'float64');
  return {
    species: manifest.summary.species as Species,
    genes,
    cellIds: artifacts.readJson<string[]>(id, DATASET_BLOBS.cellIds),
    obs: artifacts.readJson<StoredColumn[]>(id, DATASET_BLOBS.obs).map(fromStored),
    counts: new StoredCounts(offsets, genes.length, {
      read: (name, offset, length) => artifacts.read(id, name, offset, length),
    }),
  };
}

function toStored(column: ObsColumn): StoredColumn {
  switch (column.kind) {
    case 'categorical':
      return { name: column.name, kind: 'categorical', categories: column.categories, codes: Array.from(column.codes) };
    case 'number':
      return {
        name: column.name,
        kind: 'number',
        values: Array.from(column.values, (value) => (Number.isFinite(value) ? value : null)),
      };
    case 'boolean':
      return {
        name: column.name,
        kind: 'categorical',
        categories: ['false', 'true'],
        codes: Array.from(column.values),
      };
    case 'text':
      return { name: column.name, kind: 'text', values: column.values };
  }
}

function fromStored(column: StoredColumn): ObsColumn {
  switch (column.kind) {
    case 'categorical':
      return { ...column, codes: Int32Array.from(column.codes) };
    case 'number':
      return { ...column, values: Float64Array.from(column.values, (value) => value ?? Number.NaN) };
    case 'text':
      return column;
  }
}

function bytesOf(array: Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A buffer of its own: blob reads may share a larger one at an odd offset. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
