/** What a thread needs to read the counts of a dataset. The key lives in memory only. */
export interface ThreadSource {
  file: string;
  dataKey: Uint8Array;
  dataset: { id: string; blobs: readonly { name: string }[] };
  nGenes: number;
}

export type ToThread =
  | { type: 'begin'; pass: string; params: unknown }
  /** Cells [start, end). */
  | { type: 'range'; start: number; end: number }
  | { type: 'end' };
