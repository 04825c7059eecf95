import { crc32 } from 'node:zlib';
import type { Entry } from 'yauzl';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { checkEntry, readDirectory, readEntry } from '../archive/zip.ts';
import type { Place } from '../place.ts';

/** Files of a workbook as they were checked, uncompressed in an archive of their own, and the names of its sheets. */
export interface CheckedWorkbook {
  sheetNames: string[];
  /** A workbook that holds only this sheet's content; the others are empty. */
  withSheet(index: number): Promise<Buffer>;
}

/** Of one file in the workbook; about three million filled cells. */
const MAX_PART_BYTES = 128 * 2 ** 20;
const MAX_ROW = 1_048_576;
const MAX_COLUMN = 16_384;
/** Of a sheet, empty ones included: rows are filled up to the widest. */
const MAX_GRID_CELLS = 40_000_000;
const MAX_SHEETS = 200;
const COMMON_PARTS =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|styles\.xml))$/i;
const SHEET = /<(?:\w+:)?sheet\s([^>]*)>/g;
const TAG = /<(?:\w+:)?(row|c)\b([^>]*)>/g;
const POSITION = /\br\s*=\s*["']([^"']*)["']/g;
const MAX_TAG = 65_536;

/**
 * Reads the directory of a workbook and everything but its sheets; each part is measured while it is decompressed, not
 * by what its header says.
 *
 * Throws: data-format (damaged, or larger than a workbook of counts), unsupported (encrypted).
 */
export async function checkWorkbook(place: Place): Promise<CheckedWorkbook> {
  const entries = new Map<string, Entry>();
  for (const entry of await readDirectory(place)) {
    checkEntry(place.name, entry);
    entries.set(entry.fileName, entry);
  }
  const common = new Map<string, Buffer>();
  for (const [name, entry] of entries) {
    if (COMMON_PARTS.test(name)) common.set(name, await readPart(place, entry, () => {}));
  }
  const workbook = common.get('xl/workbook.xml')?.toString('utf8') ?? '';
  const targets = sheetTargets(common.get('xl/_rels/workbook.xml.rels')?.toString('utf8') ?? '');
  const sheets = [...workbook.matchAll(SHEET)].map(([, attributes]) => ({
    name: decode(attribute(attributes, 'name') ?? ''),
    target: targets.get(attribute(attributes, 'r:id') ?? attribute(attributes, 'id') ?? '') ?? '',
  }));
  if (sheets.length === 0 || sheets.length > MAX_SHEETS) {
    throw damaged(place.name, `it lists ${sheets.length} sheets`);
  }
  return {
    sheetNames: sheets.map(({ name }) => name),
    async withSheet(index) {
      const { target } = sheets[index];
      const entry = entries.get(target);
      if (!entry) throw damaged(place.name, `sheet ${index + 1} is missing`);
      const grid = new GridCheck(place.name);
      const content = await readPart(place, entry, (text) => grid.text(text));
      return storedZip(new Map([...common, [target, content]]));
    },
  };
}

async function readPart(place: Place, entry: Entry, see: (text: string) => void): Promise<Buffer> {
  if (entry.uncompressedSize > MAX_PART_BYTES) throw tooLarge(place.name);
  const parts: Buffer[] = [];
  const decoder = new TextDecoder();
  let size = 0;
  for await (const chunk of readEntry(place, entry)) {
    size += chunk.length;
    if (size > MAX_PART_BYTES) throw tooLarge(place.name);
    // Another encoding would hide from the check what the parser then sees; doctypes can multiply their content.
    if (chunk.includes(0)) throw damaged(place.name, 'its text is not UTF-8');
    see(decoder.decode(chunk, { stream: true }));
    parts.push(Buffer.from(chunk));
  }
  return Buffer.concat(parts);
}

/** Looks at the positions of rows and cells, because gaps between them are filled. */
class GridCheck {
  readonly #subject: string;
  #rest = '';
  #nRows = 0;
  #nColumns = 0;

  constructor(subject: string) {
    this.#subject = subject;
  }

  text(text: string): void {
    const all = this.#rest + text;
    for (const match of all.matchAll(TAG)) this.#tag(match[2]);
    const open = all.lastIndexOf('<');
    this.#rest = open >= 0 && !all.includes('>', open) ? all.slice(open) : '';
    if (this.#rest.length > MAX_TAG) throw damaged(this.#subject, 'its text is no XML of cells');
  }

  #tag(attributes: string): void {
    // A bracket inside quotes would hide what follows it.
    if (isOddlyQuoted(attributes)) throw damaged(this.#subject, 'a cell has no proper position');
    for (const [, position] of attributes.matchAll(POSITION)) {
      const found = /^([A-Z]{0,3})(\d{1,7})$/.exec(position);
      if (!found) throw damaged(this.#subject, 'a cell has no proper position');
      const column = [...found[1]].reduce((number, letter) => 26 * number + letter.charCodeAt(0) - 64, 0);
      this.#nRows = Math.max(this.#nRows, Number(found[2]));
      this.#nColumns = Math.max(this.#nColumns, column);
    }
    if (this.#nRows > MAX_ROW || this.#nColumns > MAX_COLUMN) {
      throw damaged(this.#subject, 'a cell lies outside the largest sheet that Excel has');
    }
    if (this.#nRows * this.#nColumns > MAX_GRID_CELLS) throw tooLarge(this.#subject);
  }
}

function isOddlyQuoted(attributes: string): boolean {
  return [/"/g, /'/g].some((quote) => (attributes.match(quote)?.length ?? 0) % 2 === 1);
}

function sheetTargets(relations: string): Map<string, string> {
  const targets = new Map<string, string>();
  for (const [, attributes] of relations.matchAll(/<(?:\w+:)?Relationship\s([^>]*)>/g)) {
    const target = attribute(attributes, 'Target') ?? '';
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`;
    targets.set(attribute(attributes, 'Id') ?? '', path);
  }
  return targets;
}

function attribute(attributes: string, name: string): string | null {
  return (
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
      .exec(attributes)
      ?.slice(1)
      .find((value) => value !== undefined) ?? null
  );
}

function decode(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => named[name]);
}

/** What was checked, as the one thing the parser gets to see. */
function storedZip(files: ReadonlyMap<string, Buffer>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800, 2);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, Buffer.from(name));
    const head = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name)]);
    locals.push(head, content);
    offset += head.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(
    directory.reduce((sum, part) => sum + part.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

function tooLarge(subject: string): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${subject}: a sheet is larger than workbooks can be read here (128 MiB unpacked, 40 million cells); save the sheet as CSV and choose that, which may be of any size.`,
  );
}

export function damaged(subject: string, fact: string, cause?: unknown): WorkbenchError {
  return new WorkbenchError(
    'data-format',
    `${subject}: ${fact}, an Excel workbook (.xlsx) is expected; open it in a spreadsheet and save it again, or save the sheet as CSV.`,
    { cause },
  );
}
