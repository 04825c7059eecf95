import type { RunEstimate } from '#shared/domain/run-estimate.ts';

export const runEstimate: RunEstimate = {
  words: '',
  device: 'cpu',
  nGenes: 1024,
  nCells: 24,
  passes: { from: 3472, to: 5560 },
  seconds: { from: 720, to: 1200 },
  fallback: { passes: 16_370, seconds: { from: 3000, to: 5000 } },
  memory: { bytes: 1.1e9, totalBytes: 8e9, freeBytes: 4e9 },
  disk: { bytes: 40e6, freeBytes: 9e9 },
  warnings: [],
};
