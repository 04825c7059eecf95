import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { CountSource, CsrChunk } from './types.ts';

/** Called between chunks with the cells done so far; may throw `cancelled`. Awaiting it lets a worker answer messages. */
export type StepHook = (done: number, total: number) => void | Promise<void>;

/** Cells read at once by streaming steps: about 8 MB of typical 10x data. */
export const CHUNK_CELLS = 512;

export interface CsrArrays {
  nGenes: number;
  /** nCells + 1 offsets, starting at 0. */
  indptr: ArrayLike<number>;
  indices: Int32Array;
  data: Float32Array;
}

/** A count matrix held in memory; `rows` returns views, not copies. Throws data-format when the arrays contradict each other. */
export function memoryCounts({ nGenes, indptr, indices, data }: CsrArrays): CountSource {
  const nCells = indptr.length - 1;
  const offsets = Float64Array.from(indptr);
  checkCsr(nGenes, offsets, indices, data);
  const whole: CsrChunk = { start: 0, nCells, nGenes, indptr: offsets, indices, data };
  return {
    nCells,
    nGenes,
    rows: (start, end) => rowsOf(whole, start, end),
  };
}

/** Gaps up to this are read and dropped: a stored source decompresses whole blocks of cells anyway. */
const READ_ACROSS = 32;

/** Rows `cells` of a source, in that order, as a source of their own. */
export function subsetCounts(source: CountSource, cells: Int32Array): CountSource {
  return {
    nCells: cells.length,
    nGenes: source.nGenes,
    rows(start, end) {
      const parts: CsrChunk[] = [];
      for (let at = start; at < end;) {
        let stop = at + 1;
        while (stop < end && cells[stop] > cells[stop - 1] && cells[stop] - cells[stop - 1] <= READ_ACROSS) stop++;
        const read = source.rows(cells[at], cells[stop - 1] + 1);
        for (let i = at; i < stop;) {
          let last = i + 1;
          while (last < stop && cells[last] === cells[last - 1] + 1) last++;
          parts.push(rowsOf(read, cells[i] - cells[at], cells[last - 1] + 1 - cells[at]));
          i = last;
        }
        at = stop;
      }
      return parts.length === 1 ? { ...parts[0], start } : joinChunks(parts, start, source.nGenes);
    },
  };
}

/** Rows [start, end) of a chunk, counted from its own first; views, not copies. */
function rowsOf(chunk: CsrChunk, start: number, end: number): CsrChunk {
  const first = chunk.indptr[start];
  return {
    start: chunk.start + start,
    nCells: end - start,
    nGenes: chunk.nGenes,
    indptr: chunk.indptr.slice(start, end + 1).map((offset) => offset - first),
    indices: chunk.indices.subarray(first, chunk.indptr[end]),
    data: chunk.data.subarray(first, chunk.indptr[end]),
  };
}

/** All cells from `first` on in order, `size` at a time. */
export function* chunksOf(source: CountSource, size: number = CHUNK_CELLS, first = 0): Generator<CsrChunk> {
  for (let start = first; start < source.nCells; start += size) {
    yield source.rows(start, Math.min(source.nCells, start + size));
  }
}

/** A source that keeps the rows it has read and reads none twice, as long as they are at most `maxEntries` together. */
export function heldInMemory(source: CountSource, maxEntries: number): CountSource {
  const held = new Map<string, CsrChunk>();
  let nHeld = 0;
  return {
    nCells: source.nCells,
    nGenes: source.nGenes,
    rows(start, end) {
      const key = `${start} ${end}`;
      const known = held.get(key);
      if (known) return known;
      const chunk = source.rows(start, end);
      if (nHeld + chunk.data.length <= maxEntries) {
        nHeld += chunk.data.length;
        held.set(key, chunk);
      }
      return chunk;
    },
  };
}

/** Indices of the cells with a non-zero mask value. */
export function keptCells(keep: Uint8Array): Int32Array {
  const cells: number[] = [];
  for (let cell = 0; cell < keep.length; cell++) if (keep[cell]) cells.push(cell);
  return Int32Array.from(cells);
}

function joinChunks(parts: CsrChunk[], start: number, nGenes: number): CsrChunk {
  const nCells = parts.reduce((sum, part) => sum + part.nCells, 0);
  const nValues = parts.reduce((sum, part) => sum + part.data.length, 0);
  const indptr = new Float64Array(nCells + 1);
  const indices = new Int32Array(nValues);
  const data = new Float32Array(nValues);
  let cell = 0;
  let offset = 0;
  for (const part of parts) {
    for (let i = 0; i < part.nCells; i++) indptr[++cell] = offset + part.indptr[i + 1];
    indices.set(part.indices, offset);
    data.set(part.data, offset);
    offset += part.data.length;
  }
  return { start, nCells, nGenes, indptr, indices, data };
}

function checkCsr(nGenes: number, indptr: Float64Array, indices: Int32Array, data: Float32Array): void {
  const fail = (fact: string) => {
    throw new WorkbenchError('data-format', `count matrix: ${fact}; import the file again.`);
  };
  if (indptr.length === 0 || indptr[0] !== 0) fail('the row offsets must start at 0');
  if (indices.length !== data.length || indptr[indptr.length - 1] !== data.length) {
    fail(`${indices.length} indices and ${data.length} values must both match the last row offset`);
  }
  for (let row = 0; row + 1 < indptr.length; row++) {
    if (indptr[row + 1] < indptr[row]) fail(`the row offsets fall at cell ${row}`);
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const rising = at === indptr[row] || indices[at] > indices[at - 1];
      if (!rising || indices[at] < 0 || indices[at] >= nGenes) {
        fail(`the gene indices of cell ${row} must rise strictly within 0 to ${nGenes - 1}`);
      }
    }
  }
}
