import type { RankingReport } from '#shared/domain/ranking.ts';

/** What the trust box shows: one check of each verdict. */
export const fakeChecks: Pick<RankingReport, 'splitHalf' | 'checks' | 'chosen' | 'groups' | 'replicates'> = {
  splitHalf: 0.81,
  checks: [
    {
      id: 'split-half',
      verdict: 'good',
      value: 0.81,
      sentence:
        'The screen repeats itself: two halves of the start cells correlate at 0.81 (Spearman, mean of 20 halvings).',
    },
    {
      id: 'replicate',
      verdict: 'caution',
      value: 24,
      sentence:
        'No donor column was chosen, so cells are the replicate, which overstates certainty. Choose a donor column with at least three donors in the screen where there is one.',
    },
    {
      id: 'universal',
      verdict: 'bad',
      value: 0.94,
      sentence:
        'The screen ranks genes much the same for "Alpha" (Spearman 0.94): its leaders may respond to anything. Order by the specific effect, which takes away what a gene does to the other states.',
    },
  ],
  chosen: null,
  groups: ['S and G2/M', 'G1'].map((name) => ({
    kind: 'subgroup' as const,
    name,
    nCells: 12,
    test: 'paired-donors' as const,
    nCompared: 629,
    nDiffer: 17,
  })),
  replicates: { unit: 'cell', n: 24, interval: 'bootstrap' },
};
