import type { ScreenGene, ScreenPlan } from '#screen/types.ts';
import type { GroupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { log2FoldChanges } from '#singlecell/baselines/ranking/scores.ts';
import { GOAL_GROUP, START_GROUP } from './method-scores.ts';

const MOST_MARKERS = 10;
/** Null genes are as rare as the candidates: 1.4 times as high in the goal and seen in a twentieth of its cells is a marker among them. */
const LEAST_FOLD_CHANGE = 0.5;
const LEAST_FRACTION = 0.05;

/**
 * Null genes that mark the goal in the user's own cells: positive controls, since raising them must move cells towards it.
 *
 * Shape: ids, strongest fold change first. They are no candidates, so no ranked gene is judged by itself, and they are held
 * out of the null genes, in which they would hide regulators. Empty where every gene is a candidate.
 */
export function goalMarkers(plan: ScreenPlan, genes: readonly ScreenGene[], expression: GroupExpression): string[] {
  const { nGenes, fractions } = expression;
  const foldChanges = log2FoldChanges(expression, START_GROUP, GOAL_GROUP);
  const rowOf = new Map(genes.map((gene, row) => [gene.id, row]));
  return plan.genes
    .filter((gene) => gene.isNull && !gene.isCandidate)
    .flatMap(({ geneId }) => {
      const row = rowOf.get(geneId);
      if (row === undefined || foldChanges[row] < LEAST_FOLD_CHANGE) return [];
      return fractions[GOAL_GROUP * nGenes + row] < LEAST_FRACTION ? [] : [{ geneId, foldChange: foldChanges[row] }];
    })
    .sort((a, b) => b.foldChange - a.foldChange || (a.geneId < b.geneId ? -1 : 1))
    .slice(0, MOST_MARKERS)
    .map(({ geneId }) => geneId);
}
