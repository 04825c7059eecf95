import { classify } from './fields.ts';
import { isCellAnnotation, isCellHeader, isGeneHeader, isValueHeader, scoreNames } from './names.ts';

/** Columns of a table with one line per entry of the matrix. */
export interface TripletColumns {
  gene: number;
  cell: number;
  value: number;
}

interface NamedColumn {
  index: number;
  name: string;
  fields: readonly string[];
}

const MAX_COLUMNS = 6;

/** The columns of a long table of gene, cell and count; null when it is no such table. */
export function tripletColumns(columns: readonly NamedColumn[]): TripletColumns | null {
  if (columns.length < 3 || columns.length > MAX_COLUMNS) return null;
  const isNumeric = ({ fields }: NamedColumn) =>
    fields.every((field) => ['number', 'missing'].includes(classify(field, true).kind));
  const named = (is: (name: string) => boolean, other?: NamedColumn) =>
    columns.find((column) => column !== other && is(column.name));
  const gene = named(isGeneHeader);
  const cell = named(isCellHeader, gene);
  const value = columns.find(
    (column) => column !== gene && column !== cell && isValueHeader(column.name) && isNumeric(column),
  );
  if (gene && cell && value) return { gene: gene.index, cell: cell.index, value: value.index };
  if (columns.length !== 3) return null;
  const numeric = columns.filter(isNumeric);
  const texts = columns.filter((column) => !isNumeric(column));
  if (numeric.length !== 1 || texts.length !== 2 || texts.some(({ name }) => isCellAnnotation(name))) return null;
  const [a, b] = texts.map((column) => scoreNames(column.fields).score);
  // Two columns of genes beside one of numbers are ids and symbols of one sample.
  if (Math.min(a, b) >= 0 || Math.max(a, b) <= 0) return null;
  const [geneText, cellText] = a > b ? texts : [texts[1], texts[0]];
  return { gene: geneText.index, cell: cellText.index, value: numeric[0].index };
}
