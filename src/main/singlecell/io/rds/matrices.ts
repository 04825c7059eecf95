import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { MAX_CELLS, MAX_ENTRIES, MAX_GENES } from '../limits.ts';
import type { Storage } from '../reader.ts';
import {
  attribute,
  attributesOf,
  classesOf,
  isClass,
  MISSING_INTEGER,
  numbersOf,
  type RValue,
  texts,
} from './values.ts';

/** Counts of an R object, a column for each cell as R keeps them. */
export interface CellColumns {
  nGenes: number;
  nCells: number;
  storage: Storage;
  geneNames: string[] | null;
  cellNames: string[] | null;
  /** Upper bound of the stored entries of a cell. */
  size(cell: number): number;
  /** Appends the entries of a cell at `at` and gives where they end; a missing value is NaN. */
  copy(cell: number, genes: Int32Array, values: Float64Array, at: number): number;
}

/** Says what is wrong with the object. */
export type Complain = (fact: string) => WorkbenchError;

/** Whether a value is a matrix of a kind that is read. */
export function isMatrix(value: RValue | undefined): boolean {
  if (!value) return false;
  if (isClass(value, ...SPARSE, 'dgeMatrix', 'DelayedMatrix')) return true;
  return isDense(value);
}

const SPARSE = [
  'dgCMatrix',
  'lgCMatrix',
  'ngCMatrix',
  'dgTMatrix',
  'lgTMatrix',
  'ngTMatrix',
  'dgRMatrix',
  'lgRMatrix',
  'ngRMatrix',
];

function isDense(value: RValue): boolean {
  return numbersOf(value) !== undefined && numbersOf(attribute(value, 'dim'))?.length === 2;
}

/** Reads a matrix of package Matrix, a plain one, or a DelayedArray that wraps one of them. Throws what `complain` gives. */
export function cellColumns(value: RValue, complain: Complain): CellColumns {
  if (isClass(value, 'DelayedMatrix')) {
    const seed = attribute(value, 'seed');
    if (seed && isMatrix(seed)) return cellColumns(seed, complain);
    throw complain(
      `its counts are a DelayedMatrix over ${seed ? (classesOf(seed)[0] ?? 'something') : 'nothing'}, which lies elsewhere or is computed when asked for; in R first: assay(x) <- as(assay(x), "dgCMatrix")`,
    );
  }
  if (isClass(value, 'dgeMatrix'))
    return dense(
      attribute(value, 'x')!,
      extents(attribute(value, 'Dim'), complain),
      namesIn(value, 'Dimnames'),
      complain,
    );
  if (isClass(value, ...SPARSE)) return sparse(value, complain);
  return dense(value, extents(attribute(value, 'dim'), complain), namesIn(value, 'dimnames'), complain);
}

interface Extents {
  nRows: number;
  nColumns: number;
}

function extents(value: RValue | undefined, complain: Complain): Extents {
  const found = numbersOf(value);
  if (
    found?.length !== 2 ||
    found[0] < 0 ||
    found[1] < 0 ||
    found[0] > Math.max(MAX_GENES, MAX_CELLS) ||
    found[1] > MAX_CELLS
  )
    throw complain(`its extents are ${found ? Array.from(found).slice(0, 4).join(' × ') : 'missing'}`);
  return { nRows: found[0], nColumns: found[1] };
}

interface Names {
  rows: string[] | null;
  columns: string[] | null;
}

function namesIn(value: RValue, slot: string): Names {
  const names = attribute(value, slot);
  const [rows, columns] = names?.kind === 'list' ? names.values : [];
  return { rows: filled(texts(rows)), columns: filled(texts(columns)) };
}

function filled(names: (string | null)[] | undefined): string[] | null {
  return names ? names.map((name) => name ?? 'NA') : null;
}

function checkedNames({ rows, columns }: Names, { nRows, nColumns }: Extents, complain: Complain): Names {
  if ((rows && rows.length !== nRows) || (columns && columns.length !== nColumns))
    throw complain(
      `it has ${rows?.length ?? 'no'} row and ${columns?.length ?? 'no'} column names for ${nRows} × ${nColumns}`,
    );
  return { rows, columns };
}

function dense(value: RValue, size: Extents, names: Names, complain: Complain): CellColumns {
  const values = numbersOf(value);
  const { nRows, nColumns } = size;
  if (values?.length !== nRows * nColumns)
    throw complain(`it has ${values?.length ?? 'no'} values for ${nRows} × ${nColumns}`);
  const { rows, columns } = checkedNames(names, size, complain);
  const isWhole = values instanceof Int32Array;
  return {
    nGenes: nRows,
    nCells: nColumns,
    storage: 'dense',
    geneNames: rows,
    cellNames: columns,
    size: () => nRows,
    copy(cell, genes, out, at) {
      for (let gene = 0; gene < nRows; gene++) {
        const entry = values[cell * nRows + gene];
        if (entry === 0) continue;
        genes[at] = gene;
        out[at++] = isWhole && entry === MISSING_INTEGER ? Number.NaN : entry;
      }
      return at;
    },
  };
}

function sparse(value: RValue, complain: Complain): CellColumns {
  const size = extents(attribute(value, 'Dim'), complain);
  const names = checkedNames(namesIn(value, 'Dimnames'), size, complain);
  const kind = classesOf(value).find((name) => SPARSE.includes(name))!;
  const numbers = (slot: string): Int32Array | Float64Array => {
    const found = numbersOf(attribute(value, slot));
    if (!found) throw complain(`its slot ${slot} is missing`);
    return found;
  };
  const x = kind.startsWith('n') ? null : numbers('x');
  const compressed: Compressed =
    kind[2] === 'T'
      ? fromTriplets(numbers('j'), numbers('i'), x, size, complain)
      : kind[2] === 'R'
        ? fromRows(numbers('p'), numbers('j'), x, size, complain)
        : { offsets: numbers('p'), genes: numbers('i'), values: x };
  const { offsets, genes, values } = compressed;
  const { nRows, nColumns } = size;
  checkOffsets(offsets, nColumns, Math.min(genes.length, values?.length ?? genes.length), complain);
  const isWhole = values instanceof Int32Array;
  return {
    nGenes: nRows,
    nCells: nColumns,
    storage: 'csr',
    geneNames: names.rows,
    cellNames: names.columns,
    size: (cell) => offsets[cell + 1] - offsets[cell],
    copy(cell, outGenes, outValues, at) {
      for (let i = offsets[cell]; i < offsets[cell + 1]; i++, at++) {
        const entry = values ? values[i] : 1;
        outGenes[at] = genes[i];
        outValues[at] = isWhole && entry === MISSING_INTEGER ? Number.NaN : entry;
      }
      return at;
    },
  };
}

interface Compressed {
  offsets: ArrayLike<number>;
  genes: ArrayLike<number>;
  values: Int32Array | Float64Array | null;
}

function checkOffsets(offsets: ArrayLike<number>, n: number, nEntries: number, complain: Complain): void {
  if (offsets.length !== n + 1 || offsets[0] !== 0)
    throw complain(`its slot p has ${offsets.length} offsets for ${n} columns`);
  for (let i = 0; i < n; i++)
    if (!(offsets[i + 1] >= offsets[i])) throw complain(`its slot p falls at column ${i + 1}`);
  if (offsets[n] > nEntries || offsets[n] > MAX_ENTRIES)
    throw complain(`its slot p announces ${offsets[n]} entries, there are ${nEntries}`);
}

/** Entries in any order, sorted by cell. */
function fromTriplets(
  cells: ArrayLike<number>,
  genes: ArrayLike<number>,
  values: Int32Array | Float64Array | null,
  { nColumns }: Extents,
  complain: Complain,
): Compressed {
  const n = cells.length;
  if (genes.length !== n || (values && values.length !== n)) throw complain('its slots i, j and x differ in length');
  const offsets = new Float64Array(nColumns + 1);
  for (let i = 0; i < n; i++) {
    if (!(cells[i] >= 0 && cells[i] < nColumns))
      throw complain(`its column index ${cells[i]} is outside of ${nColumns}`);
    offsets[cells[i] + 1]++;
  }
  for (let cell = 0; cell < nColumns; cell++) offsets[cell + 1] += offsets[cell];
  const next = offsets.slice();
  const outGenes = new Int32Array(n);
  const outValues = values && (values instanceof Int32Array ? new Int32Array(n) : new Float64Array(n));
  for (let i = 0; i < n; i++) {
    const at = next[cells[i]]++;
    outGenes[at] = genes[i];
    if (outValues) outValues[at] = values![i];
  }
  return { offsets, genes: outGenes, values: outValues };
}

function fromRows(
  offsets: ArrayLike<number>,
  cells: ArrayLike<number>,
  values: Int32Array | Float64Array | null,
  size: Extents,
  complain: Complain,
): Compressed {
  checkOffsets(offsets, size.nRows, cells.length, complain);
  const genes = new Int32Array(cells.length);
  for (let row = 0; row < size.nRows; row++) genes.fill(row, offsets[row], offsets[row + 1]);
  return fromTriplets(cells, genes, values, size, complain);
}

/** The same counts with rows and columns exchanged. */
export function turned(matrix: CellColumns, complain: Complain): CellColumns {
  let n = 0;
  for (let cell = 0; cell < matrix.nCells; cell++) n += matrix.size(cell);
  const rows = new Int32Array(n);
  const values = new Float64Array(n);
  const columns = new Int32Array(n);
  let at = 0;
  for (let cell = 0; cell < matrix.nCells; cell++) {
    const end = matrix.copy(cell, rows, values, at);
    columns.fill(cell, at, end);
    at = end;
  }
  const size = { nRows: matrix.nCells, nColumns: matrix.nGenes };
  const entries = fromTriplets(rows.subarray(0, at), columns.subarray(0, at), values.subarray(0, at), size, complain);
  return {
    nGenes: matrix.nCells,
    nCells: matrix.nGenes,
    storage: matrix.storage === 'dense' ? 'dense' : 'csc',
    geneNames: matrix.cellNames,
    cellNames: matrix.geneNames,
    size: (cell) => entries.offsets[cell + 1] - entries.offsets[cell],
    copy(cell, outGenes, outValues, start) {
      for (let i = entries.offsets[cell]; i < entries.offsets[cell + 1]; i++, start++) {
        outGenes[start] = entries.genes[i];
        outValues[start] = entries.values![i];
      }
      return start;
    },
  };
}

/** Names of the rows of a DataFrame or data.frame; null where they are only numbered. */
export function rowNamesOf(frame: RValue | undefined): string[] | null {
  return filled(texts(attribute(frame, 'rownames') ?? attribute(frame, 'row.names')));
}

/** Slots are attributes; a missing one of an object is the symbol that R writes for NULL. */
export function slot(value: RValue | undefined, name: string): RValue | undefined {
  const found = attributesOf(value).get(name);
  return found?.kind === 'symbol' || found?.kind === 'null' ? undefined : found;
}
