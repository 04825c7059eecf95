import type { Gene, Species } from '#shared/domain/gene.ts';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import { memoryCounts } from '../count-source.ts';
import { type PackedCells, unpackCells } from '../packing/packed-cells.ts';
import type { CsrChunk, Dataset, ObsColumn } from '../types.ts';

export interface DatasetMeta {
  species: Species;
  genes: Gene[];
  cellIds: string[];
}

/** Receives a dataset in this order: begin, cells in order, annotations, gene report, finish. */
export interface DatasetSink {
  begin(meta: DatasetMeta): void | Promise<void>;
  cells(cells: PackedCells): void | Promise<void>;
  obs(column: ObsColumn): void | Promise<void>;
  geneReport(rows: GeneReportRow[]): void | Promise<void>;
  finish(): void | Promise<void>;
}

/** Keeps everything in memory; for small data. */
export class MemoryDatasetSink implements DatasetSink {
  #meta: DatasetMeta | undefined;
  readonly #chunks: CsrChunk[] = [];
  #nCells = 0;
  readonly #obs: ObsColumn[] = [];
  #geneReport: GeneReportRow[] = [];

  begin(meta: DatasetMeta): void {
    this.#meta = meta;
  }

  cells(cells: PackedCells): void {
    this.#chunks.push(unpackCells(cells, this.#nCells, this.#meta!.genes.length));
    this.#nCells += cells.nCells;
  }

  obs(column: ObsColumn): void {
    this.#obs.push(column);
  }

  geneReport(rows: GeneReportRow[]): void {
    this.#geneReport = rows;
  }

  finish(): void {}

  get genesOfFile(): readonly GeneReportRow[] {
    return this.#geneReport;
  }

  dataset(): Dataset {
    if (!this.#meta) throw new Error('nothing was imported');
    const { species, genes, cellIds } = this.#meta;
    const nEntries = this.#chunks.reduce((sum, { data }) => sum + data.length, 0);
    const indptr = new Float64Array(cellIds.length + 1);
    const indices = new Int32Array(nEntries);
    const data = new Float32Array(nEntries);
    let base = 0;
    for (const chunk of this.#chunks) {
      for (let cell = 0; cell < chunk.nCells; cell++) indptr[chunk.start + cell + 1] = base + chunk.indptr[cell + 1];
      indices.set(chunk.indices, base);
      data.set(chunk.data, base);
      base += chunk.data.length;
    }
    return {
      species,
      genes,
      cellIds,
      obs: this.#obs,
      counts: memoryCounts({ nGenes: genes.length, indptr, indices, data }),
    };
  }
}
