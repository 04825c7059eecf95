import type { GroupExpression } from './group-expression.ts';
import { log2FoldChanges } from './scores.ts';

/**
 * How much a gene belongs to one group alone: 1 − √(Jensen-Shannon divergence, in bits, of its mean expression over the
 * groups from expression in that group only); 1 = seen nowhere else, 0 = seen everywhere but there.
 *
 * Source: Cabili 2011, Genes Dev 25:1915; for regulators of identity D'Alessio 2015, Stem Cell Reports 5:763.
 */
export function specificities({ nGroups, nGenes, means }: GroupExpression, goal: number): Float64Array {
  return Float64Array.from({ length: nGenes }, (_, gene) => {
    let total = 0;
    for (let group = 0; group < nGroups; group++) total += means[group * nGenes + gene];
    if (total === 0) return 0;
    // Entropy of the mean of both distributions, less half of each one's own; that of a single group is 0.
    let mixed = 0;
    let own = 0;
    for (let group = 0; group < nGroups; group++) {
      const share = means[group * nGenes + gene] / total;
      own += entropyTerm(share);
      mixed += entropyTerm((share + (group === goal ? 1 : 0)) / 2);
    }
    return 1 - Math.sqrt(Math.min(1, Math.max(0, mixed - own / 2)));
  });
}

/** log2 fold change, weighted with the specificity of the gene for the goal among all groups; one that falls keeps its full weight. */
export function specificFoldChanges(expression: GroupExpression, start: number, goal: number): Float64Array {
  const specificity = specificities(expression, goal);
  return log2FoldChanges(expression, start, goal).map((change, gene) =>
    change > 0 ? change * specificity[gene] : change,
  );
}

function entropyTerm(share: number): number {
  return share > 0 ? -share * Math.log2(share) : 0;
}
