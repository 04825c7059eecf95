import { type RankingMethod } from '#shared/domain/ranking.ts';
import { raisesGenes, type Operator } from '#shared/domain/screen.ts';
import type { Recall } from './recall.ts';

/** Split-half stability from which a screen repeats itself. */
export const STABLE = 0.5;

/** Plain names for sentences. */
export const METHOD_NAMES: Record<RankingMethod, string> = {
  model: 'the screen',
  'fold-change': 'plain fold change',
  combined: 'fold change corroborated by the screen',
  expression: 'expression in the start state',
  random: 'random order',
  'detection-difference': 'difference in detection',
  'co-expression-projection': 'co-expression projection',
};

/** Simplest first: a tie goes to the simpler. Random order is a yardstick, never a leader. */
const BY_SIMPLICITY: RankingMethod[] = [
  'fold-change',
  'detection-difference',
  'expression',
  'co-expression-projection',
  'model',
  'combined',
];

/** How far down a ranking known regulators are counted. */
const DEPTHS = { at50: 50, at10: 10 } as const;

export interface Support {
  /** Genes in the ranking. */
  nGenes: number;
  operator: Operator;
  recall: readonly Recall[];
  splitHalf: number | null;
  nSignificant: number;
  /** Test macro-F1 of the fine-tuned classifier and of its best baseline; null for a pretrained model. */
  classifier: { model: number; bestBaseline: number } | null;
}

/**
 * Which ranking the table is ordered by, and why, in plain words.
 *
 * With known regulators: the best recall at 50, then at 10, a tie to the simpler method; a depth counts only in a ranking
 * at least twice as long, since any order fills half of a short one. Without (or when no method finds any): the screen leads only if it repeats itself (split-half Spearman ≥ .5), has a gene at FDR 5 % and its
 * classifier beats the simple ones; otherwise fold change.
 */
export function chooseLeader(support: Support): { leader: RankingMethod; leaderReason: string } {
  return byRecall(support) ?? bySupport(support);
}

function byRecall({ recall, nGenes }: Support): { leader: RankingMethod; leaderReason: string } | null {
  const depths = (['at50', 'at10'] as const).filter((depth) => nGenes >= 2 * DEPTHS[depth]);
  const better = (a: Recall, b: Recall) => {
    const deciding = depths.find((depth) => a[depth] !== b[depth]);
    return deciding !== undefined && a[deciding] > b[deciding];
  };
  const scores = BY_SIMPLICITY.map((method) => recall.find((entry) => entry.method === method)).filter(
    (entry) => entry !== undefined && entry.known > 0,
  ) as Recall[];
  const best = scores.reduce<Recall | null>(
    (leader, entry) => (leader === null || better(entry, leader) ? entry : leader),
    null,
  );
  if (!best || depths.every((depth) => best[depth] === 0)) return null;
  const model = recall.find((entry) => entry.method === 'model');
  const beside =
    model && best.method !== 'model'
      ? ` The screen alone finds ${model.at50} at 50 and ${model.at10} at 10.`
      : foldChangeBeside(recall);
  const tied = scores.filter((entry) => !better(best, entry)).length > 1;
  return {
    leader: best.method,
    leaderReason:
      `Ordered by ${METHOD_NAMES[best.method]}: of the ${best.known} known regulators you gave it has ${best.at50} in its first 50 and ` +
      `${best.at10} in its first 10, ${tied ? 'no fewer than any other ranking and the simplest of the best' : 'more than any other ranking'}.` +
      `${beside} It was chosen on these genes, so expect somewhat less on others.`,
  };
}

function foldChangeBeside(recall: readonly Recall[]): string {
  const foldChange = recall.find((entry) => entry.method === 'fold-change');
  return foldChange ? ` Plain fold change finds ${foldChange.at50} at 50 and ${foldChange.at10} at 10.` : '';
}

function bySupport({ operator, splitHalf, nSignificant, classifier }: Support): {
  leader: RankingMethod;
  leaderReason: string;
} {
  const doubts: string[] = [];
  if (splitHalf === null) doubts.push('there are too few start cells to see whether it repeats itself');
  else if (splitHalf < STABLE)
    doubts.push(`two halves of the start cells rank the genes differently (Spearman ${splitHalf.toFixed(2)})`);
  if (nSignificant === 0) doubts.push('no gene stands out from matched null genes at an FDR of 5 %');
  if (classifier === null) doubts.push('its model was not fine-tuned, so nothing shows that it knows these states');
  else if (classifier.model <= classifier.bestBaseline)
    doubts.push(
      `its classifier (macro-F1 ${classifier.model.toFixed(3)}) is no better than a simple one (${classifier.bestBaseline.toFixed(3)})`,
    );
  if (doubts.length > 0)
    return {
      leader: 'fold-change',
      leaderReason:
        `Ordered by plain fold change, the stronger ranking in our tests on known regulators. The screen does not lead because ` +
        `${joinWords(doubts)}.${raisesGenes(operator) ? '' : ' Fold change says which genes are up in the goal, not what happens when a gene is taken away.'}`,
    };
  return {
    leader: 'model',
    leaderReason:
      `Ordered by the screen: two halves of the start cells agree (Spearman ${(splitHalf as number).toFixed(2)}), ` +
      `${nSignificant} ${nSignificant === 1 ? 'gene stands' : 'genes stand'} out from matched null genes at an FDR of 5 %, and the classifier beats the simple ones.`,
  };
}

function joinWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join('; ')}; and ${parts.at(-1)}`;
}
