import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import type { Gene, Species } from '#shared/domain/gene.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactDraft, ArtifactStore, BlobWriter } from '#project/artifacts.ts';
import { DATASET_BLOBS, PLAIN_COUNT_BLOBS, type StoredColumn } from '#project/stored/dataset-blobs.ts';
import { columnInfo, type ColumnUse } from '#singlecell/io/column-info.ts';
import type { DatasetMeta, DatasetSink } from '#singlecell/io/dataset-sink.ts';
import { packCells, packGenes } from '#singlecell/packed-rows.ts';
import type { PackedCells } from '#singlecell/packing/packed-cells.ts';
import { packInPlace, type PackRunner } from '#singlecell/packing/packing.ts';
import type { CountSource, CsrChunk, Dataset, ObsColumn } from '#singlecell/types.ts';
import { type BlockRows, GeneBlocksWriter } from './gene-blocks.ts';
import { openStoredCounts, StoredRows } from './stored-counts.ts';

/** Values of an annotation turned into text at a time. */
const TEXT_VALUES = 8192;

/** What is kept while cells pass by: four numbers a cell. */
interface Cells {
  totals: Float64Array;
  offsets: { entries: Float64Array; genes: Float64Array; values: Float64Array | null };
  nDone: number;
}

/** Receives a dataset cell by cell and keeps it by cell and by gene. */
export class StoredDatasetSink implements DatasetSink {
  readonly #draft: ArtifactDraft;
  readonly #isWhole: boolean;
  readonly #packer: PackRunner;
  readonly #steps: BlobWriter;
  readonly #values: BlobWriter;
  readonly #columns: ObsColumn[] = [];
  #cells: Cells | undefined;
  #byGene: GeneBlocksWriter | undefined;

  /** `values`: counts are packed and have to be whole numbers; others take four bytes each. */
  constructor(
    draft: ArtifactDraft,
    { values = 'counts', packer = packInPlace }: { values?: 'counts' | 'any'; packer?: PackRunner } = {},
  ) {
    this.#draft = draft;
    this.#packer = packer;
    this.#isWhole = values === 'counts';
    this.#steps = draft.blobWriter(DATASET_BLOBS.geneSteps);
    this.#values = draft.blobWriter(this.#isWhole ? DATASET_BLOBS.packedCounts : PLAIN_COUNT_BLOBS.countsByCell);
  }

  begin({ genes, cellIds }: DatasetMeta): void {
    const perCell = () => new Float64Array(cellIds.length + 1);
    this.#cells = {
      totals: new Float64Array(cellIds.length),
      offsets: { entries: perCell(), genes: perCell(), values: this.#isWhole ? perCell() : null },
      nDone: 0,
    };
    this.#byGene = new GeneBlocksWriter(this.#draft, genes.length, this.#isWhole, { runner: this.#packer });
    this.#draft.blob(DATASET_BLOBS.genes, genes);
    const writer = this.#draft.blobWriter(DATASET_BLOBS.cellIds);
    writeJsonArray(writer, cellIds);
    writer.finish();
  }

  /** What lists and wizards show of the annotations. */
  obsColumns(use: ColumnUse): ObsColumnInfo[] {
    return this.#columns.map((column) => columnInfo(column, use));
  }

  obs(column: ObsColumn): void {
    this.#columns.push(column);
  }

  geneReport(rows: GeneReportRow[]): void {
    this.#draft.blob(DATASET_BLOBS.geneReport, rows);
  }

  async cells(cells: PackedCells): Promise<void> {
    await this.#keep(cells);
  }

  /** Rows that are not packed yet. */
  async chunk(chunk: CsrChunk): Promise<void> {
    if (this.#isWhole) return this.cells(packCells(chunk));
    const { nCells, indptr, data } = chunk;
    const { bytes, ends } = packGenes(chunk);
    const totals = new Float64Array(nCells);
    for (let row = 0; row < nCells; row++) {
      for (let i = indptr[row]; i < indptr[row + 1]; i++) totals[row] += data[i];
    }
    const counts = data.slice(0, indptr[nCells]);
    await this.#keep({
      nCells,
      entryEnds: indptr.slice(1),
      geneEnds: ends,
      countEnds: null,
      totals,
      genes: bytes,
      counts,
    });
  }

  async #keep(rows: BlockRows & { totals: Float64Array }): Promise<void> {
    const { totals, offsets, nDone } = this.#cells!;
    continued(offsets.entries, nDone, rows.entryEnds);
    continued(offsets.genes, nDone, rows.geneEnds);
    if (rows.countEnds) continued(offsets.values!, nDone, rows.countEnds);
    totals.set(rows.totals, nDone);
    this.#cells!.nDone += rows.nCells;
    this.#steps.write(rows.genes);
    this.#values.write(rows.counts);
    await this.#byGene!.rows(rows);
  }

  /** The counts that were kept, once all have come. */
  counts(): CountSource {
    return new StoredRows(this.#cells!.offsets, this.#byGene!.detections.length, (name, offset, length) =>
      this.#draft.read(name, offset, length),
    );
  }

  async finish(): Promise<void> {
    for (const writer of [this.#steps, this.#values]) writer.finish();
    const { totals, offsets, nDone } = this.#cells!;
    if (nDone !== totals.length) {
      throw new WorkbenchError('internal', `Dataset: ${nDone} cells came, ${totals.length} were announced.`);
    }
    this.#draft.blob(DATASET_BLOBS.blockCells, await this.#byGene!.finish());
    this.#draft.blob(DATASET_BLOBS.cellOffsets, offsets.entries);
    this.#draft.blob(DATASET_BLOBS.geneStepOffsets, offsets.genes);
    if (offsets.values) this.#draft.blob(DATASET_BLOBS.packedCountOffsets, offsets.values);
    this.#draft.blob(DATASET_BLOBS.totals, totals);
    this.#draft.blob(DATASET_BLOBS.detections, this.#byGene!.detections);
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

/** Goes on with offsets after cell `nDone`, given where each of the next rows ends, counted from their first. */
function continued(offsets: Float64Array, nDone: number, ends: Float64Array): void {
  const base = offsets[nDone];
  for (let row = 0; row < ends.length; row++) offsets[nDone + 1 + row] = base + ends[row];
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
