import { readSheet, type SheetData } from 'read-excel-file/node';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { isWorkbook } from '../archive/unwrap.ts';
import { ZIP_MARKS } from '../archive/zip.ts';
import { openTable } from '../delimited/delimited-reader.ts';
import { readHead } from '../delimited/head.ts';
import { layoutOf } from '../delimited/layout.ts';
import { startsWith, type Place } from '../place.ts';
import type { OpenDataset, OpenOptions, Reader } from '../reader.ts';
import { SheetPlace } from './sheet-place.ts';
import { checkWorkbook, damaged, type CheckedWorkbook } from './workbook-parts.ts';

/** Workbooks before 2007, and workbooks with a password. */
const OLD_MARK = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const MAX_LISTED = 10;

/** Excel workbooks: the first sheet that holds a table of numbers, or the one chosen. */
export const xlsxReader: Reader = {
  format: 'xlsx',
  async sniff(place) {
    if (place.kind !== 'file') return false;
    for (const mark of ZIP_MARKS) if (await startsWith(place, mark)) return isWorkbook(place);
    return /\.xlsx?$/i.test(place.name) && startsWith(place, OLD_MARK);
  },
  async open(place, options) {
    if (await startsWith(place, OLD_MARK)) {
      throw oldWorkbook(place.name);
    }
    const workbook = await checkWorkbook(place);
    if (options.sheet !== undefined) {
      const index = workbook.sheetNames.indexOf(options.sheet);
      if (index < 0) throw noSheet(place.name, options.sheet, workbook.sheetNames);
      return await openSheet(place, workbook, index, options);
    }
    for (let index = 0; index < workbook.sheetNames.length; index++) {
      const sheet = await sheetPlace(place, workbook, index);
      if (await isMatrix(sheet)) return await openTold(sheet, workbook, index, options);
    }
    throw new WorkbenchError(
      'data-format',
      `${place.name}: none of its sheets (${listed(workbook.sheetNames)}) holds a table of numbers, counts of genes × cells are expected; choose another workbook.`,
    );
  },
};

async function openSheet(
  place: Place,
  workbook: CheckedWorkbook,
  index: number,
  options: OpenOptions,
): Promise<OpenDataset> {
  return await openTold(await sheetPlace(place, workbook, index), workbook, index, options);
}

async function openTold(
  sheet: SheetPlace,
  { sheetNames }: CheckedWorkbook,
  index: number,
  options: OpenOptions,
): Promise<OpenDataset> {
  const told =
    sheetNames.length > 1
      ? [`Sheet "${sheetNames[index]}" was read, the first that holds a table; the workbook has ${listed(sheetNames)}.`]
      : [];
  return await openTable(sheet, options, 'xlsx', options.sheet === undefined ? told : []);
}

/** The first sheet as text. Throws: as `open` does. */
export async function firstSheet(place: Place): Promise<Place> {
  if (await startsWith(place, OLD_MARK)) throw oldWorkbook(place.name);
  return sheetPlace(place, await checkWorkbook(place), 0);
}

async function sheetPlace(place: Place, workbook: CheckedWorkbook, index: number): Promise<SheetPlace> {
  return new SheetPlace(place.name, await cellsOf(place.name, await workbook.withSheet(index), index));
}

async function cellsOf(subject: string, content: Buffer, index: number): Promise<SheetData> {
  try {
    return await readSheet(content, index + 1);
  } catch (cause) {
    throw damaged(subject, `sheet ${index + 1} cannot be read`, cause);
  }
}

async function isMatrix(sheet: SheetPlace): Promise<boolean> {
  try {
    const { rows } = await readHead(sheet, 'utf-8');
    return rows.length > 1 && layoutOf(rows, 'auto') !== null;
  } catch (thrown) {
    if (thrown instanceof WorkbenchError) return false;
    throw thrown;
  }
}

function oldWorkbook(subject: string): WorkbenchError {
  return new WorkbenchError(
    'unsupported',
    `${subject}: it is an old Excel workbook (.xls) or one with a password, .xlsx without password is expected; save it as .xlsx or CSV.`,
  );
}

function noSheet(subject: string, name: string, names: readonly string[]): WorkbenchError {
  return new WorkbenchError('not-found', `${subject}: it has no sheet "${name}"; it has ${listed(names)}.`);
}

function listed(names: readonly string[]): string {
  return names.slice(0, MAX_LISTED).join(', ') + (names.length > MAX_LISTED ? ', …' : '');
}
