import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk, ObsColumn } from '../../types.ts';
import { cleanChunk, rowBlocks } from '../csr-chunk.ts';
import { MAX_GENES, SAMPLE_ENTRIES } from '../limits.ts';
import { noSuchColumn, noSuchMatrix } from '../missing.ts';
import type { FileGenes, MatrixInfo, OpenDataset, Reader } from '../reader.ts';
import { obsColumn } from './annotations.ts';
import { type CellsObject, cellsObject, holdsCells } from './cells-object.ts';
import { type Complain, isMatrix } from './matrices.ts';
import { isRFile, readRFile } from './open-rds.ts';
import type { Skip } from './read-value.ts';
import { attribute, entriesOf, isClass, numbersOf, printable, type RValue, wordsFor } from './values.ts';

const EXPECTED =
  'a SingleCellExperiment, a SummarizedExperiment, a Seurat object, a sparse or plain matrix, or a table of counts is expected';
/** Lines that export any object from R to something that is read. */
const EXPORT =
  'in R: DropletUtils::write10xCounts("counts.h5", counts, type = "HDF5", version = "3") with genes in rows, or zellkonverter::writeH5AD(sce, "cells.h5ad")';
/** Slots of known classes that hold no counts and no annotations of cells, and may be large. */
const UNREAD = new Set([
  'scale.data',
  'graphs',
  'neighbors',
  'reductions',
  'images',
  'commands',
  'tools',
  'misc',
  'var.features',
  'int_elementMetadata',
  'int_metadata',
  'metadata',
  // Of an alternative experiment.
  'se',
]);

/** Objects that saveRDS and save of R wrote. */
export const rdsReader: Reader = {
  format: 'rds',
  sniff: isRFile,
  async open(place) {
    const { name } = place;
    const { value, isWorkspace } = await readRFile(place, skip);
    const complain: Complain = (fact) => new WorkbenchError('data-format', `${name}: ${fact}; save it anew in R.`);
    const warnings: string[] = [];
    const chosen = isWorkspace ? onlyObject(name, entriesOf(value), warnings) : value;
    const found = cellsObject(chosen, complain);
    if (!found)
      throw new WorkbenchError('unsupported', `${name}: it holds ${wordsFor(chosen)}, ${EXPECTED}; ${EXPORT}.`);
    return new OpenRds(name, { ...found, warnings: [...warnings, ...found.warnings] });
  },
};

/** A Seurat assay of before version 5 has normalised values behind the counts; where there are counts, those are all. */
const skip: Skip = (slot, before) => {
  if (UNREAD.has(slot)) return true;
  // Holds embeddings, and alternative experiments of which the names are told.
  if (slot === 'int_colData') return 'outline';
  const counts = slot === 'data' ? before.find(({ tag }) => tag === 'counts')?.value : undefined;
  return counts !== undefined && isMatrix(counts) && (numbersOf(attribute(counts, 'x') ?? counts)?.length ?? 0) > 0;
};

/** A workspace may hold anything; the one object made for cells is meant, else the one matrix. */
function onlyObject(name: string, objects: ReadonlyMap<string, RValue>, warnings: string[]): RValue {
  const all = [...objects];
  const made = all.filter(([, value]) => holdsCells(value));
  const found = made.length > 0 ? made : all.filter(([, value]) => isMatrix(value));
  const fallback = all.filter(([, value]) => isClass(value, 'data.frame'));
  const candidates = found.length > 0 ? found : fallback;
  const names = all.map(([each]) => printable(each));
  if (candidates.length === 1) {
    const [[chosen, value]] = candidates;
    if (all.length > 1)
      warnings.push(
        `Of the ${all.length} objects of the workspace (${names.join(', ')}), ${printable(chosen)} was read.`,
      );
    return value;
  }
  const which = candidates.map(([each]) => printable(each));
  throw new WorkbenchError(
    'unsupported',
    candidates.length === 0
      ? `${name}: none of its objects (${names.join(', ') || 'it is empty'}) holds cells, ${EXPECTED}; ${EXPORT}.`
      : `${name}: it holds several objects with cells (${which.join(', ')}), one is expected; in R: load("${name}"); saveRDS(${which[0]}, "${which[0]}.rds").`,
  );
}

class OpenRds implements OpenDataset {
  readonly format = 'rds';
  readonly version: string;
  readonly name: string;
  readonly matrices: readonly MatrixInfo[];
  readonly needsGenome = null;
  readonly warnings: readonly string[];
  readonly #object: CellsObject;
  readonly #obs = new Map<string, ObsColumn>();

  constructor(name: string, object: CellsObject) {
    this.name = name;
    this.version = object.title;
    this.#object = object;
    const [{ columns }] = object.matrices;
    if (columns.nGenes > MAX_GENES)
      throw new WorkbenchError('data-format', `${name}: ${columns.nGenes} genes are absurd; check the object in R.`);
    this.matrices = object.matrices.map(({ name: matrix, columns: { storage, nCells, nGenes } }) => ({
      name: matrix,
      storage,
      nCells,
      nGenes,
    }));
    const leftOut: string[] = [];
    for (const [column, value] of object.obs) {
      const read = obsColumn(column, value, columns.nCells);
      if (read) this.#obs.set(column, read);
      else leftOut.push(printable(column));
    }
    this.warnings = [
      ...object.warnings,
      ...(leftOut.length > 0
        ? [`Annotations that are no texts, factors or numbers were left out: ${leftOut.join(', ')}.`]
        : []),
    ];
  }

  cellIds(): string[] {
    const [{ columns }] = this.#object.matrices;
    return this.#object.cellIds ?? Array.from({ length: columns.nCells }, (_, cell) => `cell-${cell + 1}`);
  }

  obsNames(): string[] {
    return [...this.#obs.keys()];
  }

  obsColumn(name: string): ObsColumn {
    const column = this.#obs.get(name);
    if (!column) throw noSuchColumn(this.name, name, this.obsNames());
    return column;
  }

  genes(matrix: string): FileGenes {
    return this.#require(matrix).genes;
  }

  async *chunks(matrix: string): AsyncGenerator<CsrChunk> {
    const { columns } = this.#require(matrix);
    const { nCells, nGenes } = columns;
    const sizes = new Float64Array(nCells + 1);
    for (let cell = 0; cell < nCells; cell++) sizes[cell + 1] = sizes[cell] + columns.size(cell);
    for (const [start, end] of rowBlocks(sizes)) {
      const genes = new Int32Array(sizes[end] - sizes[start]);
      const values = new Float64Array(genes.length);
      const offsets = new Float64Array(end - start + 1);
      for (let cell = start; cell < end; cell++)
        offsets[cell - start + 1] = columns.copy(cell, genes, values, offsets[cell - start]);
      const used = offsets[end - start];
      const origin = { file: this.name, matrix };
      yield cleanChunk(origin, start, nGenes, offsets, genes.subarray(0, used), values.subarray(0, used));
    }
    await Promise.resolve();
  }

  sample(matrix: string): Promise<ArrayLike<number>> {
    const { columns } = this.#require(matrix);
    const values: number[] = [];
    const step = Math.max(1, Math.floor((columns.nCells * columns.nGenes) / (50 * SAMPLE_ENTRIES)));
    for (let cell = 0; cell < columns.nCells && values.length < SAMPLE_ENTRIES; cell += step) {
      const size = columns.size(cell);
      const found = new Float64Array(size);
      const end = columns.copy(cell, new Int32Array(size), found, 0);
      for (let i = 0; i < end; i++) values.push(found[i]);
    }
    return Promise.resolve(values);
  }

  close(): void {}

  #require(matrix: string): CellsObject['matrices'][number] {
    const found = this.#object.matrices.find(({ name }) => name === matrix);
    if (!found) throw noSuchMatrix(this.name, matrix, this.matrices);
    return found;
  }
}
