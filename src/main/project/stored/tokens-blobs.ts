/** Blobs of `vocabulary`, `prior` and `tokens` artifacts. */
export const VOCABULARY_BLOBS = {
  /** JSON: string[], token id = index. */
  tokens: 'tokens',
  /** JSON: [mouse token, human token][]. */
  homologs: 'homologs',
  /** float64, one per token, NaN where there is none; only where medians came with an imported model. */
  medians: 'medians',
} as const;

export const PRIOR_BLOBS = {
  /** float32, vocabulary size × dimensions. */
  vectors: 'vectors',
} as const;

export const TOKENS_BLOBS = {
  /** float64, nCells + 1. */
  offsets: 'offsets',
  /** uint16; of vocabularies that fit. */
  shortTokenIds: 'token-ids-16',
  /** int32; of others, and in token sets of older versions. */
  tokenIds: 'token-ids',
  /** float32. */
  values: 'values',
  /** uint8: 0 human, 1 mouse. */
  species: 'species',
  /** int32: row of the dataset. */
  cellIndex: 'cell-index',
  /** float32, vocabulary size: gene medians (1 where a gene was never seen). */
  medians: 'medians',
  /** int32, one per gene of the dataset: kept cells that express it. */
  detections: 'detections',
} as const;
