import { gzipSync } from 'node:zlib';

export type Row = Record<string, string>;

/** A table with a header line; fields may be quoted only where the separator is a comma. */
export function readTable(text: string, separator: string): Row[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const header = lines[0].split(separator);
  return lines.slice(1).map((line) => {
    const fields = line.split(separator);
    return Object.fromEntries(header.map((name, i) => [name, fields[i] ?? '']));
  });
}

/** The same rows give the same bytes: gzip is written without a time stamp. */
export function gzippedTable(columns: string[], rows: string[][]): Buffer {
  const text = [columns, ...rows].map((row) => row.join('\t')).join('\n');
  return gzipSync(`${text}\n`, { level: 9 });
}
