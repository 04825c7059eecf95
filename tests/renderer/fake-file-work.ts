import type { ForwardReport } from '#shared/domain/forward.ts';
import type { PublishedPerturbationReport } from '#shared/domain/published-perturbation.ts';
import { pause } from './fake-library.ts';

const run = { device: 'cpu', engine: 'fake', seconds: 1.5, out: '' };

export const forwardReport: ForwardReport = {
  ...run,
  sizeBytes: 1_536_000,
  nCells: 240,
  length: 2048,
  warnings: ['The inputs have no species: every cell is taken for human.'],
  outputs: [{ name: 'cls_embedding', shape: [240, 768] }],
};

export const perturbationReport: PublishedPerturbationReport = {
  ...run,
  nCells: 60,
  nSkipped: 180,
  cellSimilarity: 0.998765,
  nGenes: 1500,
  warnings: [],
};

/** A file of 240 cells, read in two steps. */
export async function* fileProgress(tickMs: number, signal?: AbortSignal) {
  for (const done of [0, 120]) {
    const progress = { stage: 'Computing', done, total: 240, unit: 'cells', ratePerSecond: null, etaMs: null };
    yield { type: 'progress' as const, progress: { ...progress, memoryBytes: null } };
    await pause(tickMs);
    signal?.throwIfAborted();
  }
}
