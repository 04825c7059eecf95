import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import type { Place } from '../place.ts';
import type { FileFormat, OpenDataset, OpenOptions, Reader } from '../reader.ts';
import { detectEncoding, requireEncoding, textHead } from './encoding.ts';
import { classify } from './fields.ts';
import { noTable, readHead } from './head.ts';
import { layoutOf } from './layout.ts';
import { openMatrixTable } from './matrix-table.ts';
import { TableFile } from './table-file.ts';
import { openTripletTable } from './triplet-table.ts';

const TABLE_NAME = /\.(csv|tsv|tab|txt)(\.gz)?$/i;
/** Lists that lie beside a matrix of 10x, told from tables by their content. */
const LIST_NAME = /(barcodes|features|genes)\.tsv(\.gz)?$/i;
/** Parts of other formats. */
const OTHER_NAME = /\.(mtx|json|xml|html?|md|log|ya?ml|svg|pdf)(\.gz)?$/i;

/** CSV, TSV and other text with one column per cell or gene, or one line per entry; compressed or not. */
export const delimitedReader: Reader = {
  format: 'delimited',
  async sniff(place) {
    if (place.kind !== 'file' || place.sizeBytes === 0 || OTHER_NAME.test(place.name)) return false;
    try {
      const encoding = detectEncoding(await textHead(place));
      if (!encoding) return false;
      // What is called a table is opened in any case, so that the message says what is wrong with it.
      if (TABLE_NAME.test(place.name) && !LIST_NAME.test(place.name)) return true;
      const { rows } = await readHead(place, encoding);
      return rows.length > 1 && layoutOf(rows, 'auto') !== null;
    } catch {
      return TABLE_NAME.test(place.name) && !LIST_NAME.test(place.name) && !(await isHdf5(place));
    }
  },
  open: (place, options) => openTable(place, options, 'delimited'),
};

/** Whether text holds columns of numbers, whatever it is called. */
export async function looksLikeTable(place: Place): Promise<boolean> {
  try {
    const { rows } = await readHead(place, await requireEncoding(place));
    return rows.length > 1 && layoutOf(rows, 'auto') !== null;
  } catch (thrown) {
    if (thrown instanceof WorkbenchError) return false;
    throw thrown;
  }
}

/** Opens text as a table; `format` is what it came from, `told` is what to warn of besides. Throws data-format. */
export async function openTable(
  place: Place,
  options: OpenOptions,
  format: FileFormat,
  told: readonly string[] = [],
): Promise<OpenDataset> {
  const encoding = await requireEncoding(place);
  const head = await readHead(place, encoding);
  const layout = layoutOf(head.rows, options.orientation ?? 'auto');
  if (!layout) throw noTable(place.name, noNumbers(head.rows));
  const warnings = [...told, ...layout.warnings];
  if (head.dialect.hasDecimalComma) warnings.push('Commas in numbers were read as decimal points.');
  if (encoding === 'utf-16le' || encoding === 'utf-16be') warnings.push('The text is UTF-16 and was converted.');
  const table = new TableFile(place, encoding, head, layout.isHeaderless);
  if (layout.kind === 'triplets') return await openTripletTable(table, layout, format, warnings);
  if (layout.values.length === 0) throw noTable(place.name, 'none of its columns holds counts');
  if (layout.kind === 'genes-by-cells' && layout.nameColumn < 0) {
    throw new WorkbenchError(
      'data-format',
      `${place.name}: its lines have no names, a first column with the names of the genes is expected; export the table with its row names, or set Orientation if the genes are in the columns.`,
    );
  }
  return await openMatrixTable(table, layout, format, warnings);
}

function noNumbers(rows: readonly string[][]): string {
  const hasGrouped = rows.some((row) => row.some((field) => classify(field, false).kind === 'grouped'));
  return hasGrouped
    ? 'its numbers are written with separators between thousands, plain numbers are needed'
    : 'none of its columns holds numbers';
}
