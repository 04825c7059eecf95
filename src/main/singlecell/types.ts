import type { Gene, Species } from '#shared/domain/gene.ts';
import type { NumberList } from '#shared/util/number-list.ts';

/** Consecutive cells of a cells × genes count matrix in compressed sparse rows. */
export interface CsrChunk {
  /** Index of the first cell. */
  start: number;
  nCells: number;
  nGenes: number;
  /** nCells + 1 offsets into `indices` and `data`, starting at 0. */
  indptr: Float64Array;
  /** Gene index, strictly increasing within a cell. */
  indices: Int32Array;
  data: Float32Array;
}

/** Consecutive cells as they are stored, for who can do without wide arrays. */
export interface PackedChunk {
  /** Index of the first cell. */
  start: number;
  nCells: number;
  nGenes: number;
  /** nCells + 1 offsets of entries, starting at 0. */
  indptr: Float64Array;
  /** Varints: of each cell its first gene index, then the steps to the next ones. */
  genes: Uint8Array;
  /** Varints: whole counts above 0. */
  counts: Uint8Array;
}

/** Random access to rows of a count matrix that need not fit in memory. */
export interface CountSource {
  readonly nCells: number;
  readonly nGenes: number;
  /** Cells [start, end). */
  rows(start: number, end: number): CsrChunk;
  /** Cells [start, end) as they are stored, in memory of their own; null where they are stored otherwise. */
  packed?(start: number, end: number): PackedChunk | null;
}

/** One annotation of the cells; a missing value is code -1, NaN or null. */
export type ObsColumn =
  | { name: string; kind: 'categorical'; categories: string[]; codes: Int32Array }
  | { name: string; kind: 'number'; values: Float64Array }
  | { name: string; kind: 'boolean'; values: Int8Array }
  | { name: string; kind: 'text'; values: (string | null)[] };

/** Cells × genes with raw counts and annotations, as every analysis step sees it. */
export interface Dataset {
  species: Species;
  genes: Gene[];
  cellIds: string[];
  obs: ObsColumn[];
  counts: CountSource;
}

/** Gene identities a model knows; token id = index. */
export interface Vocabulary {
  id: string;
  hash: string;
  /** `<pad>`, `<mask>`, then Ensembl ids: human first, then mouse. */
  tokens: string[];
  /** Mouse token id → human token id of its homolog (published scheme). */
  homologs: Map<number, number>;
}

/** Rank-value encoded cells, ragged: cell c has tokens [offsets[c], offsets[c + 1]). */
export interface TokenSet {
  vocabularyId: string;
  vocabularyHash: string;
  maxLength: number;
  nCells: number;
  offsets: Float64Array;
  tokenIds: NumberList<Int32Array>;
  /** log2(1 + count / gene median). */
  values: NumberList<Float32Array>;
  /** 0 human, 1 mouse. */
  species: Uint8Array;
  /** Row of the dataset each cell came from. */
  cellIndex: Int32Array;
  /** Of each cell, where doses are given in proportion to it (`cellDepths`); without it a dose is a value. */
  depths?: Float64Array;
}

/** A token set of which nothing lies elsewhere. */
export interface HeldTokenSet extends TokenSet {
  tokenIds: Int32Array;
  values: Float32Array;
}
