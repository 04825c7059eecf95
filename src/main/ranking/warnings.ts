import type { RankingCheck } from '#shared/domain/ranking-checks.ts';
import type { ScreenPlan } from '#screen/types.ts';

/** What the screen warned of, and the sentence of every check that is not good: the words of the log and the command line. */
export function rankingWarnings(plan: ScreenPlan, checks: readonly RankingCheck[]): string[] {
  const said = checks.filter(({ verdict }) => verdict !== 'good').map(({ sentence }) => sentence);
  // A check that begins with a warning of the plan says the same and what to do.
  return [...plan.warnings.filter((warning) => !said.some((sentence) => sentence.startsWith(warning))), ...said];
}
