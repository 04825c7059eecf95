import type { ObsColumn } from '../../types.ts';
import { categoricalColumn, columnFromTexts } from '../columns.ts';
import { slot } from './matrices.ts';
import { attribute, entriesOf, isClass, MISSING_INTEGER, numbersOf, type RValue, texts } from './values.ts';

/** Columns of a data.frame, or of a DataFrame of Bioconductor. */
export function frameColumns(frame: RValue | undefined): Map<string, RValue> {
  const inner = slot(frame, 'listData');
  return entriesOf(inner ?? frame);
}

/** A column of annotations; null for what is none, such as a list, a matrix or a number of 64 bits. */
export function obsColumn(name: string, value: RValue, nCells: number): ObsColumn | null {
  const plain = isClass(value, 'Rle') ? expanded(value, nCells) : value;
  if (!plain || isClass(plain, 'integer64') || attribute(plain, 'dim')) return null;
  const levels = texts(attribute(plain, 'levels'));
  if (levels && plain.kind === 'integer') {
    if (plain.values.length !== nCells) return null;
    const codes = plain.values.map((code) => (code === MISSING_INTEGER ? -1 : code - 1));
    return categoricalColumn(
      name,
      levels.map((level) => level ?? ''),
      codes,
    );
  }
  switch (plain.kind) {
    case 'string':
      return plain.values.length === nCells ? columnFromTexts(name, plain.values) : null;
    case 'logical':
      if (plain.values.length !== nCells) return null;
      return {
        name,
        kind: 'boolean',
        values: Int8Array.from(plain.values, (value) => (value === MISSING_INTEGER ? -1 : Number(value !== 0))),
      };
    case 'integer':
    case 'double':
      if (plain.values.length !== nCells) return null;
      return {
        name,
        kind: 'number',
        values: Float64Array.from(plain.values, (value) =>
          plain.kind === 'integer' && value === MISSING_INTEGER ? Number.NaN : value,
        ),
      };
    default:
      return null;
  }
}

/** Runs of equal values written out. */
function expanded(value: RValue, n: number): RValue | null {
  const values = slot(value, 'values');
  const lengths = numbersOf(slot(value, 'lengths'));
  if (!values || !lengths || !('values' in values) || values.values.length !== lengths.length) return null;
  let total = 0;
  for (const length of lengths) {
    if (!(length >= 0)) return null;
    total += length;
  }
  if (total !== n) return null;
  const at = new Int32Array(n);
  let next = 0;
  lengths.forEach((length, run) => {
    at.fill(run, next, next + length);
    next += length;
  });
  switch (values.kind) {
    case 'string':
      return { ...values, values: Array.from(at, (run) => values.values[run]) };
    case 'integer':
    case 'logical':
      return { ...values, values: Int32Array.from(at, (run) => values.values[run]) };
    case 'double':
      return { ...values, values: Float64Array.from(at, (run) => values.values[run]) };
    default:
      return null;
  }
}

/** Texts of a column of genes, whole only. */
export function geneTexts(
  columns: ReadonlyMap<string, RValue>,
  names: readonly string[],
  nGenes: number,
): string[] | null {
  for (const [column, value] of columns) {
    if (!names.includes(column.toLowerCase())) continue;
    const levels = texts(attribute(value, 'levels'));
    const found =
      levels && value.kind === 'integer' ? Array.from(value.values, (code) => levels[code - 1] ?? null) : texts(value);
    if (found?.length === nGenes && found.every((text) => text !== null && text !== '')) return found as string[];
  }
  return null;
}
