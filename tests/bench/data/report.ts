/** One part of the work of a program. */
export interface Stage {
  name: string;
  seconds: number;
  /** Processor time of all threads. */
  cpuSeconds: number;
  /** Highest resident memory during the part. */
  peakBytes: number;
}

/** What a program printed. */
export interface ProgramReport {
  nCells: number;
  nKept: number;
  stages: Stage[];
  diskBytes: number;
  /** Encoded cells to compare, by Ensembl id; empty where a cell was not kept. */
  sample: { cell: number; genes: string[]; values: number[] }[];
}
