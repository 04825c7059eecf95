import type { RankedGene, RankingReport } from '../domain/ranking.ts';
import type { WhyMessage, WhyValue } from './message.ts';

/** A gene stands out below this false discovery rate. */
export const FDR_CUT = 0.05;

export const count = (number: number): WhyValue => ({ number, as: 'count' });
export const percent = (number: number): WhyValue => ({ number, as: 'percent' });
export const effect = (number: number): WhyValue => ({ number, as: 'effect' });
export const decimal = (number: number): WhyValue => ({ number, as: 'decimal' });

export function standsOut({ fdr }: Pick<RankedGene, 'fdr'>): boolean {
  return fdr < FDR_CUT;
}

/** How many known regulators a method finds. */
export type MethodRecall = Pick<RankingReport['recall'][number], 'method' | 'known' | 'at10' | 'at50'>;

/** The method that finds most known regulators among its first 50 where that is more than the screen finds; else null. */
export function isBehind({ recall }: { recall: readonly MethodRecall[] }): MethodRecall | null {
  const own = recall.find(({ method }) => method === 'model');
  if (!own) return null;
  const better = recall.filter(({ method, at50 }) => method !== 'model' && method !== 'random' && at50 > own.at50);
  return better.length === 0 ? null : better.reduce((best, one) => (one.at50 > best.at50 ? one : best));
}

export function expressed(gene: RankedGene, goal: string): WhyMessage {
  return {
    key: 'says.expression',
    values: {
      start: percent(gene.startFraction),
      end: percent(gene.goalFraction),
      goal,
      change: decimal(gene.log2FoldChange),
    },
  };
}
