import { z } from 'zod';
import { field } from './field.ts';
import { Species } from './gene.ts';
import { RankingMethod } from './ranking.ts';
import { Operator } from './screen.ts';

/** One order out of several rankings: other seeds, other models, the other species. */
export const ConsensusConfig = z.object({
  rankings: field(z.array(z.string()).min(2).max(20), {
    title: 'Rankings',
    help: 'Two to twenty rankings by the same operator: of other seeds, other models, or the same step in the other species. Genes of human and mouse are matched by one-to-one orthologs.',
  }),
  method: field(RankingMethod.exclude(['random']).default('model'), {
    title: 'Order within a ranking',
    help: 'By which method each ranking orders its genes. model asks what several screens agree on; fold-change shows what expression alone agrees on.',
  }),
  minRankings: field(z.number().int().min(2).max(20).default(2), {
    title: 'Rankings a gene must be in',
    help: 'Genes of fewer rankings are left out; a ranking that does not have a gene does not count against it.',
    advanced: true,
  }),
});
export type ConsensusConfig = z.infer<typeof ConsensusConfig>;

/** Which way a gene moves the cells, told by the 95 % interval. */
export const Direction = z.enum(['towards', 'away', 'unclear']);
export type Direction = z.infer<typeof Direction>;

export const ConsensusGene = z.object({
  rank: z.number().int(),
  geneId: z.string(),
  symbol: z.string(),
  nRankings: z.number().int(),
  /** Smallest chance, over k, that k of random ranks would all be as high as the k best of this gene. */
  rho: z.number(),
  /** Exact chance of such a rho among random ranks. */
  pValue: z.number(),
  fdr: z.number(),
  /** Mean of rank / genes; 0 is first, 1 is last. */
  meanRank: z.number(),
  /** Rank in each ranking; null where it is not ranked. */
  ranks: z.array(z.number().int().nullable()),
  directions: z.array(Direction.nullable()),
  /** `mixed`: clearly towards the goal in one ranking and clearly away in another. `unclear`: clear in fewer than two. */
  direction: z.enum(['towards', 'away', 'mixed', 'unclear']),
  /** Whether the mean effects in human and mouse have the same sign; null with one species only. */
  speciesAgree: z.boolean().nullable(),
});
export type ConsensusGene = z.infer<typeof ConsensusGene>;

export const ConsensusReport = z.object({
  operator: Operator,
  method: RankingMethod,
  rankings: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      species: Species,
      goal: z.string(),
      start: z.string(),
      nGenes: z.number().int(),
      /** Genes its model does not read, left out of an order by the screen; 0 in a consensus of an older version. */
      nUnread: z.number().int().default(0),
      leader: RankingMethod,
    }),
  ),
  nGenes: z.number().int(),
  nSignificant: z.number().int(),
  /** Genes that fewer rankings than asked have a place for, or without a one-to-one ortholog. */
  nLeftOut: z.number().int(),
  /** Genes that every ranking has. */
  nShared: z.number().int(),
  /** Kendall's coefficient of concordance over those: 0 is none, 1 the same order; null below three genes. */
  kendallW: z.number().nullable(),
  /** Each pair of rankings, over the genes both have. */
  pairs: z.array(
    z.object({
      a: z.number().int(),
      b: z.number().int(),
      nShared: z.number().int(),
      spearman: z.number().nullable(),
      top: z.array(z.object({ k: z.number().int(), shared: z.number().int(), byChance: z.number() })),
    }),
  ),
  /** Share of genes with clear directions in two rankings whose directions agree; null where there is none. */
  directionAgreement: z.number().nullable(),
  /** What that means, in plain words. */
  reading: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type ConsensusReport = z.infer<typeof ConsensusReport>;
