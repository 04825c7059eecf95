import type { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Numbers } from '../numbers.ts';
import type { PackedList } from '../row-lists.ts';

/** What an array holds, told without reading it. */
export interface ArrayInfo {
  shape: number[];
  type: 'number' | 'float' | 'boolean' | 'string' | 'enum' | 'compound' | 'other';
  /** Shape of what the storage reads at once; null where any part costs the same. */
  chunk: readonly number[] | null;
  /** Enum member names by value. */
  members?: Map<number, string>;
  fields?: string[];
}

/** Numeric arrays that are read in ranges of rows. */
export interface RowSource {
  /** Of the file, for messages. */
  readonly name: string;
  info(at: string): ArrayInfo;
  /** Rows [start, end), flattened. Throws data-format, unsupported. */
  rows(at: string, start: number, end: number): Numbers | Promise<Numbers>;
  /** Where the numbers of a list lie in the file, for who reads them without this; null where that cannot be told. */
  list?(at: string): PackedList | null;
  /** The error that says what is wrong with a part of the file. */
  damaged(at: string, fact: string): WorkbenchError;
}

/**
 * A tree of groups and arrays with attributes, in which an AnnData object is stored: an HDF5 file or a zarr store.
 *
 * Paths are written `obs/cell_type`; the root is `/`.
 */
export interface NodeTree extends RowSource {
  /** What lies at a path; null for nothing. */
  kind(at: string): 'group' | 'dataset' | null;
  /** Names in a group, sorted; empty when it is none. */
  keys(at: string): string[];
  /** An attribute as number, string or array of them; undefined when absent. */
  attribute(at: string, name: string): unknown;
  /** A whole numeric array of annotations; booleans as 0 and 1. Throws data-format, unsupported. */
  numbers(at: string): Numbers;
  /** A whole list of texts. Throws data-format, unsupported. */
  strings(at: string): string[];
  /** One field of a table stored as records, as old versions of anndata wrote. */
  field(at: string, name: string): (string | number)[];
  close(): void;
}
