import { METRICS_PASS } from '../qc/metrics.ts';
import { OPEN_BINS_PASS, HISTOGRAM_PASS } from '../tokenize/medians.ts';
import { ENCODE_PASS } from '../tokenize/rank-encode.ts';
import type { CellPass } from './cell-pass.ts';

/** Passes a thread can be told to run, by name. */
export const CELL_PASSES: ReadonlyMap<string, CellPass<never, unknown, unknown>> = new Map(
  [METRICS_PASS, HISTOGRAM_PASS, OPEN_BINS_PASS, ENCODE_PASS].map((pass) => [
    pass.name,
    pass as CellPass<never, unknown, unknown>,
  ]),
);
