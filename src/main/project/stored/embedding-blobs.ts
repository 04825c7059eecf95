/** Blobs of an `embeddings` artifact. */
export const EMBEDDING_BLOBS = {
  /** float32, nCells × width, in the order of the tokens. */
  cells: 'cells',
  /** float32, nGenes × width; with genes only. */
  genes: 'genes',
  /** JSON: StoredGeneRows; with genes only. */
  geneRows: 'gene-rows',
} as const;

export interface StoredGeneRows {
  /** Ids of the vocabulary, in the order of the rows. */
  ids: string[];
  /** Cells each was averaged over. */
  nCells: number[];
  /** Genes in fewer cells than asked for. */
  leftOut: { id: string; nCells: number }[];
}
