import type { CsrChunk } from '../types.ts';
import { cleanChunk, type ChunkOrigin } from './csr-chunk.ts';

/** A chunk of a file with the genes of a dataset: what is dropped is left out, columns of one gene are summed. */
export function mapChunk(chunk: CsrChunk, target: Int32Array, nGenes: number, origin: ChunkOrigin): CsrChunk {
  const offsets = new Float64Array(chunk.nCells + 1);
  const genes = new Int32Array(chunk.indices.length);
  const values = new Float32Array(chunk.indices.length);
  let at = 0;
  for (let cell = 0; cell < chunk.nCells; cell++) {
    for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) {
      const gene = target[chunk.indices[i]];
      if (gene < 0) continue;
      genes[at] = gene;
      values[at++] = chunk.data[i];
    }
    offsets[cell + 1] = at;
  }
  return cleanChunk(origin, chunk.start, nGenes, offsets, genes, values);
}
