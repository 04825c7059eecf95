import type { CalibrationInfo } from '#shared/contract/calibration.ts';
import { ArtifactId } from '#shared/domain/ids.ts';
import { DEFAULT_WEIGHTS } from '#shared/domain/witness.ts';
import { ranking } from './fake-data.ts';

const share = (n: number, of: number, low: number, high: number) => ({ n, of, low, high });
const bins = (observed: readonly number[]) =>
  observed.map((each, i) => ({
    n: 8,
    predicted: 0.1 + 0.18 * i,
    observed: each,
    low: Math.max(0, each - 0.2),
    high: Math.min(1, each + 0.22),
  }));

/** 40 tested genes of the fake ranking. */
export const calibrated: CalibrationInfo = {
  id: ArtifactId.parse('e'.repeat(64)),
  results: ArtifactId.parse('f'.repeat(64)),
  title: 'Ductal → Beta against wells.csv',
  createdAt: '2026-03-09T08:55:00.000Z',
  report: {
    ranking: ArtifactId.parse(ranking.id),
    cut: 50,
    nLines: 126,
    unmatched: ['non-targeting guide', 'empty vector'],
    nTested: 40,
    nHits: 13,
    precision: [
      { depth: 10, hits: share(6, 10, 0.31, 0.83) },
      { depth: 20, hits: share(9, 20, 0.26, 0.66) },
      { depth: 50, hits: share(13, 40, 0.2, 0.48) },
      { depth: 100, hits: share(13, 40, 0.2, 0.48) },
    ],
    methods: [
      {
        method: 'combined',
        precision: share(13, 40, 0.2, 0.48),
        recall: share(13, 13, 0.77, 1),
        auc: { value: 0.74, low: 0.56, high: 0.89 },
      },
      {
        method: 'fold-change',
        precision: share(9, 24, 0.21, 0.57),
        recall: share(9, 13, 0.42, 0.87),
        auc: { value: 0.66, low: 0.47, high: 0.83 },
      },
      { method: 'random', precision: null, recall: share(0, 13, 0, 0.23), auc: { value: 0.5, low: 0.3, high: 0.69 } },
    ],
    reliability: { before: bins([0.25, 0.125, 0.25, 0.5, 0.5]), after: bins([0, 0.125, 0.375, 0.5, 0.875]) },
    scores: {
      base: { logLoss: 0.63, brier: 0.219 },
      before: { logLoss: 0.588, brier: 0.199 },
      after: { logLoss: 0.541, brier: 0.181 },
    },
    weightsBefore: DEFAULT_WEIGHTS,
    weightsAfter: { ...DEFAULT_WEIGHTS, model: 0.42, 'detection-difference': 0.71, 't-statistic': 0.15 },
    isBetter: true,
    verdict: 'The learned weights foretell held-out results better than the old ones.',
    warnings: ['Only tested genes count: what was not tested may be a hit too.'],
    genes: [],
  },
};
