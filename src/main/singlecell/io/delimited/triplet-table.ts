import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CsrChunk, ObsColumn } from '../../types.ts';
import { MAX_CELLS, MAX_GENES } from '../limits.ts';
import { noSuchColumn, noSuchMatrix } from '../missing.ts';
import type { FileFormat, FileGenes, MatrixInfo, OpenDataset } from '../reader.ts';
import { transposed, type EntryBatch } from '../transpose.ts';
import { EntryKeeper } from './kept-entries.ts';
import type { TableLayout } from './layout.ts';
import type { TripletColumns } from './triplets.ts';
import { RowParser } from './row-parser.ts';
import { checkWidth } from './survey.ts';
import type { TableFile } from './table-file.ts';

const MATRIX = 'table';

/** Opens a table with one line per gene and cell. Throws data-format. */
export async function openTripletTable(
  table: TableFile,
  layout: TableLayout,
  format: FileFormat,
  warnings: readonly string[],
): Promise<OpenDataset> {
  const genes = new Map<string, number>();
  const cells = new Map<string, number>();
  const entries = new EntryKeeper();
  for await (const { gene, cell, value } of lines(table, layout)) {
    const row = numbered(genes, gene);
    const column = numbered(cells, cell);
    if (genes.size > MAX_GENES || cells.size > MAX_CELLS) {
      throw new WorkbenchError(
        'data-format',
        `${table.place.name}: it names ${genes.size} genes and ${cells.size} cells, which is absurd; check which column is which.`,
      );
    }
    if (value !== 0) entries.add(row, column, value);
  }
  const told = `Each line is one gene in one cell: ${Object.entries(layout.triplets!)
    .map(([what, column]) => `${what} in column ${Number(column) + 1}`)
    .join(', ')}.`;
  return new OpenTripletTable(table, layout, { genes, cells, entries }, format, [...warnings, told]);
}

class OpenTripletTable implements OpenDataset {
  readonly format: FileFormat;
  readonly name: string;
  readonly matrices: readonly MatrixInfo[];
  readonly needsGenome = null;
  readonly warnings: readonly string[];
  readonly #table: TableFile;
  readonly #layout: TableLayout;
  readonly #genes: ReadonlyMap<string, number>;
  readonly #cells: ReadonlyMap<string, number>;
  readonly #kept: EntryKeeper;

  constructor(
    table: TableFile,
    layout: TableLayout,
    found: { genes: ReadonlyMap<string, number>; cells: ReadonlyMap<string, number>; entries: EntryKeeper },
    format: FileFormat,
    warnings: readonly string[],
  ) {
    this.format = format;
    this.name = table.place.name;
    this.warnings = warnings;
    this.#table = table;
    this.#layout = layout;
    this.#genes = found.genes;
    this.#cells = found.cells;
    this.#kept = found.entries;
    this.matrices = [{ name: MATRIX, storage: 'csc', nCells: found.cells.size, nGenes: found.genes.size }];
  }

  cellIds(): string[] {
    return [...this.#cells.keys()];
  }

  obsNames(): string[] {
    return [];
  }

  obsColumn(name: string): ObsColumn {
    throw noSuchColumn(this.name, name, []);
  }

  genes(matrix: string): FileGenes {
    this.#require(matrix);
    return { names: [...this.#genes.keys()], ids: null, featureTypes: null };
  }

  chunks(matrix: string): AsyncIterable<CsrChunk> {
    this.#require(matrix);
    const origin = { file: this.name, matrix };
    return transposed(origin, this.#cells.size, this.#genes.size, () => this.#entries());
  }

  sample(matrix: string): Promise<ArrayLike<number>> {
    this.#require(matrix);
    return Promise.resolve(this.#kept.sample);
  }

  close(): void {}

  async *#entries(): AsyncGenerator<EntryBatch> {
    const kept = this.#kept.kept();
    if (kept) {
      for (const { rows, columns, values } of kept) yield { genes: rows, cells: columns, values };
      return;
    }
    const size = 65_536;
    let batch = { genes: new Int32Array(size), cells: new Int32Array(size), values: new Float32Array(size) };
    let n = 0;
    for await (const { gene, cell, value } of lines(this.#table, this.#layout)) {
      if (value === 0) continue;
      batch.genes[n] = this.#genes.get(gene) ?? -1;
      batch.cells[n] = this.#cells.get(cell) ?? -1;
      batch.values[n++] = value;
      if (n < size) continue;
      yield batch;
      batch = { genes: new Int32Array(size), cells: new Int32Array(size), values: new Float32Array(size) };
      n = 0;
    }
    yield {
      genes: batch.genes.subarray(0, n),
      cells: batch.cells.subarray(0, n),
      values: batch.values.subarray(0, n),
    };
  }

  #require(matrix: string): void {
    if (matrix !== MATRIX) throw noSuchMatrix(this.name, matrix, this.matrices);
  }
}

async function* lines(
  table: TableFile,
  layout: TableLayout,
): AsyncGenerator<{ gene: string; cell: string; value: number }> {
  const { gene, cell, value }: TripletColumns = layout.triplets!;
  const isValue = new Uint8Array(layout.nColumns);
  const wanted = new Uint8Array(layout.nColumns);
  isValue[value] = 1;
  wanted[gene] = wanted[cell] = 1;
  const parser = new RowParser(table.head.dialect, isValue, wanted);
  for await (const { bytes, starts, ends, numbers } of table.blocks()) {
    for (let i = 0; i < starts.length; i++) {
      parser.read(bytes, starts[i], ends[i]);
      checkWidth(table, parser, layout, bytes, ends[i], numbers[i]);
      if (parser.texts.length > 0) {
        throw new WorkbenchError(
          'data-format',
          `${table.place.name}: line ${numbers[i]}, column ${value + 1}: it holds a text where a count is expected; check the table there.`,
        );
      }
      yield { gene: parser.text(gene), cell: parser.text(cell), value: parser.values[value] };
    }
  }
}

function numbered(known: Map<string, number>, name: string): number {
  const found = known.get(name);
  if (found !== undefined) return found;
  known.set(name, known.size);
  return known.size - 1;
}
