import { open as openNode, root, type Array as LibraryArray, type Chunk, type DataType } from 'zarrita';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Numbers } from '../numbers.ts';
import type { ArrayHeader } from './array-header.ts';
import { damaged, type ZarrNode } from './nodes.ts';
import { ArrayStore } from './place-store.ts';

type Values = Numbers | string[];
/** Values of a chunk by position; strings and booleans come behind `get`. */
type Stored = ArrayLike<number | bigint | string> | { length: number; get(i: number): string | boolean };

/** An array with one or two dimensions, unpacked one chunk at a time. */
export class ZarrArray {
  readonly header: ArrayHeader;
  readonly #file: string;
  readonly #at: string;
  readonly #node: ZarrNode;
  #opened: Promise<LibraryArray<DataType>> | undefined;
  /** Ranges follow each other, so the next one often starts in the chunk where the last ended. */
  #last: { key: string; chunk: Promise<Chunk<DataType>> } | undefined;

  constructor(file: string, at: string, node: ZarrNode, header: ArrayHeader) {
    this.#file = file;
    this.#at = at;
    this.#node = node;
    this.header = header;
  }

  /** Rows [start, end), flattened. Throws data-format, unsupported. */
  async numbers(start: number, end: number): Promise<Numbers> {
    const { info } = this.header;
    if (info.type === 'string') throw damaged(this.#file, this.#at, 'it holds no numbers');
    return (await this.#read(start, end)) as Numbers;
  }

  /** The texts of a list. */
  async strings(): Promise<string[]> {
    const { info } = this.header;
    if (info.type !== 'string' || info.shape.length > 1) {
      throw damaged(this.#file, this.#at, 'it holds no list of texts');
    }
    return (await this.#read(0, info.shape[0] ?? 1)) as string[];
  }

  async #read(start: number, end: number): Promise<Values> {
    const { info, chunk } = this.header;
    if (info.type === 'other' || info.shape.length > 2) {
      throw damaged(this.#file, this.#at, 'it is neither a list nor a table of numbers or texts');
    }
    const nColumns = info.shape[1] ?? 1;
    const [chunkRows, chunkColumns] = [chunk[0] ?? 1, chunk[1] ?? 1];
    let out: Values | undefined;
    for (let row = start - (start % chunkRows); row < end; row += chunkRows) {
      for (let column = 0; column < nColumns; column += chunkColumns) {
        const indices = [row / chunkRows, column / chunkColumns].slice(0, info.shape.length);
        const values = await this.#chunk(indices);
        out ??= this.#empty(values.data, (end - start) * nColumns);
        const [first, last] = [Math.max(start, row), Math.min(end, row + chunkRows)];
        const width = Math.min(nColumns, column + chunkColumns) - column;
        const [rowStride, columnStride = 1] = values.stride;
        try {
          if (info.shape.length < 2) {
            this.#copy(values, (first - row) * rowStride, rowStride, last - first, out, first - start, indices);
            continue;
          }
          for (let i = first; i < last; i++) {
            const to = (i - start) * nColumns + column;
            this.#copy(values, (i - row) * rowStride, columnStride, width, out, to, indices);
          }
        } catch (thrown) {
          throw this.#told(thrown, indices, 'holds what is no text');
        }
      }
    }
    return out ?? (info.type === 'string' ? [] : new Float64Array(0));
  }

  #empty(data: unknown, length: number): Values {
    const { type } = this.header.info;
    if (type === 'string') return new Array<string>(length);
    if (type === 'boolean') return new Uint8Array(length);
    const kinds = [Float32Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array];
    const kind = kinds.find((candidate) => data instanceof candidate);
    return kind ? new kind(length) : new Float64Array(length);
  }

  /** `n` values of a chunk, `stride` apart. */
  #copy(
    chunk: Chunk<DataType>,
    from: number,
    stride: number,
    n: number,
    out: Values,
    to: number,
    indices: readonly number[],
  ): void {
    const data = chunk.data as Stored;
    if (Array.isArray(out)) {
      for (let i = 0; i < n; i++) out[to + i] = textAt(data, from + i * stride);
    } else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      for (let i = 0; i < n; i++) {
        const value = Number(data[from + i * stride]);
        if (!Number.isSafeInteger(value)) {
          throw new WorkbenchError(
            'unsupported',
            `${this.#file}: ${this.#at} holds whole numbers beyond 2^53 (chunk ${indices.join('.')}), counts and codes are expected; write it anew from the source data.`,
          );
        }
        out[to + i] = value;
      }
    } else if ('get' in data && typeof data.get === 'function') {
      for (let i = 0; i < n; i++) out[to + i] = data.get(from + i * stride) ? 1 : 0;
    } else if (stride === 1) {
      out.set((data as Numbers).subarray(from, from + n), to);
    } else {
      const numbers = data as Numbers;
      for (let i = 0; i < n; i++) out[to + i] = numbers[from + i * stride];
    }
  }

  async #chunk(indices: number[]): Promise<Chunk<DataType>> {
    const key = indices.join('.');
    if (this.#last?.key !== key) this.#last = { key, chunk: this.#unpack(indices) };
    return this.#last.chunk;
  }

  async #unpack(indices: number[]): Promise<Chunk<DataType>> {
    try {
      this.#opened ??= this.#open();
      const chunk = await (await this.#opened).getChunk(indices);
      const expected = this.header.chunk.reduce((product, extent) => product * extent, 1);
      if (chunk.data.length !== expected) throw new RangeError(`it holds ${chunk.data.length} of ${expected} values`);
      return chunk;
    } catch (thrown) {
      throw this.#told(thrown, indices, 'cannot be unpacked');
    }
  }

  #told(thrown: unknown, indices: readonly number[], fact: string): WorkbenchError {
    if (thrown instanceof WorkbenchError) return thrown;
    return damaged(this.#file, this.#at, `chunk ${indices.join('.')} ${fact}`, thrown);
  }

  #open(): Promise<LibraryArray<DataType>> {
    const store = new ArrayStore(this.#node, this.header.document);
    return this.#node.version === 3
      ? openNode.v3(root(store), { kind: 'array' })
      : openNode.v2(root(store), { kind: 'array', attrs: false });
  }
}

function textAt(data: Stored, i: number): string {
  return String('get' in data && typeof data.get === 'function' ? data.get(i) : (data as ArrayLike<string>)[i]);
}
