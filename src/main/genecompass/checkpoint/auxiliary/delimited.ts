import { WorkbenchError } from '#shared/errors/workbench-error.ts';

/** A file of this many bytes is read in one piece. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/**
 * Cells of a table with commas or tabs; quoted cells may hold either. Empty lines are dropped.
 *
 * Throws: data-format when it is not UTF-8 text or a quote is left open.
 */
export function parseRows(bytes: Uint8Array, subject: string): string[][] {
  if (bytes.length > MAX_TEXT_BYTES) throw notText(subject, 'it is too large for a table of text');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notText(subject, 'it is neither text nor a pickled dictionary nor a NumPy array');
  }
  if (text.includes('\0')) throw notText(subject, 'it holds zero bytes');
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const separator = lines[0]?.includes('\t') ? '\t' : ',';
  return lines.map((line, i) => splitLine(line, separator, () => notText(subject, `a quote in line ${i + 1} is open`)));
}

function splitLine(line: string, separator: string, open: () => WorkbenchError): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let [cell, quoted] = ['', false];
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') {
      if (quoted && line[i + 1] === '"') cell += line[++i];
      else quoted = !quoted;
    } else if (line[i] === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += line[i];
  }
  if (quoted) throw open();
  return [...cells, cell.trim()];
}

function notText(subject: string, fact: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${subject}: ${fact}; choose a pickle of protocol 2 to 5, a .npy, .csv or .tsv file.`,
  );
}
