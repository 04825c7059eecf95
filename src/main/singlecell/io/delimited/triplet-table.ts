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
import { badField, checkWidth } from './survey.ts';
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
  for await (const block of entryBlocks(table, layout)) {
    for (let i = 0; i < block.values.length; i++) {
      const row = numbered(genes, block.genes[i]);
      const column = numbered(cells, block.cells[i]);
      if (block.values[i] !== 0) entries.add(row, column, block.values[i]);
    }
    if (genes.size > MAX_GENES || cells.size > MAX_CELLS) {
      throw new WorkbenchError(
        'data-format',
        `${table.place.name}: it names ${genes.size} genes and ${cells.size} cells, which is absurd; check which column is which.`,
      );
    }
  }
  if (genes.size === 0) {
    throw new WorkbenchError('data-format', `${table.place.name}: it has no entry below its header; export it again.`);
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
    for await (const block of entryBlocks(this.#table, this.#layout)) {
      yield {
        genes: block.genes.map((name) => this.#genes.get(name) ?? -1),
        cells: block.cells.map((name) => this.#cells.get(name) ?? -1),
        values: block.values,
      };
    }
  }

  #require(matrix: string): void {
    if (matrix !== MATRIX) throw noSuchMatrix(this.name, matrix, this.matrices);
  }
}

/** The entries of many lines at once. */
async function* entryBlocks(
  table: TableFile,
  layout: TableLayout,
): AsyncGenerator<{ genes: string[]; cells: string[]; values: number[] }> {
  const { gene, cell, value }: TripletColumns = layout.triplets!;
  const isValue = new Uint8Array(layout.nColumns);
  const wanted = new Uint8Array(layout.nColumns);
  isValue[value] = 1;
  wanted[gene] = wanted[cell] = 1;
  const parser = new RowParser(table.head.dialect, isValue, wanted);
  for await (const { bytes, starts, ends, numbers } of table.blocks()) {
    const block = { genes: [] as string[], cells: [] as string[], values: [] as number[] };
    for (let i = 0; i < starts.length; i++) {
      parser.read(bytes, starts[i], ends[i]);
      checkWidth(table, parser, layout, bytes, ends[i], numbers[i]);
      if (parser.texts.length > 0) throw badField(table, parser, numbers[i]);
      block.genes.push(parser.text(gene));
      block.cells.push(parser.text(cell));
      block.values.push(parser.values[value]);
    }
    yield block;
  }
}

function numbered(known: Map<string, number>, name: string): number {
  const found = known.get(name);
  if (found !== undefined) return found;
  known.set(name, known.size);
  return known.size - 1;
}
