import type { RankingMethod } from '../domain/ranking.ts';

/** Plain names for sentences. */
export const METHOD_NAMES: Record<RankingMethod, string> = {
  model: 'the screen',
  'fold-change': 'plain fold change',
  combined: 'the composite of weighted witnesses',
  expression: 'expression in the start state',
  random: 'random order',
  'detection-difference': 'difference in detection',
  'co-expression-projection': 'co-expression projection',
  't-statistic': 'Welch’s t statistic',
  'specific-fold-change': 'fold change weighted with specificity',
  'linear-screen': 'a linear screen in principal components',
  'target-shift': 'shift of known targets',
  'universal-response': 'the screen’s mean effect on the other goals',
};
