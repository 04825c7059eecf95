import { createHash, type Hash } from 'node:crypto';
import type { CsrChunk } from '../../types.ts';

/** Equal for equal counts of cells in equal order, however they come in chunks. */
export class CountPrint {
  readonly #hashes: readonly Hash[] = Array.from({ length: 3 }, () => createHash('sha256'));

  add({ indptr, indices, data }: CsrChunk): void {
    const [lengths, genes, counts] = this.#hashes;
    lengths.update(bytesOf(indptr.slice(1).map((offset, cell) => offset - indptr[cell])));
    genes.update(bytesOf(indices));
    counts.update(bytesOf(data));
  }

  text(): string {
    return this.#hashes.map((hash) => hash.digest('base64')).join(' ');
  }
}

function bytesOf(array: Float64Array | Int32Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
