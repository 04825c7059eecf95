import type { RankingConfig, RankingMethod } from '#shared/domain/ranking.ts';
import { raisesGenes } from '#shared/domain/screen.ts';
import type { ScreenResult } from '#screen/types.ts';
import type { GroupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { type Components, linearScreen } from '#singlecell/baselines/ranking/linear-screen.ts';
import {
  coExpressionProjection,
  detectionDifferences,
  type GeneVectors,
  log2FoldChanges,
  randomScores,
  startExpression,
} from '#singlecell/baselines/ranking/scores.ts';
import { specificFoldChanges } from '#singlecell/baselines/ranking/specificity.ts';
import { type SignedTargets, targetShifts } from '#singlecell/baselines/ranking/target-shift.ts';
import { welchStatistics } from '#singlecell/baselines/ranking/welch.ts';
import type { GeneFacts } from '#singlecell/genes/facts/gene-facts.ts';
import type { ScreenEvidence } from './evidence.ts';
import { universalResponses } from './universal.ts';

/** Groups of the expression a ranking is given; further groups are the other states of the dataset. */
export const START_GROUP = 0;
export const GOAL_GROUP = 1;

/** What the simple methods are computed from. */
export interface SimpleInput {
  /** Start cells (group 0), goal cells (group 1), then the other states, against which a gene is specific for the goal. */
  expression: GroupExpression;
  /** Co-expression vectors; null where none were computed, then that method is left out. */
  geneVectors: GeneVectors | null;
  /** Principal components of the prepared cells and the value each gene is raised to; null leaves the linear screen out. */
  linear?: { components: Components; doses: Float64Array } | null;
  /** Genes of the dataset, in the order of `expression`. */
  genes: readonly { id: string }[];
  /** Curated targets of factors; null or absent leaves their shift out. */
  facts?: Pick<GeneFacts, 'regulons'> | null;
}

export type MethodScores = Partial<Record<RankingMethod, Float64Array>>;

/**
 * One score per gene of `evidence` and simple method, and the model's; higher is better, NaN where a method says nothing.
 *
 * `rows`: row of each gene in the dataset. Where the operator takes a gene away, the simple methods ask which genes are lost
 * on the way to the goal: start and goal change places.
 */
export function methodScores(
  { screen, config }: { screen: ScreenResult; config: RankingConfig },
  evidence: ScreenEvidence,
  rows: ArrayLike<number>,
  { expression, geneVectors, linear, genes, facts }: SimpleInput,
): MethodScores {
  const { plan } = screen;
  const { operator, goal } = config;
  const pick = (perGene: ArrayLike<number>) => Float64Array.from(rows, (row) => perGene[row]);
  const raises = raisesGenes(operator);
  const [from, to] = raises ? [START_GROUP, GOAL_GROUP] : [GOAL_GROUP, START_GROUP];
  const foldChanges = log2FoldChanges(expression, from, to);
  const scores: MethodScores = {
    model: Float64Array.from(evidence.genes, ({ effect }) => effect),
    'fold-change': pick(foldChanges),
    expression: pick(startExpression(expression, START_GROUP)),
    random: randomScores(
      evidence.genes.map(({ gene }) => gene.tokenId),
      plan.config.seed,
    ),
    'detection-difference': pick(detectionDifferences(expression, from, to)),
    't-statistic': pick(welchStatistics(expression, from, to)),
    'specific-fold-change': pick(specificFoldChanges(expression, from, to)),
  };
  if (geneVectors) scores['co-expression-projection'] = pick(coExpressionProjection(expression, from, to, geneVectors));
  if (linear) {
    const change = raises ? ({ kind: 'raise', doses: linear.doses } as const) : ({ kind: 'delete' } as const);
    scores['linear-screen'] = pick(linearScreen(expression, START_GROUP, GOAL_GROUP, linear.components, change));
  }
  if (facts) scores['target-shift'] = pick(targetShifts(foldChanges, signedTargets(facts.regulons, genes)));
  const universal = universalResponses(screen, { operator, goal, readOut: plan.config.readOut });
  if (universal) {
    const place = new Map(plan.genes.map(({ tokenId }, row) => [tokenId, row]));
    scores['universal-response'] = Float64Array.from(
      evidence.genes,
      ({ gene }) => universal[place.get(gene.tokenId) as number],
    );
  }
  return scores;
}

/** Targets with a known direction, by row of the dataset; those that are not measured are left out. */
function signedTargets(regulons: GeneFacts['regulons'], genes: readonly { id: string }[]): SignedTargets {
  const rowOf = new Map(genes.map(({ id }, row) => [id, row]));
  const signed = new Map<number, { gene: number; sign: 1 | -1 }[]>();
  for (const [factor, targets] of regulons) {
    const row = rowOf.get(factor);
    if (row === undefined) continue;
    const own = targets.flatMap(({ geneId, mode }) => {
      const gene = rowOf.get(geneId);
      return gene === undefined || mode === 'unknown' ? [] : [{ gene, sign: mode === 'activates' ? 1 : -1 } as const];
    });
    signed.set(row, own);
  }
  return signed;
}
