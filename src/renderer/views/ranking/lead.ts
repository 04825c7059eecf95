import type { RankingReport } from '#shared/domain/ranking.ts';

export type Lead = 'unmeasured' | 'level' | 'model' | 'combined' | 'simple';

/**
 * What the first sentence of a ranking may claim.
 *
 * Note: a leader that finds no more known regulators than the model, or than chance, is not "better supported".
 */
export function leadOf(report: RankingReport): Lead {
  const row = (method: string) => report.recall.find((one) => one.method === method);
  const leader = row(report.leader);
  if (!leader || leader.known === 0) return 'unmeasured';
  const beats = (method: string) => {
    const other = row(method);
    return !other || leader.at50 > other.at50 || (leader.at50 === other.at50 && leader.at10 > other.at10);
  };
  const rival = report.leader === 'model' ? 'fold-change' : 'model';
  if (!beats(rival) || !beats('random')) return 'level';
  return report.leader === 'model' || report.leader === 'combined' ? report.leader : 'simple';
}
