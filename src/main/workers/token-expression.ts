import type { Gene, Species } from '#shared/domain/gene.ts';
import type { ArtifactDraft } from '#project/artifacts.ts';
import { TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import type { GeneResolver } from '#singlecell/genes/resolver.ts';
import { rowBlocks } from '#singlecell/io/csr-chunk.ts';
import type { CsrChunk, Vocabulary } from '#singlecell/types.ts';
import type { ReadCells } from './token-cells.ts';

export interface TokenGenes {
  genes: Gene[];
  /** Gene of each token; -1 for tokens no cell has. */
  geneOfToken: Int32Array;
  /** Mouse genes that were written with their own token though they have a human homolog. */
  nUnmapped: number;
}

/** Genes of the cells: those of their tokens, a human token of mouse cells being the mouse gene that is written with it. */
export function genesOfTokens(
  { tokens, homologs }: Vocabulary,
  detections: Int32Array,
  species: Species,
  resolver: GeneResolver,
): TokenGenes {
  const mouseOfHuman = new Map<number, number>();
  if (species === 'mouse')
    for (const [mouse, human] of homologs) if (!mouseOfHuman.has(human)) mouseOfHuman.set(human, mouse);
  const genes: Gene[] = [];
  const indexOf = new Map<string, number>();
  let nUnmapped = 0;
  const geneOfToken = Int32Array.from(tokens, (_, token) => {
    if (detections[token] === 0) return -1;
    if (homologs.has(token)) nUnmapped++;
    const id = tokens[mouseOfHuman.get(token) ?? token];
    const known = indexOf.get(id);
    if (known !== undefined) return known;
    indexOf.set(id, genes.length);
    return genes.push(resolver.byId(id, species) ?? { id, symbol: id }) - 1;
  });
  return { genes, geneOfToken, nUnmapped };
}

/**
 * Expression of the cells relative to the gene medians, 2^value − 1 = count / median, in chunks by cell.
 *
 * Note: the counts themselves are gone; what is left compares cells gene by gene.
 */
export function* relativeExpression(
  draft: ArtifactDraft,
  { nRows, offsets, rows }: ReadCells,
  { genes, geneOfToken }: TokenGenes,
): Generator<CsrChunk> {
  const rowOffsets = new Float64Array(nRows + 1);
  rows.forEach((row, cell) => (rowOffsets[row + 1] = offsets[cell + 1] - offsets[cell]));
  for (let row = 0; row < nRows; row++) rowOffsets[row + 1] += rowOffsets[row];
  const dense = new Float32Array(genes.length);
  for (const [start, end] of rowBlocks(rowOffsets)) {
    const [from, n] = [rowOffsets[start], rowOffsets[end] - rowOffsets[start]];
    const tokenIds = numbersOf(draft, TOKENS_BLOBS.tokenIds, from, n, Int32Array);
    const values = numbersOf(draft, TOKENS_BLOBS.values, from, n, Float32Array);
    const indptr = new Float64Array(end - start + 1);
    const indices = new Int32Array(n);
    const data = new Float32Array(n);
    let at = 0;
    for (let row = start; row < end; row++) {
      const first = at;
      for (let i = rowOffsets[row] - from; i < rowOffsets[row + 1] - from; i++) {
        const relative = 2 ** values[i] - 1;
        const gene = geneOfToken[tokenIds[i]];
        if (!(relative > 0)) continue;
        if (dense[gene] === 0) indices[at++] = gene;
        dense[gene] += relative;
      }
      indices.subarray(first, at).sort();
      for (let i = first; i < at; i++) {
        data[i] = dense[indices[i]];
        dense[indices[i]] = 0;
      }
      indptr[row - start + 1] = at;
    }
    yield {
      start,
      nCells: end - start,
      nGenes: genes.length,
      indptr,
      indices: indices.subarray(0, at),
      data: data.subarray(0, at),
    };
  }
}

/** Numbers [from, from + n) of a finished blob of the draft. */
function numbersOf<T>(
  draft: ArtifactDraft,
  blob: string,
  from: number,
  n: number,
  type: new (buffer: ArrayBuffer) => T,
): T {
  const bytes = draft.read(blob, 4 * from, 4 * n);
  return new type(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
