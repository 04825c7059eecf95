import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import type { Gene, Species } from '#shared/domain/gene.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactDraft, ArtifactStore, BlobWriter } from '#project/artifacts.ts';
import { DATASET_BLOBS, type StoredColumn } from '#project/stored/dataset-blobs.ts';
import { columnInfo } from '#singlecell/io/column-info.ts';
import type { DatasetMeta, DatasetSink } from '#singlecell/io/dataset-sink.ts';
import { packRows } from '#singlecell/packed-rows.ts';
import type { CsrChunk, Dataset, ObsColumn } from '#singlecell/types.ts';
import { GeneBlocksWriter } from './gene-blocks.ts';
import { openStoredCounts } from './stored-counts.ts';

/** Values of an annotation turned into text at a time. */
const TEXT_VALUES = 8192;

/** What is kept while cells pass by: five numbers a cell. */
interface Cells {
  totals: Float64Array;
  /** nCells + 1: where each cell begins, in entries and in the bytes of the packed blobs. */
  offsets: Float64Array;
  geneOffsets: Float64Array;
  countOffsets: Float64Array;
  nDone: number;
}

/** Receives a dataset cell by cell and keeps it by cell and by gene. */
export class StoredDatasetSink implements DatasetSink {
  readonly #draft: ArtifactDraft;
  readonly #steps: BlobWriter;
  readonly #counts: BlobWriter;
  readonly #columns: ObsColumn[] = [];
  #cells: Cells | undefined;
  #detections = new Int32Array(0);
  #byGene: GeneBlocksWriter | undefined;

  constructor(draft: ArtifactDraft) {
    this.#draft = draft;
    this.#steps = draft.blobWriter(DATASET_BLOBS.geneSteps);
    this.#counts = draft.blobWriter(DATASET_BLOBS.packedCounts);
  }

  begin({ genes, cellIds }: DatasetMeta): void {
    const perCell = () => new Float64Array(cellIds.length + 1);
    this.#cells = {
      totals: new Float64Array(cellIds.length),
      offsets: perCell(),
      geneOffsets: perCell(),
      countOffsets: perCell(),
      nDone: 0,
    };
    this.#detections = new Int32Array(genes.length);
    this.#byGene = new GeneBlocksWriter(this.#draft, genes.length);
    this.#draft.blob(DATASET_BLOBS.genes, genes);
    const writer = this.#draft.blobWriter(DATASET_BLOBS.cellIds);
    writeJsonArray(writer, cellIds);
    writer.finish();
  }

  /** What lists and wizards show of the annotations. */
  get obsColumns(): ObsColumnInfo[] {
    return this.#columns.map((column) => columnInfo(column));
  }

  obs(column: ObsColumn): void {
    this.#columns.push(column);
  }

  geneReport(rows: GeneReportRow[]): void {
    this.#draft.blob(DATASET_BLOBS.geneReport, rows);
  }

  async chunk(chunk: CsrChunk): Promise<void> {
    const cells = this.#cells!;
    const { indptr, data, indices } = chunk;
    const packed = packRows(chunk);
    const [entries, geneBytes, countBytes] = [cells.offsets, cells.geneOffsets, cells.countOffsets].map(
      (offsets) => offsets[cells.nDone],
    );
    for (let row = 0; row < chunk.nCells; row++) {
      let total = 0;
      for (let i = indptr[row]; i < indptr[row + 1]; i++) {
        total += data[i];
        this.#detections[indices[i]]++;
      }
      const cell = cells.nDone++;
      cells.totals[cell] = total;
      cells.offsets[cell + 1] = entries + indptr[row + 1];
      cells.geneOffsets[cell + 1] = geneBytes + packed.geneEnds[row];
      cells.countOffsets[cell + 1] = countBytes + packed.countEnds[row];
    }
    await this.#steps.append(packed.genes);
    await this.#counts.append(packed.counts);
    await this.#byGene!.chunk(chunk);
  }

  async finish(): Promise<void> {
    for (const writer of [this.#steps, this.#counts]) {
      await writer.drain();
      writer.finish();
    }
    const { totals, offsets, geneOffsets, countOffsets, nDone } = this.#cells!;
    if (nDone !== totals.length) {
      throw new WorkbenchError('internal', `Dataset: ${nDone} cells came, ${totals.length} were announced.`);
    }
    this.#draft.blob(DATASET_BLOBS.blockCells, await this.#byGene!.finish());
    this.#draft.blob(DATASET_BLOBS.cellOffsets, offsets);
    this.#draft.blob(DATASET_BLOBS.geneStepOffsets, geneOffsets);
    this.#draft.blob(DATASET_BLOBS.packedCountOffsets, countOffsets);
    this.#draft.blob(DATASET_BLOBS.totals, totals);
    this.#draft.blob(DATASET_BLOBS.detections, this.#detections);
    const writer = this.#draft.blobWriter(DATASET_BLOBS.obs);
    const text = new TextEncoder();
    this.#columns.forEach((column, i) => {
      writer.write(text.encode(i === 0 ? '[' : ','));
      writeColumn(writer, column);
    });
    writer.write(text.encode(this.#columns.length === 0 ? '[]' : ']'));
    writer.finish();
  }
}

/** A stored dataset as the analysis steps see it; counts stay on disk, names and annotations until they are asked for. */
export function openStoredDataset(artifacts: ArtifactStore, manifest: ArtifactManifest): Dataset {
  const { id } = manifest;
  const genes = artifacts.readJson<Gene[]>(id, DATASET_BLOBS.genes);
  let cellIds: string[] | undefined;
  let obs: ObsColumn[] | undefined;
  return {
    species: manifest.summary.species as Species,
    genes,
    get cellIds() {
      return (cellIds ??= artifacts.readJson<string[]>(id, DATASET_BLOBS.cellIds));
    },
    get obs() {
      return (obs ??= artifacts.readJson<StoredColumn[]>(id, DATASET_BLOBS.obs).map(fromStored));
    },
    counts: openStoredCounts(artifacts, manifest, genes.length),
  };
}

/** Writes a column as the JSON of a `StoredColumn`, in pieces. */
function writeColumn(writer: BlobWriter, column: ObsColumn): void {
  const { name } = column;
  switch (column.kind) {
    case 'categorical':
      return writeStored(writer, { name, kind: 'categorical', categories: column.categories }, 'codes', column.codes);
    case 'boolean':
      return writeStored(writer, { name, kind: 'categorical', categories: ['false', 'true'] }, 'codes', column.values);
    case 'number':
      return writeStored(writer, { name, kind: 'number' }, 'values', column.values);
    case 'text':
      return writeStored(writer, { name, kind: 'text' }, 'values', column.values);
  }
}

function writeStored(
  writer: BlobWriter,
  head: object,
  key: 'codes' | 'values',
  values: ArrayLike<number | string | null>,
): void {
  const text = new TextEncoder();
  writer.write(text.encode(`${JSON.stringify(head).slice(0, -1)},"${key}":`));
  writeJsonArray(writer, values);
  writer.write(text.encode('}'));
}

/** JSON of an array, a piece at a time; numbers that are not finite become null. */
function writeJsonArray(writer: BlobWriter, values: ArrayLike<number | string | null>): void {
  const text = new TextEncoder();
  for (let from = 0; from < values.length; from += TEXT_VALUES) {
    const piece = Array.prototype.slice.call(values, from, from + TEXT_VALUES) as unknown[];
    writer.write(text.encode((from === 0 ? '[' : ',') + JSON.stringify(Array.from(piece)).slice(1, -1)));
  }
  writer.write(text.encode(values.length === 0 ? '[]' : ']'));
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
