import type { StagesSummary } from '#shared/domain/screen-stages.ts';

/** A screen in adaptive stages, of which one operator was not foretold well. */
export const stages: StagesSummary = {
  exact: 212,
  agreement: [
    { operator: 'mask', goal: 'Beta', nCompared: 87, spearman: 0.981, slope: 1.04 },
    { operator: 'mask', goal: 'Alpha', nCompared: 87, spearman: 0.973, slope: 0.99 },
    { operator: 'knock-down', goal: 'Beta', nCompared: 87, spearman: 0.61, slope: 0.7 },
  ],
  fellBack: ['knock-down'],
  adaptive: [
    {
      operator: 'mask',
      rounds: 4,
      top: 50,
      nGenes: 212,
      goals: [
        { goal: 'Beta', nTop: 50, nSettled: 50 },
        { goal: 'Alpha', nTop: 50, nSettled: 49 },
      ],
    },
  ],
};
