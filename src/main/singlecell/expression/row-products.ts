import type { CsrChunk } from '../types.ts';

/** Columns of a dense matrix that lie together, and whose sums are kept in registers at a time. */
export const LANES = 8;
/** Rows gone over for one group of columns before the next, so that its part of the dense matrix stays in the cache. */
export const ROWS_AT_ONCE = 128;

/** A tall dense matrix in groups of `LANES` columns, each group row after row; the last one is filled up with zeros. */
export type ColumnGroups = Float64Array[];

/** Entries of a few sparse rows as products need them. */
export interface ScaledRows {
  nRows: number;
  /** nRows + 1 offsets. */
  indptr: Int32Array;
  values: Float64Array;
  /** Where the row of a group begins that an entry is multiplied with. */
  bases: Int32Array;
}

export function scaledRows(): ScaledRows {
  return {
    nRows: 0,
    indptr: new Int32Array(ROWS_AT_ONCE + 1),
    values: new Float64Array(0),
    bases: new Int32Array(0),
  };
}

/** Fills in at most `ROWS_AT_ONCE` rows of a chunk from `first` on, each entry times the factor of its column. */
export function fillRows(into: ScaledRows, chunk: CsrChunk, first: number, factors: Float64Array): void {
  const { indptr, indices, data } = chunk;
  const last = Math.min(chunk.nCells, first + ROWS_AT_ONCE);
  const from = indptr[first];
  const n = indptr[last] - from;
  if (into.values.length < n) {
    into.values = new Float64Array(n);
    into.bases = new Int32Array(n);
  }
  const { values, bases } = into;
  for (let i = 0; i < n; i++) {
    const column = indices[from + i];
    values[i] = data[from + i] * factors[column];
    bases[i] = column * LANES;
  }
  into.nRows = last - first;
  for (let row = 0; row <= into.nRows; row++) into.indptr[row] = indptr[first + row] - from;
}

export function columnGroups(block: Float64Array, nRows: number, width: number): ColumnGroups {
  return Array.from({ length: Math.ceil(width / LANES) }, (_, group) => {
    const columns = new Float64Array(nRows * LANES);
    const first = group * LANES;
    const n = Math.min(LANES, width - first);
    for (let row = 0; row < nRows; row++) {
      for (let j = 0; j < n; j++) columns[row * LANES + j] = block[row * width + first + j];
    }
    return columns;
  });
}

/**
 * Rows times a dense matrix, plus `start`. Shape: `into` rows × (groups × LANES), row-major.
 *
 * Note: every sum goes over the entries of a row in their order, as a plain loop would.
 */
export function multiplyRows(rows: ScaledRows, groups: ColumnGroups, start: Float64Array, into: Float64Array): void {
  const { nRows, indptr, values, bases } = rows;
  const stride = groups.length * LANES;
  groups.forEach((block, group) => {
    const j = group * LANES;
    for (let row = 0; row < nRows; row++) {
      let s0 = start[j];
      let s1 = start[j + 1];
      let s2 = start[j + 2];
      let s3 = start[j + 3];
      let s4 = start[j + 4];
      let s5 = start[j + 5];
      let s6 = start[j + 6];
      let s7 = start[j + 7];
      for (let i = indptr[row]; i < indptr[row + 1]; i++) {
        const value = values[i];
        const at = bases[i];
        s0 += value * block[at];
        s1 += value * block[at + 1];
        s2 += value * block[at + 2];
        s3 += value * block[at + 3];
        s4 += value * block[at + 4];
        s5 += value * block[at + 5];
        s6 += value * block[at + 6];
        s7 += value * block[at + 7];
      }
      const out = row * stride + j;
      into[out] = s0;
      into[out + 1] = s1;
      into[out + 2] = s2;
      into[out + 3] = s3;
      into[out + 4] = s4;
      into[out + 5] = s5;
      into[out + 6] = s6;
      into[out + 7] = s7;
    }
  });
}

/** Adds rowsᵀ times their weights to a dense matrix. Shape: `weights` rows × (groups × LANES), row-major. */
export function addTransposed(rows: ScaledRows, weights: Float64Array, groups: ColumnGroups): void {
  const { nRows, indptr, values, bases } = rows;
  const stride = groups.length * LANES;
  groups.forEach((block, group) => {
    for (let row = 0; row < nRows; row++) {
      const at = row * stride + group * LANES;
      const w0 = weights[at];
      const w1 = weights[at + 1];
      const w2 = weights[at + 2];
      const w3 = weights[at + 3];
      const w4 = weights[at + 4];
      const w5 = weights[at + 5];
      const w6 = weights[at + 6];
      const w7 = weights[at + 7];
      for (let i = indptr[row]; i < indptr[row + 1]; i++) {
        const value = values[i];
        const base = bases[i];
        block[base] += value * w0;
        block[base + 1] += value * w1;
        block[base + 2] += value * w2;
        block[base + 3] += value * w3;
        block[base + 4] += value * w4;
        block[base + 5] += value * w5;
        block[base + 6] += value * w6;
        block[base + 7] += value * w7;
      }
    }
  });
}
