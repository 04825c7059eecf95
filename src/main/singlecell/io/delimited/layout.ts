import type { TableOrientation } from '#shared/domain/dataset.ts';
import { classify } from './fields.ts';
import {
  isCellAnnotation,
  isCellHeader,
  isGeneAnnotation,
  isGeneHeader,
  isIndexHeader,
  scoreNames,
  type NameScore,
} from './names.ts';
import { tripletColumns, type TripletColumns } from './triplets.ts';

/** What the columns of a table are. */
export interface TableLayout {
  kind: 'genes-by-cells' | 'cells-by-genes' | 'triplets';
  /** Of every line below the header. */
  nColumns: number;
  /** Name of each column; empty where it has none. */
  header: string[];
  /** The first line is data already. */
  isHeaderless: boolean;
  /** Of the lines: their names, -1 for none. */
  nameColumn: number;
  /** Of lines that are genes: database ids beside the names, -1 for none. */
  idColumn: number;
  /** Columns with numbers of the matrix. */
  values: number[];
  /** Columns beside the matrix, which describe what the lines are. */
  annotations: number[];
  triplets: TripletColumns | null;
  warnings: string[];
}

/** Below this difference of scores the direction is not told by the names. */
const MIN_DIFFERENCE = 0.2;
/** Weight of a first column that is called gene, or cell. */
const HEADER_VOTE = 0.6;
const FEW_COLUMNS = 3;
const TEXT_SHARE = 0.3;

interface Column {
  index: number;
  name: string;
  fields: string[];
  isText: boolean;
}

/** Tells from the first lines what lies where; null where no column holds numbers. */
export function layoutOf(rows: readonly string[][], wanted: TableOrientation): TableLayout | null {
  const nColumns = usualLength(rows);
  const isHeaderless = rows.length === 1 || looksHeaderless(rows, nColumns);
  const header = isHeaderless ? new Array<string>(nColumns).fill('') : alignedHeader(rows[0], nColumns);
  const body = withoutAnnotationRows(isHeaderless ? rows : rows.slice(1), nColumns);
  const columns: Column[] = header.map((name, index) => {
    const fields = body.map((row) => row[index] ?? '');
    return { index, name, fields, isText: isTextColumn(index, name, fields) };
  });
  const base = { nColumns, header, isHeaderless, idColumn: -1, triplets: null };
  const triplets = wanted === 'auto' ? tripletColumns(columns) : null;
  if (triplets) {
    return {
      ...base,
      kind: 'triplets',
      nameColumn: -1,
      values: [triplets.value],
      annotations: [],
      triplets,
      warnings: [],
    };
  }
  const texts = columns.filter((column) => column.isText || isNamedIndex(column, columns));
  const numbers = columns.filter((column) => !texts.includes(column));
  if (numbers.length === 0) return null;
  const warnings: string[] = [];
  const kind = wanted === 'auto' ? orientation(texts, numbers, warnings) : wanted;
  if (isHeaderless) warnings.push('The table has no line with the names of its columns, so they were numbered.');
  const rest = kind === 'genes-by-cells' ? genesByCells(texts, numbers, warnings) : cellsByGenes(texts, numbers);
  return { ...base, ...rest, kind, warnings };
}

function genesByCells(texts: Column[], numbers: Column[], warnings: string[]): Partial<TableLayout> & Placed {
  const scores = new Map(texts.map((column) => [column, scoreNames(column.fields)]));
  const byGenes = (a: Column, b: Column) =>
    rowVote(b, scores.get(b)!) - rowVote(a, scores.get(a)!) || a.index - b.index;
  const ids = texts.find((column) => scores.get(column)!.ids > 0.5);
  const named = texts.filter((column) => column !== ids && !isGeneAnnotation(column.name)).sort(byGenes);
  const symbols = named.find(
    (column) => !ids || scores.get(column)!.genes > 0.3 || isGeneHeader(column.name) || isIndexHeader(column.name),
  );
  const nameColumn = symbols ?? ids;
  const annotations = [
    ...texts.filter((column) => column !== nameColumn && column !== ids),
    ...numbers.filter((column) => isGeneAnnotation(column.name)),
  ].sort((a, b) => a.index - b.index);
  const values = numbers.filter((column) => !isGeneAnnotation(column.name));
  if (annotations.length > 0) {
    warnings.push(`Columns that describe the genes were left out: ${listed(annotations.map(({ name }) => name))}.`);
  }
  return {
    nameColumn: nameColumn?.index ?? -1,
    idColumn: symbols && ids ? ids.index : -1,
    values: indices(values),
    annotations: [],
  };
}

function cellsByGenes(texts: Column[], numbers: Column[]): Placed {
  const isDistinct = ({ fields }: Column) => new Set(fields).size === fields.length;
  const named =
    texts.find((column) => isIndexHeader(column.name) && isDistinct(column)) ??
    texts.find((column) => isCellHeader(column.name) && isDistinct(column)) ??
    texts.find((column) => scoreNames(column.fields).score < -0.5 && isDistinct(column)) ??
    (texts[0]?.index === 0 && isDistinct(texts[0]) && !isCellAnnotation(texts[0].name) ? texts[0] : undefined);
  const genes = scoreNames(numbers.map(({ name }) => name).filter((name) => !isCellAnnotation(name)));
  const isMeasure = (column: Column) => isCellAnnotation(column.name) || isOddColumn(column, genes);
  const annotations = [...texts.filter((column) => column !== named), ...numbers.filter(isMeasure)];
  return {
    nameColumn: named?.index ?? -1,
    idColumn: -1,
    values: indices(numbers.filter((column) => !isMeasure(column))),
    annotations: indices(annotations).sort((a, b) => a - b),
  };
}

type Placed = Pick<TableLayout, 'nameColumn' | 'idColumn' | 'values' | 'annotations'>;

function orientation(texts: Column[], numbers: Column[], warnings: string[]): 'genes-by-cells' | 'cells-by-genes' {
  const across = scoreNames(numbers.filter(({ name }) => !isGeneAnnotation(name)).map(({ name }) => name)).score;
  const down = texts.reduce((best, column) => Math.max(best, rowVote(column, scoreNames(column.fields))), -2);
  const isCalledCell = texts.some(({ name }) => isCellHeader(name));
  const difference = (down === -2 ? -0.5 : down) - across - (isCalledCell ? HEADER_VOTE : 0);
  if (Math.abs(difference) >= MIN_DIFFERENCE) return difference > 0 ? 'genes-by-cells' : 'cells-by-genes';
  warnings.push(
    'Neither the lines nor the columns are plainly named after genes; the lines were read as genes and the columns as cells. If that is wrong, set Orientation to cells × genes.',
  );
  return 'genes-by-cells';
}

function rowVote(column: Column, { score }: NameScore): number {
  return score + (isGeneHeader(column.name) ? HEADER_VOTE : 0);
}

/** Fractions or negative numbers under a name that is no gene's, beside columns that are genes. */
function isOddColumn({ name, fields }: Column, genes: NameScore): boolean {
  if (genes.genes < 0.5 || scoreNames([name]).genes > 0) return false;
  return fields.some((field) => {
    const { kind, value } = classify(field, false);
    return kind === 'number' && (value < 0 || !Number.isInteger(value));
  });
}

/** A few texts among numbers are mistakes in a column of counts, but not where the name says that it holds none. */
function isTextColumn(index: number, name: string, fields: readonly string[]): boolean {
  let [nText, nNumber] = [0, 0];
  for (const field of fields) {
    const { kind } = classify(field, true);
    if (kind === 'text') nText++;
    else if (kind !== 'missing') nNumber++;
  }
  const isNamed = index === 0 || isCellAnnotation(name) || isGeneAnnotation(name);
  return nText > 0 && (isNamed || nText >= TEXT_SHARE * (nText + nNumber));
}

/** Names that are numbers, such as Entrez ids or cells counted from 0. */
function isNamedIndex(column: Column, columns: readonly Column[]): boolean {
  if (column.index !== 0 || columns.length < 2) return false;
  const isCalledSo = isIndexHeader(column.name) || isGeneHeader(column.name) || isCellHeader(column.name);
  if (!isCalledSo || !column.fields.every((field) => /^\d+$/.test(field))) return false;
  return new Set(column.fields).size === column.fields.length;
}

/** A line among the first that names a group for each column, such as cell types below the names of the cells. */
function withoutAnnotationRows(rows: readonly string[][], nColumns: number): readonly string[][] {
  const shares = rows.map((row) => row.slice(1).filter((field) => isText(field)).length / Math.max(1, nColumns - 1));
  const middle = [...shares].sort((a, b) => a - b)[Math.floor(shares.length / 2)] ?? 0;
  return rows.filter((_, i) => !(shares[i] >= 0.5 && shares[i] > middle + 0.3));
}

/** Numbers in place of names: repeated ones, or fractions, are no names of cells. */
function looksHeaderless(rows: readonly string[][], nColumns: number): boolean {
  if (rows[0].length !== nColumns) return false;
  const numeric = rows[0].map((_, i) => i).filter((i) => rows.slice(1, 20).every((row) => !isText(row[i] ?? '')));
  if (numeric.length === 0 || numeric.some((i) => classify(rows[0][i], true).kind !== 'number')) return false;
  const found = numeric.map((i) => rows[0][i]);
  if (found.length < FEW_COLUMNS) return true;
  return new Set(found).size < found.length || found.some((field) => !/^\d+$/.test(field));
}

function alignedHeader(found: readonly string[], nColumns: number): string[] {
  if (found.length === nColumns - 1) return ['', ...found];
  return Array.from({ length: nColumns }, (_, i) => found[i] ?? '');
}

/** Of the lines below the first; a last field that is empty everywhere comes from a separator at the line end. */
function usualLength(rows: readonly string[][]): number {
  const body = rows.length > 1 ? rows.slice(1) : rows;
  const seen = new Map<number, number>();
  for (const { length } of body) seen.set(length, (seen.get(length) ?? 0) + 1);
  const usual = [...seen].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  const isClosed = usual > 2 && body.every((row) => row.length !== usual || row[usual - 1] === '');
  const isNamed = rows.length > 1 && rows[0].length === usual && rows[0][usual - 1] !== '';
  return isClosed && !isNamed ? usual - 1 : usual;
}

function isText(field: string): boolean {
  return classify(field, true).kind === 'text';
}

const indices = (columns: readonly Column[]): number[] => columns.map(({ index }) => index);

export function listed(names: readonly string[], most = 8): string {
  const shown = names
    .slice(0, most)
    .map((name) => name || '(no name)')
    .join(', ');
  return names.length > most ? `${shown} and ${(names.length - most).toLocaleString('en')} more` : shown;
}
