import type { ConsensusGene, ConsensusReport } from '#shared/domain/consensus.ts';
import { csvTable } from '#shared/util/csv.ts';

/** A consensus as CSV: one line a gene, rank and direction in each ranking at the end. */
export function consensusCsv(genes: readonly ConsensusGene[], { rankings }: Pick<ConsensusReport, 'rankings'>): string {
  const header = [
    'rank',
    'gene_id',
    'symbol',
    'rho',
    'p_value',
    'fdr',
    'mean_rank_share',
    'n_rankings',
    'direction',
    'species_agree',
    ...rankings.flatMap(({ id }) => [`rank_${id.slice(0, 12)}`, `direction_${id.slice(0, 12)}`]),
  ];
  const lines = genes.map((gene) => [
    gene.rank,
    gene.geneId,
    gene.symbol,
    gene.rho,
    gene.pValue,
    gene.fdr,
    gene.meanRank,
    gene.nRankings,
    gene.direction,
    gene.speciesAgree ?? '',
    ...gene.ranks.flatMap((rank, i) => [rank ?? '', gene.directions[i] ?? '']),
  ]);
  return csvTable([header, ...lines]);
}
