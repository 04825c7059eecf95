import { printable } from '#shared/util/printable.ts';

const MAX_CELL_WIDTH = 48;

/** A result for a person: a table of a list of objects, aligned names and values of an object. */
export function formatResult(value: unknown): string {
  return printable(format(value));
}

function format(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : isObjects(value) ? table(value) : value.map(scalar).join('\n');
  if (typeof value === 'object') return block(value as Record<string, unknown>, '');
  return scalar(value);
}

function block(value: Record<string, unknown>, indent: string): string {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const flat = entries.filter(([, item]) => !isNested(item));
  const width = Math.max(0, ...flat.map(([name]) => name.length));
  return entries
    .map(([name, item]) => {
      if (!isNested(item)) return `${indent}${name.padEnd(width)}  ${scalar(item)}`;
      const inner = Array.isArray(item)
        ? indentLines(table(item as Record<string, unknown>[]), `${indent}  `)
        : block(item as Record<string, unknown>, `${indent}  `);
      return `${indent}${name}\n${inner}`;
    })
    .join('\n');
}

/** Long texts are cut but for those of the last column; long lists are told by the number of their items. */
function table(rows: readonly Record<string, unknown>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const last = names.length - 1;
  const cells = rows.map((row) => names.map((name, column) => cell(row[name], column === last)));
  const widths = names.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column].length)));
  const isNumeric = names.map((name) => rows.every((row) => typeof row[name] === 'number' || row[name] === null));
  const line = (words: readonly string[]): string =>
    words
      .map((word, column) => (isNumeric[column] ? word.padStart(widths[column]) : word.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  return [line(names), ...cells.map(line)].join('\n');
}

function cell(value: unknown, isLast: boolean): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && (isObjects(value) || scalar(value).length > MAX_CELL_WIDTH))
    return `${value.length} items`;
  if (typeof value === 'object' && !Array.isArray(value)) {
    const pairs = Object.entries(value).map(([name, item]) => `${name}=${scalar(item)}`);
    return isLast || pairs.join(' ').length <= MAX_CELL_WIDTH ? pairs.join(' ') : `${pairs.length} values`;
  }
  const text = scalar(value);
  if (isLast) return text;
  return text.length > MAX_CELL_WIDTH ? `${text.slice(0, MAX_CELL_WIDTH - 1)}…` : text;
}

function scalar(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(scalar).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isNested(value: unknown): boolean {
  if (Array.isArray(value)) return isObjects(value);
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function isObjects(value: readonly unknown[]): value is Record<string, unknown>[] {
  return value.length > 0 && value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
}

function indentLines(text: string, indent: string): string {
  return text
    .split('\n')
    .map((line) => indent + line)
    .join('\n');
}
