import type { CsrChunk, ObsColumn } from '../../types.ts';
import { columnFromTexts } from '../columns.ts';
import { cleanChunk } from '../csr-chunk.ts';
import { CHUNK_CELLS, CHUNK_ENTRIES } from '../limits.ts';
import { noSuchColumn, noSuchMatrix } from '../missing.ts';
import type { FileFormat, FileGenes, MatrixInfo, OpenDataset } from '../reader.ts';
import { transposed, type EntryBatch } from '../transpose.ts';
import { classify } from './fields.ts';
import type { TableLayout } from './layout.ts';
import { checkWidth, rowParser, surveyTable, type Survey } from './survey.ts';
import type { TableFile } from './table-file.ts';

const MATRIX = 'table';

/** Opens a table with one line per gene or per cell. Throws data-format. */
export async function openMatrixTable(
  table: TableFile,
  layout: TableLayout,
  format: FileFormat,
  warnings: readonly string[],
): Promise<OpenDataset> {
  const survey = await surveyTable(table, layout);
  return new OpenMatrixTable(table, layout, survey, format, [...warnings, ...survey.warnings]);
}

class OpenMatrixTable implements OpenDataset {
  readonly format: FileFormat;
  readonly name: string;
  readonly matrices: readonly MatrixInfo[];
  readonly needsGenome = null;
  readonly warnings: readonly string[];
  readonly #table: TableFile;
  readonly #layout: TableLayout;
  readonly #survey: Survey;
  readonly #isByGene: boolean;
  readonly #nCells: number;
  readonly #nGenes: number;
  /** Fields of each annotation of the cells. */
  readonly #obs: ReadonlyMap<string, readonly string[]>;

  constructor(table: TableFile, layout: TableLayout, survey: Survey, format: FileFormat, warnings: readonly string[]) {
    this.format = format;
    this.name = table.place.name;
    this.#table = table;
    this.#layout = layout;
    this.#survey = survey;
    this.warnings = warnings;
    this.#isByGene = layout.kind === 'genes-by-cells';
    this.#nCells = this.#isByGene ? layout.values.length : survey.nRows;
    this.#nGenes = this.#isByGene ? survey.nRows : layout.values.length;
    this.#obs = this.#isByGene ? survey.annotationRows : annotationColumns(layout, survey);
    const storage = 'dense';
    this.matrices = [{ name: MATRIX, storage, nCells: this.#nCells, nGenes: this.#nGenes }];
  }

  cellIds(): string[] {
    const names = this.#isByGene ? this.#columnNames() : this.#survey.names;
    return Array.from({ length: this.#nCells }, (_, cell) => names[cell] || `cell_${cell + 1}`);
  }

  obsNames(): string[] {
    return [...this.#obs.keys()];
  }

  obsColumn(name: string): ObsColumn {
    const fields = this.#obs.get(name);
    if (!fields) throw noSuchColumn(this.name, name, this.obsNames());
    return columnFromFields(name, fields, this.#table.head.dialect.hasDecimalComma);
  }

  genes(matrix: string): FileGenes {
    this.#require(matrix);
    const { names, ids } = this.#survey;
    if (!this.#isByGene) return { names: this.#columnNames(), ids: null, featureTypes: null };
    return { names, ids: ids.length > 0 ? ids : null, featureTypes: null };
  }

  chunks(matrix: string): AsyncIterable<CsrChunk> {
    this.#require(matrix);
    if (!this.#isByGene) return this.#byCell();
    return transposed({ file: this.name, matrix }, this.#nCells, this.#nGenes, () => this.#entries());
  }

  sample(matrix: string): Promise<ArrayLike<number>> {
    this.#require(matrix);
    return Promise.resolve(this.#survey.entries.sample);
  }

  close(): void {}

  async *#entries(): AsyncGenerator<EntryBatch> {
    const kept = this.#survey.entries.kept();
    if (kept) {
      for (const { rows, columns, values } of kept) yield { genes: rows, cells: columns, values };
      return;
    }
    for await (const { row, numbers } of this.#lines()) yield lineEntries(row, numbers, this.#layout.values);
  }

  async *#byCell(): AsyncGenerator<CsrChunk> {
    const { values: columns } = this.#layout;
    const origin = { file: this.name, matrix: MATRIX };
    let start = 0;
    let offsets = [0];
    let genes: Int32Array[] = [];
    let values: Float64Array[] = [];
    const flush = (): CsrChunk => {
      const n = offsets.at(-1)!;
      const allGenes = new Int32Array(n);
      const allValues = new Float64Array(n);
      genes.forEach((part, i) => allGenes.set(part, offsets[i]));
      values.forEach((part, i) => allValues.set(part, offsets[i]));
      const chunk = cleanChunk(origin, start, this.#nGenes, offsets, allGenes, allValues);
      start += offsets.length - 1;
      [offsets, genes, values] = [[0], [], []];
      return chunk;
    };
    for await (const { row, numbers } of this.#lines()) {
      const entries = lineEntries(row, numbers, columns);
      genes.push(entries.cells);
      values.push(entries.values);
      offsets.push(offsets.at(-1)! + entries.cells.length);
      if (offsets.length > CHUNK_CELLS || offsets.at(-1)! > CHUNK_ENTRIES) yield flush();
    }
    if (offsets.length > 1) yield flush();
  }

  /** Lines of the matrix from the beginning; the numbers are overwritten by the next line. */
  async *#lines(): AsyncGenerator<{ row: number; numbers: Float64Array }> {
    const parser = rowParser(this.#table.head.dialect, this.#layout);
    const { skippedLines } = this.#survey;
    let row = 0;
    for await (const { bytes, starts, ends, numbers } of this.#table.blocks()) {
      for (let i = 0; i < starts.length; i++) {
        if (skippedLines.has(numbers[i])) continue;
        parser.read(bytes, starts[i], ends[i]);
        checkWidth(this.#table, parser, this.#layout, bytes, ends[i], numbers[i]);
        yield { row, numbers: parser.values };
        row++;
      }
    }
  }

  #columnNames(): string[] {
    return this.#layout.values.map((column) => this.#layout.header[column]);
  }

  #require(matrix: string): void {
    if (matrix !== MATRIX) throw noSuchMatrix(this.name, matrix, this.matrices);
  }
}

function lineEntries(
  row: number,
  numbers: Float64Array,
  columns: readonly number[],
): { genes: Int32Array; cells: Int32Array; values: Float64Array } {
  let n = 0;
  for (let i = 0; i < columns.length; i++) if (numbers[columns[i]] !== 0) n++;
  const cells = new Int32Array(n);
  const values = new Float64Array(n);
  let at = 0;
  for (let i = 0; i < columns.length; i++) {
    const value = numbers[columns[i]];
    if (value === 0) continue;
    cells[at] = i;
    values[at++] = value;
  }
  return { genes: new Int32Array(n).fill(row), cells, values };
}

function annotationColumns(layout: TableLayout, survey: Survey): Map<string, string[]> {
  const columns = new Map<string, string[]>();
  layout.annotations.forEach((column, i) => {
    const base = layout.header[column] || `column_${column + 1}`;
    let name = base;
    for (let n = 2; columns.has(name); n++) name = `${base}_${n}`;
    columns.set(name, survey.annotations[i]);
  });
  return columns;
}

/** Numbers where all fields are, else texts. */
export function columnFromFields(name: string, fields: readonly string[], hasDecimalComma: boolean): ObsColumn {
  const values = new Float64Array(fields.length);
  let nNumbers = 0;
  for (let i = 0; i < fields.length; i++) {
    const { kind, value } = classify(fields[i], hasDecimalComma);
    if (kind !== 'number' && kind !== 'missing') return columnFromTexts(name, fields);
    values[i] = kind === 'number' && Number.isFinite(value) ? value : Number.NaN;
    if (kind === 'number') nNumbers++;
  }
  return nNumbers > 0 ? { name, kind: 'number', values } : columnFromTexts(name, fields);
}
