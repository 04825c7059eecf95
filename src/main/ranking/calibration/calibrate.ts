import type { ArtifactId } from '#shared/domain/ids.ts';
import type { CalibrationReport, TestedGene } from '#shared/domain/lab-results.ts';
import { type RankedGene, RankingMethod, type RankingReport } from '#shared/domain/ranking.ts';
import { compositeOrder, witnessesPresent } from '#shared/ranking/composite.ts';
import { rankBy } from '../rank-by.ts';
import { ENOUGH, type Learned, learnWeights } from './learn-weights.ts';
import type { Outcome } from './read-outcomes.ts';
import { aucOf, shareOf } from './shares.ts';

const DEPTHS = [10, 20, 50, 100];
const SEED = 0;

export interface CalibrationInput {
  ranking: ArtifactId;
  genes: readonly RankedGene[];
  report: RankingReport;
  outcomes: readonly Outcome[];
  nLines: number;
  cut: number;
  /** Ensembl id a name stands for; null for none or several. */
  resolve(name: string): string | null;
}

/**
 * What bench results say of a ranking, of every method beside it, and of the weights of its composite order.
 *
 * Note: genes that were not tested tell nothing, and those that were are seldom a fair draw: the report says so.
 */
export function calibrate(input: CalibrationInput): CalibrationReport {
  const { genes, report, cut } = input;
  const { tested, unmatched } = matched(input);
  const isHit = tested.map(({ outcome }) => outcome.isHit);
  const nHits = isHit.filter(Boolean).length;
  const within = (rank: (gene: RankedGene) => number, depth: number) =>
    tested.filter(({ gene }) => rank(gene) <= depth);
  const hitsIn = (some: typeof tested) => some.filter(({ outcome }) => outcome.isHit).length;
  const methods = RankingMethod.options
    .filter((method) => genes.some((gene) => rankBy(gene, method) !== undefined))
    .map((method) => {
      const rank = (gene: RankedGene) => rankBy(gene, method) ?? genes.length + 1;
      const top = within(rank, cut);
      return {
        method,
        precision: shareOf(hitsIn(top), top.length),
        recall: shareOf(hitsIn(top), nHits),
        auc: aucOf(
          tested.map(({ gene }) => -rank(gene)),
          isHit,
          SEED,
        ),
      };
    })
    .sort((a, b) => (b.auc?.value ?? 0) - (a.auc?.value ?? 0));
  const witnesses = witnessesPresent(genes);
  const learned =
    witnesses.length === 0
      ? null
      : learnWeights({
          points: tested.map(({ gene }) => Float64Array.from(witnesses, (name) => gene.witnesses[name] ?? 0)),
          isHit,
          witnesses,
          before: report.weights,
          seed: SEED,
        });
  const ranksAfter = learned ? ranksWith(genes, learned) : null;
  return {
    ranking: input.ranking,
    cut,
    nLines: input.nLines,
    unmatched,
    nTested: tested.length,
    nHits,
    precision: [...new Set([...DEPTHS, cut])]
      .sort((a, b) => a - b)
      .map((depth) => {
        const top = within(({ rank }) => rank, depth);
        return { depth, hits: shareOf(hitsIn(top), top.length) };
      }),
    methods,
    reliability: learned?.reliability ?? { before: [], after: [] },
    scores: learned?.scores ?? null,
    weightsBefore: report.weights,
    weightsAfter: learned?.weights ?? null,
    isBetter: learned?.isBetter ?? false,
    verdict: verdictOf(learned, witnesses.length, tested.length, nHits),
    warnings: warningsOf(tested, genes.length),
    genes: tested.map(({ gene, outcome }): TestedGene => ({
      geneId: gene.geneId,
      symbol: gene.symbol,
      rank: gene.rank,
      isHit: outcome.isHit,
      value: outcome.value,
      nLines: outcome.nLines,
      rankAfter: ranksAfter?.get(gene.geneId) ?? null,
    })),
  };
}

/** Tested genes in the order of the ranking; a gene under two names counts once, with its first outcome. */
function matched({ genes, outcomes, resolve }: CalibrationInput) {
  const byName = new Map(genes.flatMap((gene) => [[gene.symbol.toUpperCase(), gene] as const]).reverse());
  const byId = new Map(genes.map((gene) => [gene.geneId, gene]));
  const found = new Map<string, { gene: RankedGene; outcome: Outcome }>();
  const unmatched: string[] = [];
  for (const outcome of outcomes) {
    const { name } = outcome;
    const gene = byId.get(name) ?? byName.get(name.toUpperCase()) ?? byId.get(resolve(name) ?? '');
    if (!gene) unmatched.push(name);
    else if (!found.has(gene.geneId)) found.set(gene.geneId, { gene, outcome });
  }
  return { tested: [...found.values()].sort((a, b) => a.gene.rank - b.gene.rank), unmatched };
}

function ranksWith(genes: readonly RankedGene[], { weights }: Learned): Map<string, number> {
  return new Map(compositeOrder(genes, weights).map((gene, i) => [genes[gene].geneId, i + 1]));
}

function verdictOf(learned: Learned | null, nWitnesses: number, nTested: number, nHits: number): string {
  if (nWitnesses === 0)
    return 'This ranking is of an older version and holds no points of its witnesses; rank again, then bring the results in.';
  if (!learned)
    return `Too few results to learn from: ${nTested} tested genes with ${nHits} hits; at least ${ENOUGH.tested} with ${ENOUGH.ofEach} hits and ${ENOUGH.ofEach} misses are needed. The weights stay as they are.`;
  const { base, before, after } = learned.scores;
  const numbers = `log loss ${before.logLoss.toFixed(3)} before, ${after.logLoss.toFixed(3)} after, ${base.logLoss.toFixed(3)} for the share of hits alone`;
  if (learned.isBetter)
    return `The learned weights foretell held-out results better than the old ones (${numbers}). They come from these results, so expect somewhat less on the next.`;
  if (base.logLoss <= Math.min(before.logLoss, after.logLoss))
    return `Neither the old nor the learned weights foretell these results better than the share of hits alone does (${numbers}). Keep the old ones.`;
  return `The learned weights foretell held-out results no better than the old ones, or by less than chance could do (${numbers}). Keep the old ones.`;
}

function warningsOf(tested: readonly { gene: RankedGene }[], nGenes: number): string[] {
  const inTopHalf = tested.filter(({ gene }) => gene.rank <= nGenes / 2).length;
  return [
    'Only tested genes count: what was not tested may be a hit too, so recall is over the hits that were found.',
    ...(tested.length > 0 && inTopHalf / tested.length > 0.9
      ? [
          'Nearly all tested genes stand in the upper half of the ranking, so these results say little about genes below; test some of those too.',
        ]
      : []),
  ];
}
