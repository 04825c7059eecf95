import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { MAX_CELLS, MAX_GENES } from '../limits.ts';
import { splitFields, type Dialect } from './fields.ts';
import { EntryKeeper } from './kept-entries.ts';
import type { TableLayout } from './layout.ts';
import type { LineBlock } from './lines.ts';
import { isCellAnnotation, isTally } from './names.ts';
import { RowParser } from './row-parser.ts';
import type { TableFile } from './table-file.ts';

/** What one pass over a table of genes and cells tells. */
export interface Survey {
  /** Lines of the matrix. */
  nRows: number;
  /** Name of each line; empty where lines have no names. */
  names: string[];
  /** Database ids beside the names; empty where there is no such column. */
  ids: string[];
  /** Columns that describe the lines, in the order of `layout.annotations`. */
  annotations: string[][];
  /** Lines that describe the columns, by name: fields of the value columns. */
  annotationRows: Map<string, string[]>;
  /** Numbers of the lines in the file that are not part of the matrix. */
  skippedLines: ReadonlySet<number>;
  entries: EntryKeeper;
  warnings: string[];
}

const MAX_ANNOTATION_ROWS = 50;
const MAX_TEXT_BYTES = 1_000_000_000;
/** Above this share of texts a line describes the columns. */
const TEXT_SHARE = 0.5;

/** Reads a table once from end to end: names, annotations, and whether every line is whole. Throws data-format. */
export async function surveyTable(table: TableFile, layout: TableLayout): Promise<Survey> {
  const pass = new SurveyPass(table, layout);
  for await (const block of table.blocks()) pass.block(block);
  return pass.result();
}

/** Parser for the lines of a layout, and which columns it keeps as text. */
export function rowParser(dialect: Dialect, layout: TableLayout): RowParser {
  const isValue = new Uint8Array(layout.nColumns);
  const wanted = new Uint8Array(layout.nColumns);
  for (const column of layout.values) isValue[column] = 1;
  for (const column of [layout.nameColumn, layout.idColumn, ...layout.annotations]) if (column >= 0) wanted[column] = 1;
  return new RowParser(dialect, isValue, wanted);
}

class SurveyPass {
  readonly #table: TableFile;
  readonly #layout: TableLayout;
  readonly #parser: RowParser;
  readonly #skipped = new Set<number>();
  readonly #survey: Survey;
  #nMissing = 0;
  #nTextBytes = 0;
  #tallies: string[] = [];

  constructor(table: TableFile, layout: TableLayout) {
    this.#table = table;
    this.#layout = layout;
    this.#parser = rowParser(table.head.dialect, layout);
    this.#survey = {
      nRows: 0,
      names: [],
      ids: [],
      annotations: layout.annotations.map(() => []),
      annotationRows: new Map(),
      skippedLines: this.#skipped,
      entries: new EntryKeeper(),
      warnings: [],
    };
  }

  block({ bytes, starts, ends, numbers }: LineBlock): void {
    const { nameColumn, idColumn, annotations, values, kind } = this.#layout;
    const survey = this.#survey;
    const parser = this.#parser;
    const isByGene = kind === 'genes-by-cells';
    for (let i = 0; i < starts.length; i++) {
      parser.read(bytes, starts[i], ends[i]);
      checkWidth(this.#table, parser, this.#layout, bytes, ends[i], numbers[i]);
      const name = nameColumn >= 0 ? parser.text(nameColumn) : '';
      if (isByGene && (isTally(name) || (isCellAnnotation(name) && parser.texts.length === 0))) {
        this.#leaveOut(name, bytes, starts[i], ends[i], numbers[i]);
        continue;
      }
      if (parser.texts.length > 0) {
        if (isByGene && parser.texts.length >= TEXT_SHARE * values.length && parser.nGrouped === 0) {
          this.#describe(name, bytes, starts[i], ends[i], numbers[i]);
          continue;
        }
        throw badField(this.#table, parser, numbers[i]);
      }
      this.#nMissing += parser.nMissing;
      survey.entries.row(parser.values, values);
      survey.nRows++;
      if (survey.nRows > (isByGene ? MAX_GENES : MAX_CELLS)) {
        throw this.#bad(
          `it has more than ${survey.nRows - 1} lines, fewer ${isByGene ? 'genes' : 'cells'} are expected`,
        );
      }
      if (nameColumn >= 0) survey.names.push(this.#counted(name));
      if (idColumn >= 0) survey.ids.push(this.#counted(parser.text(idColumn)));
      for (let a = 0; a < annotations.length; a++) {
        survey.annotations[a].push(this.#counted(parser.text(annotations[a])));
      }
    }
  }

  result(): Survey {
    const survey = this.#survey;
    if (survey.nRows === 0) throw this.#bad('it has no line with numbers below its header');
    const n = this.#nMissing;
    if (n > 0) {
      survey.warnings.push(
        `${n.toLocaleString('en')} ${n === 1 ? 'field that is empty or NA was' : 'fields that are empty or NA were'} read as 0.`,
      );
    }
    if (this.#tallies.length > 0) {
      survey.warnings.push(`Lines that are no genes were left out: ${this.#tallies.join(', ')}.`);
    }
    if (survey.annotationRows.size > 0) {
      survey.warnings.push(
        `Lines that describe the cells were read as annotations: ${[...survey.annotationRows.keys()].join(', ')}.`,
      );
    }
    return survey;
  }

  /** Tallies of counting programs, and sums or coordinates of cells in lines of their own. */
  #leaveOut(name: string, bytes: Buffer, start: number, end: number, line: number): void {
    if (!isTally(name)) this.#describe(name, bytes, start, end, line);
    else {
      this.#skipped.add(line);
      if (this.#tallies.length < MAX_ANNOTATION_ROWS) this.#tallies.push(name);
    }
  }

  #describe(name: string, bytes: Buffer, start: number, end: number, line: number): void {
    const { annotationRows } = this.#survey;
    if (annotationRows.size >= MAX_ANNOTATION_ROWS) throw badField(this.#table, this.#parser, line);
    const fields = splitFields(bytes, start, end, this.#table.head.dialect);
    const base = name || `line_${line}`;
    let unique = base;
    for (let n = 2; annotationRows.has(unique); n++) unique = `${base}_${n}`;
    annotationRows.set(
      unique,
      this.#layout.values.map((column) => fields[column] ?? ''),
    );
    this.#skipped.add(line);
  }

  #counted(text: string): string {
    this.#nTextBytes += text.length + 16;
    if (this.#nTextBytes > MAX_TEXT_BYTES)
      throw this.#bad('its names and annotations are longer than a billion letters');
    return text;
  }

  #bad(fact: string): WorkbenchError {
    return new WorkbenchError('data-format', `${this.#table.place.name}: ${fact}; export the table again.`);
  }
}

/** A last field that is empty, as of lines that end with a separator, is none. */
export function checkWidth(
  table: TableFile,
  parser: RowParser,
  layout: TableLayout,
  bytes: Buffer,
  end: number,
  line: number,
): void {
  const { nFields } = parser;
  const { nColumns } = layout;
  if (nFields === nColumns) return;
  if (nFields === nColumns + 1 && end > 0 && bytes[end - 1] === table.head.dialect.delimiter) return;
  throw new WorkbenchError(
    'data-format',
    `${table.place.name}: line ${line} has ${nFields.toLocaleString('en')} columns where ${nColumns.toLocaleString('en')} are expected, so the file was cut off or a name holds the separator; copy it again or export it with quotes.`,
  );
}

/** The first field of a line that holds a text where a number is due. */
export function badField(table: TableFile, parser: RowParser, line: number): WorkbenchError {
  const where = `${table.place.name}: line ${line}, column ${parser.texts[0] + 1}`;
  if (parser.nGrouped > 0) {
    return new WorkbenchError(
      'data-format',
      `${where}: the number is written with separators between thousands, which could be decimals as well; plain numbers such as 1234 are expected, export the table without them.`,
    );
  }
  return new WorkbenchError(
    'data-format',
    `${where}: it holds a text where a count is expected; check the table there, or give the column a name that says what it is, such as cell_type.`,
  );
}
