import { type RankingMethod } from '#shared/domain/ranking.ts';
import { type RankingWeights, WITNESSES } from '#shared/domain/witness.ts';
import { METHOD_NAMES } from '#shared/ranking/method-names.ts';
import type { Disagreement, Recall } from './recall.ts';
import { chance, hundredths } from './report/numbers.ts';

/** Split-half stability from which a screen repeats itself. */
export const STABLE = 0.5;

/** Simplest first: a tie goes to the simpler. Orders that do not know the goal are yardsticks, never leaders. */
const BY_SIMPLICITY: RankingMethod[] = [
  'fold-change',
  'specific-fold-change',
  'detection-difference',
  't-statistic',
  'target-shift',
  'co-expression-projection',
  'linear-screen',
  'model',
  'combined',
];

/** How far down a ranking known regulators are counted. */
const DEPTHS = { at50: 50, at10: 10 } as const;

export interface Support {
  /** Genes in the ranking. */
  nGenes: number;
  recall: readonly Recall[];
  splitHalf: number | null;
  nSignificant: number;
  /** Test macro-F1 of the fine-tuned classifier and of its best baseline; null for a pretrained model. */
  classifier: { model: number; bestBaseline: number } | null;
  /** Of the composite; those of witnesses the ranking has none of are ignored. */
  weights: RankingWeights;
  /** Which known regulators two rankings disagree on. */
  compare?: (first: RankingMethod, second: RankingMethod, depth: number) => Disagreement;
}

/**
 * Which ranking the table is ordered by, and why, in plain words.
 *
 * With known regulators: the best recall at 50, then at 10, a tie to the simpler method; a depth counts only in a ranking
 * at least twice as long, since any order fills half of a short one. Without (or when no method finds any): the composite,
 * which was no worse than its witnesses over several data sets (docs/reference/screen-study.md).
 */
export function chooseLeader(support: Support): { leader: RankingMethod; leaderReason: string } {
  return byRecall(support) ?? bySupport(support);
}

function byRecall({ recall, nGenes, compare }: Support): { leader: RankingMethod; leaderReason: string } | null {
  const depths = countingDepths(nGenes);
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
  const rival = best.method === 'model' ? 'fold-change' : 'model';
  const certainty = compare ? certaintyOf(compare(best.method, rival, depths[0] === 'at50' ? 50 : 10), rival) : '';
  const tied = scores.filter((entry) => !better(best, entry)).length > 1;
  return {
    leader: best.method,
    leaderReason:
      `Ordered by ${METHOD_NAMES[best.method]}: of the ${best.known} known regulators you gave it has ${best.at50} in its first 50 and ` +
      `${best.at10} in its first 10, ${tied ? 'no fewer than any other ranking and the simplest of the best' : 'more than any other ranking'}.` +
      `${beside}${certainty} It was chosen on these genes, so expect somewhat less on others.`,
  };
}

/** Depths at which an order of so many genes can be told from any other. */
function countingDepths(nGenes: number): ('at50' | 'at10')[] {
  return (['at50', 'at10'] as const).filter((depth) => nGenes >= 2 * DEPTHS[depth]);
}

/** Why known regulators do not choose the order. */
function whyUnmeasured({ recall, nGenes }: Support): string {
  const known = Math.max(0, ...recall.map((entry) => entry.known));
  if (known === 0) return 'No known regulators measure it here.';
  return countingDepths(nGenes).length === 0
    ? `The known regulators you gave cannot tell orders apart: only ${nGenes} genes were ranked, and any order has most of them in its first ${DEPTHS.at10}.`
    : `No ranking finds any of the ${known} known regulators you gave among its first genes.`;
}

/** A lead of a few genes must not read like a finding. */
function certaintyOf({ onlyFirst, onlySecond, pValue }: Disagreement, rival: RankingMethod): string {
  if (onlyFirst + onlySecond === 0) return '';
  const verdict = pValue < 0.05 ? 'more than luck' : 'within luck';
  return ` Beside ${METHOD_NAMES[rival]} it finds ${onlyFirst} that are missed there and misses ${onlySecond} found there: ${verdict} (sign test, p ${pValue < 0.001 ? '' : '= '}${chance(pValue)}).`;
}

function foldChangeBeside(recall: readonly Recall[]): string {
  const foldChange = recall.find((entry) => entry.method === 'fold-change');
  return foldChange ? ` Plain fold change finds ${foldChange.at50} at 50 and ${foldChange.at10} at 10.` : '';
}

function bySupport(support: Support): { leader: RankingMethod; leaderReason: string } {
  const { splitHalf, nSignificant, classifier, weights } = support;
  const counted = WITNESSES.filter((witness) => weights[witness] > 0);
  if (counted.length === 0)
    return {
      leader: 'fold-change',
      leaderReason: 'Ordered by plain fold change: no witness of the composite has a weight.',
    };
  const doubts: string[] = [];
  if (splitHalf === null) doubts.push('there are too few start cells to see whether it repeats itself');
  else if (splitHalf < STABLE)
    doubts.push(`two halves of the start cells rank the genes differently (Spearman ${hundredths(splitHalf)})`);
  if (nSignificant === 0) doubts.push('no gene stands out from matched null genes at an FDR of 5 %');
  if (classifier === null) doubts.push('its model was not fine-tuned, so nothing shows that it knows these states');
  else if (classifier.model <= classifier.bestBaseline)
    doubts.push(
      `its classifier (macro-F1 ${classifier.model.toFixed(3)}) is no better than a simple one (${classifier.bestBaseline.toFixed(3)})`,
    );
  const names = counted.map((witness) => METHOD_NAMES[witness]);
  const sum =
    counted.length === 1
      ? `${names[0]}, the only witness with a weight`
      : `${METHOD_NAMES.combined}: ${andWords(names)}`;
  const screen =
    doubts.length > 0
      ? ` Do not trust the screen alone here: ${joinWords(doubts)}.`
      : ` The screen repeats itself (Spearman ${hundredths(splitHalf as number)}) and ${nSignificant} ${nSignificant === 1 ? 'gene stands' : 'genes stand'} out from matched null genes at an FDR of 5 %.`;
  return {
    leader: 'combined',
    leaderReason: `Ordered by ${sum}. ${whyUnmeasured(support)}${screen}`,
  };
}

function andWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

function joinWords(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join('; ')}; and ${parts.at(-1)}`;
}
