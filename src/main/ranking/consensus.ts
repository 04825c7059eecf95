import type { ConsensusConfig, ConsensusGene, ConsensusReport, Direction } from '#shared/domain/consensus.ts';
import type { Species } from '#shared/domain/gene.ts';
import type { RankedGene, RankingReport } from '#shared/domain/ranking.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { isOfModel, isUnread } from '#shared/ranking/unread.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { robustRank } from '#singlecell/statistics/rank-aggregation.ts';
import { agreementOf } from './consensus-agreement.ts';
import { readingOf } from './consensus-reading.ts';
import { rankBy } from './rank-by.ts';

/** One ranking that goes into a consensus. */
export interface ConsensusInput {
  id: string;
  title: string;
  species: Species;
  /** Whether its cells are those of another ranking of the consensus too. */
  dataset: string;
  report: Pick<RankingReport, 'goal' | 'start' | 'operator' | 'leader'>;
  genes: readonly RankedGene[];
}

interface Found {
  symbol: string;
  genes: (RankedGene | null)[];
}

/**
 * One order of genes out of several rankings, and how far they agree.
 *
 * Genes are the same by id; where both species are there, by the human id of a one-to-one ortholog. Ranks are ordered anew
 * among the genes that are compared, so that a gene only one ranking has does not push the others down. By the screen, a
 * ranking has no genes that its model does not read: all of them tie at an effect of 0, and that order would agree by itself.
 * Throws: `invalid-input` for rankings by different operators or fewer than two of them; `not-found` without a shared gene.
 */
export function consensusOf(
  inputs: readonly ConsensusInput[],
  { method, minRankings }: Pick<ConsensusConfig, 'method' | 'minRankings'>,
  humanIdOf: (mouseId: string) => string | undefined,
): { genes: ConsensusGene[]; report: ConsensusReport } {
  check(inputs, method);
  const isMixed = new Set(inputs.map(({ species }) => species)).size > 1;
  const found = new Map<string, Found>();
  let withoutOrtholog = 0;
  const named = new Set<string>();
  const nUnread = inputs.map(() => 0);
  inputs.forEach(({ genes, species }, i) => {
    for (const gene of genes) {
      const id = isMixed && species === 'mouse' ? humanIdOf(gene.geneId) : gene.geneId;
      if (id === undefined) {
        withoutOrtholog++;
        continue;
      }
      named.add(id);
      if (isOfModel(method) && isUnread(gene)) {
        nUnread[i]++;
        continue;
      }
      const one = found.get(id) ?? { symbol: gene.symbol, genes: inputs.map(() => null) };
      if (species === 'human') one.symbol = gene.symbol;
      one.genes[i] = gene;
      found.set(id, one);
    }
  });
  const least = Math.min(minRankings, inputs.length);
  const kept = [...found]
    .filter(([, { genes }]) => genes.filter((gene) => gene !== null).length >= least)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (kept.length === 0)
    throw new WorkbenchError(
      'not-found',
      `consensus: no gene is in ${least} of the ${inputs.length} rankings; choose rankings over the same genes.`,
    );
  const ranks = inputs.map((_, i) =>
    ranksAmong(
      kept.map(([, { genes }]) => genes[i]),
      method,
    ),
  );
  const sizes = ranks.map((one) => one.filter((rank) => rank !== null).length);
  const rows = kept.map(([geneId, { symbol, genes }], row) => {
    const here = ranks.map((one) => one[row]);
    const shares = here.flatMap((rank, i) => (rank === null ? [] : [rank / sizes[i]]));
    const directions = genes.map((gene) => (gene ? directionOf(gene) : null));
    return {
      geneId,
      symbol,
      nRankings: shares.length,
      ...robustRank(shares),
      meanRank: shares.reduce((sum, share) => sum + share, 0) / shares.length,
      ranks: here,
      directions,
      direction: joined(directions),
      speciesAgree: isMixed ? speciesAgree(genes, inputs) : null,
    };
  });
  const fdr = benjaminiHochberg(rows.map(({ pValue }) => pValue));
  const genes = rows
    .map((row, i) => ({ ...row, fdr: fdr[i] }))
    .sort((a, b) => a.pValue - b.pValue || a.meanRank - b.meanRank || (a.geneId < b.geneId ? -1 : 1))
    .map((row, i): ConsensusGene => ({ rank: i + 1, ...row }));
  const leftOut = named.size - kept.length + withoutOrtholog;
  const agreement = agreementOf(ranks, genes);
  const [first] = inputs;
  const report = {
    operator: first.report.operator,
    method,
    rankings: inputs.map(({ id, title, species, report: one, genes: all }, i) => ({
      id,
      title,
      species,
      goal: one.goal,
      start: one.start,
      nGenes: all.length,
      nUnread: nUnread[i],
      leader: one.leader,
    })),
    nGenes: genes.length,
    nSignificant: genes.filter((gene) => gene.fdr < 0.05).length,
    nLeftOut: leftOut,
    ...agreement,
  };
  return { genes, report: { ...report, ...readingOf(report, inputs) } };
}

function check(inputs: readonly ConsensusInput[], method: ConsensusConfig['method']): void {
  if (new Set(inputs.map(({ id }) => id)).size < inputs.length || inputs.length < 2)
    throw new WorkbenchError('invalid-input', 'consensus: it takes two or more different rankings; choose another.');
  const operators = [...new Set(inputs.map(({ report }) => report.operator))];
  if (operators.length > 1)
    throw new WorkbenchError(
      'invalid-input',
      `consensus: the rankings are of different operators (${operators.join(', ')}); choose rankings of one of them.`,
    );
  for (const { title, genes } of inputs)
    if (genes.some((gene) => rankBy(gene, method) === undefined))
      throw new WorkbenchError('invalid-input', `${title}: it has no order by ${method}; choose another method.`);
}

/** Ranks from 1 among the given genes; null for a gene the ranking does not have. */
function ranksAmong(genes: readonly (RankedGene | null)[], method: ConsensusConfig['method']): (number | null)[] {
  const rankOf = (row: number) => rankBy(genes[row] as RankedGene, method) as number;
  const ranks = genes.map((): number | null => null);
  genes
    .flatMap((gene, row) => (gene ? [row] : []))
    .sort((a, b) => rankOf(a) - rankOf(b))
    .forEach((row, i) => (ranks[row] = i + 1));
  return ranks;
}

function directionOf({ effectLow, effectHigh }: RankedGene): Direction {
  return effectLow > 0 ? 'towards' : effectHigh < 0 ? 'away' : 'unclear';
}

function joined(directions: readonly (Direction | null)[]): ConsensusGene['direction'] {
  const clear = directions.filter((one) => one === 'towards' || one === 'away');
  if (clear.length < 2) return 'unclear';
  return clear.every((one) => one === clear[0]) ? clear[0] : 'mixed';
}

/** Sign of the mean effect in each species that reads the gene; effects of different models have no common size. */
function speciesAgree(genes: readonly (RankedGene | null)[], inputs: readonly ConsensusInput[]): boolean | null {
  const signs = (['human', 'mouse'] as const).map((species) => {
    const effects = genes.flatMap((gene, i) =>
      gene && !isUnread(gene) && inputs[i].species === species ? [gene.effect] : [],
    );
    return effects.length > 0 ? Math.sign(effects.reduce((sum, effect) => sum + effect, 0)) : null;
  });
  return signs.includes(null) ? null : signs[0] === signs[1];
}
