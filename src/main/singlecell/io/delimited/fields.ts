import { QUOTE, SPACE } from './lines.ts';

/** How numbers and fields are written in a table. */
export interface Dialect {
  delimiter: number;
  /** Several separators in a row count as one, as in columns lined up with spaces. */
  isCollapsed: boolean;
  /** `1,5` is one and a half. */
  hasDecimalComma: boolean;
  encoding: 'utf8' | 'latin1';
}

/** Read as 0 and told. */
const MISSING = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '<na>', '-', '.']);
const PLAIN_COUNT = /^\d{1,15}$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const COMMA_NUMBER = /^[+-]?\d+,\d*(e[+-]?\d+)?$/i;
/** `1,234` and `1'234'567`: groups of three digits. */
const GROUPED = /^[+-]?\d{1,3}([,.' \u00a0\u202f]\d{3})+([,.]\d+)?$/;
const INFINITE = /^[+-]?inf(inity)?$/i;

export type FieldKind = 'number' | 'missing' | 'text' | 'grouped';

/** Of one field: what it is, and its value where it is a number. */
export function classify(field: string, hasDecimalComma: boolean): { kind: FieldKind; value: number } {
  if (PLAIN_COUNT.test(field)) return { kind: 'number', value: Number(field) };
  const text = field.trim();
  if (MISSING.has(text.toLowerCase())) return { kind: 'missing', value: 0 };
  if (NUMBER.test(text)) return { kind: 'number', value: Number(text) };
  if (COMMA_NUMBER.test(text) && (hasDecimalComma || !GROUPED.test(text))) {
    return hasDecimalComma
      ? { kind: 'number', value: Number(text.replace(',', '.')) }
      : { kind: 'text', value: Number.NaN };
  }
  if (GROUPED.test(text)) return { kind: 'grouped', value: Number.NaN };
  if (INFINITE.test(text)) return { kind: 'number', value: text.startsWith('-') ? -Infinity : Infinity };
  return { kind: 'text', value: Number.NaN };
}

/** End of the field that begins at `at`: the position of its separator, or `end`. */
export function fieldEnd(bytes: Buffer, at: number, end: number, delimiter: number): number {
  if (at < end && bytes[at] === QUOTE) {
    for (let i = at + 1; i < end; i++) {
      if (bytes[i] !== QUOTE) continue;
      if (i + 1 < end && bytes[i + 1] === QUOTE) i++;
      else if (i + 1 >= end || bytes[i + 1] === delimiter) return i + 1;
    }
  }
  const found = bytes.indexOf(delimiter, at);
  return found < 0 || found > end ? end : found;
}

/** Text of one field, without its quotes. */
export function fieldText(bytes: Buffer, start: number, end: number, encoding: Dialect['encoding']): string {
  const isQuoted = end - start >= 2 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE;
  const text = isQuoted ? bytes.toString(encoding, start + 1, end - 1) : bytes.toString(encoding, start, end);
  return isQuoted ? text.replaceAll('""', '"').trim() : text.trim();
}

/** All fields of one line. */
export function splitFields(bytes: Buffer, start: number, end: number, dialect: Dialect): string[] {
  const fields: string[] = [];
  const [from, stop] = dialect.isCollapsed ? trimmed(bytes, start, end) : [start, end];
  let at = from;
  if (at === stop) return [''];
  for (;;) {
    const fieldStop = fieldEnd(bytes, at, stop, dialect.delimiter);
    fields.push(fieldText(bytes, at, fieldStop, dialect.encoding));
    if (fieldStop >= stop) return fields;
    at = fieldStop + 1;
    if (dialect.isCollapsed) while (at < stop && bytes[at] === dialect.delimiter) at++;
  }
}

/** Without spaces at both ends. */
export function trimmed(bytes: Buffer, start: number, end: number): [number, number] {
  while (start < end && bytes[start] <= SPACE) start++;
  while (end > start && bytes[end - 1] <= SPACE) end--;
  return [start, end];
}

export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  const [from, to] = trimmed(bytes, start, end);
  return from === to;
}
