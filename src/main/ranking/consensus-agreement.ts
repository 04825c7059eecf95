import type { ConsensusGene, ConsensusReport } from '#shared/domain/consensus.ts';
import { kendallW } from '#singlecell/statistics/rank-aggregation.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';

const DEPTHS = [10, 50];

/** How far rankings agree: over all, pair by pair, at the top, and in the direction of effects. */
export function agreementOf(
  ranks: readonly (readonly (number | null)[])[],
  genes: readonly Pick<ConsensusGene, 'direction'>[],
): Pick<ConsensusReport, 'nShared' | 'kendallW' | 'pairs' | 'directionAgreement'> {
  const inAll = ranks[0].map((_, row) => row).filter((row) => ranks.every((one) => one[row] !== null));
  const clear = genes.filter(({ direction }) => direction !== 'unclear');
  return {
    nShared: inAll.length,
    kendallW: kendallW(ranks.map((one) => inAll.map((row) => one[row] as number))),
    pairs: ranks.flatMap((_, a) => ranks.slice(a + 1).map((__, i) => pairOf(ranks, a, a + 1 + i))),
    directionAgreement:
      clear.length > 0 ? clear.filter(({ direction }) => direction !== 'mixed').length / clear.length : null,
  };
}

function pairOf(
  ranks: readonly (readonly (number | null)[])[],
  a: number,
  b: number,
): ConsensusReport['pairs'][number] {
  const rows = ranks[a].map((_, row) => row).filter((row) => ranks[a][row] !== null && ranks[b][row] !== null);
  const first = (one: number, k: number) =>
    new Set([...rows].sort((x, y) => (ranks[one][x] as number) - (ranks[one][y] as number)).slice(0, k));
  return {
    a,
    b,
    nShared: rows.length,
    spearman: spearman(
      rows.map((row) => ranks[a][row] as number),
      rows.map((row) => ranks[b][row] as number),
    ),
    top: DEPTHS.filter((k) => rows.length >= 2 * k).map((k) => {
      const others = first(b, k);
      const shared = [...first(a, k)].filter((row) => others.has(row)).length;
      return { k, shared, byChance: k ** 2 / rows.length };
    }),
  };
}
