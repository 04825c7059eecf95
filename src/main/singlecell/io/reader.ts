import type { FileInspection, TableOrientation } from '#shared/domain/dataset.ts';
import type { CsrChunk, ObsColumn } from '../types.ts';
import type { Place } from './place.ts';
import type { RowAccess } from './row-lists.ts';

export type FileFormat = FileInspection['format'];
export type Storage = FileInspection['matrices'][number]['storage'];
export type MatrixContent = FileInspection['matrices'][number]['content'];

export interface OpenOptions {
  /** For 10x files with several genomes: which one. */
  genome?: string;
  /** For tables: what the lines are; told by the names if left out. */
  orientation?: TableOrientation;
  /** For workbooks: the name of the sheet. */
  sheet?: string;
}

/** A cells × genes matrix of a file. */
export interface MatrixInfo {
  name: string;
  storage: Storage;
  nCells: number;
  nGenes: number;
}

/** How the columns of a matrix are named in the file. */
export interface FileGenes {
  names: string[];
  /** Database ids beside the names, if the file has them. */
  ids: string[] | null;
  /** Such as `Gene Expression`, `Antibody Capture`; null if the file does not tell. */
  featureTypes: string[] | null;
}

/** One file format. */
export interface Reader {
  format: FileFormat;
  /** Whether this is the format, told by content; never throws for another format. */
  sniff(place: Place): Promise<boolean>;
  open(place: Place, options: OpenOptions): Promise<OpenDataset>;
}

/** An open file. Nothing large is held: matrices stream, annotations are read when asked for. */
export interface OpenDataset {
  readonly format: FileFormat;
  /** Of the format as people call it, such as `v3`. */
  readonly version?: string;
  /** File or folder name, for messages. */
  readonly name: string;
  /** Never empty; candidates for raw counts, in order of preference. */
  readonly matrices: readonly MatrixInfo[];
  /** Genomes to choose from where the file holds several and none was chosen. */
  readonly needsGenome: readonly string[] | null;
  /** Oddities found on opening, in words. */
  readonly warnings: readonly string[];
  cellIds(): string[];
  obsNames(): string[];
  /** Throws not-found, data-format. */
  obsColumn(name: string): ObsColumn;
  genes(matrix: string): FileGenes;
  /** Clean chunks in cell order. Throws data-format on the way when the matrix is damaged. */
  chunks(matrix: string): AsyncIterable<CsrChunk>;
  /** For who reads rows for himself; null where that cannot be done with this matrix. Throws as `chunks`. */
  rowAccess?(matrix: string): Promise<RowAccess | null>;
  /** Some stored values from the beginning, middle and end. */
  sample(matrix: string): Promise<ArrayLike<number>>;
  close(): void;
}
