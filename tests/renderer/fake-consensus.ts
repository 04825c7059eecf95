import type { ConsensusInfo } from '#shared/contract/consensus.ts';
import type { ConsensusGene } from '#shared/domain/consensus.ts';
import { artifactId, IDS } from './fake-data.ts';
import { rankedGenes } from './fake-ranked-genes.ts';

export const consensusInfo: ConsensusInfo = {
  id: artifactId('9c'),
  title: 'Ductal → Beta: 3 rankings',
  createdAt: '2026-03-02T09:50:00.000Z',
  report: {
    operator: 'over-express',
    method: 'model',
    rankings: (['mouse', 'mouse', 'human'] as const).map((species, i) => ({
      id: i === 0 ? IDS.ranking : artifactId(`${i}d`),
      title: `Ductal → Beta, ${['over-expression', 'seed 1', 'human islets'][i]}`,
      species,
      goal: 'Beta',
      start: 'Ductal',
      nGenes: 742,
      nUnread: i === 2 ? 171 : 0,
      leader: 'combined',
    })),
    nGenes: rankedGenes.length,
    nSignificant: 21,
    nLeftOut: 38,
    nShared: 640,
    kendallW: 0.64,
    pairs: [
      [0, 1, 0.81],
      [0, 2, 0.42],
      [1, 2, 0.4],
    ].map(([a, b, spearman]) => ({
      a,
      b,
      nShared: 640,
      spearman,
      top: [
        { k: 10, shared: Math.round(8 * spearman), byChance: 0.16 },
        { k: 50, shared: Math.round(40 * spearman), byChance: 3.9 },
      ],
    })),
    directionAgreement: 0.83,
    reading: [
      'By the screen the 3 rankings agree in part: Kendall’s W is 0.64 over 640 genes that all have (1 is the same order, about 0.33 is chance).',
      '21 of 742 genes stand high more often than chance would put them there (FDR 5 %).',
    ],
    warnings: ['Some rankings are of the same cells; those are not independent, so p-values are too small.'],
  },
};

export const consensusGenes: ConsensusGene[] = rankedGenes.map((gene, i) => ({
  rank: i + 1,
  geneId: gene.geneId,
  symbol: gene.symbol,
  nRankings: i % 7 === 0 ? 2 : 3,
  rho: 1e-5 * (i + 1),
  pValue: Math.min(1, 2e-5 * (i + 1)),
  fdr: Math.min(1, 0.002 * (i + 1)),
  meanRank: (i + 1) / rankedGenes.length,
  ranks: [gene.rankByModel, gene.rankByModel + 3, i % 7 === 0 ? null : gene.rankByModel + 9],
  directions: ['towards', i % 5 === 0 ? 'unclear' : 'towards', i % 7 === 0 ? null : i % 9 === 0 ? 'away' : 'towards'],
  direction: i % 9 === 0 && i % 7 !== 0 ? 'mixed' : 'towards',
  speciesAgree: i % 7 === 0 ? null : i % 9 !== 0,
}));
