import type { CheckVerdict } from '#shared/domain/ranking-checks.ts';
import type { RankingReport } from '#shared/domain/ranking.ts';
import type { SourceTable } from '../report/blocks.ts';

const VERDICTS: Record<CheckVerdict, string> = { good: 'Good', caution: 'Caution', bad: 'Bad' };
const ORDER: readonly CheckVerdict[] = ['bad', 'caution', 'good'];

/** The trust box as lines of a report: every check with its verdict, the worst first, then what else is warned of. */
export function trustLines({ checks, warnings }: Pick<RankingReport, 'checks' | 'warnings'>): string[] {
  const said = new Set(checks.map(({ sentence }) => sentence));
  return [
    ...ORDER.flatMap((verdict) => checks.filter((check) => check.verdict === verdict)).map(
      ({ verdict, sentence }) => `${VERDICTS[verdict]}: ${sentence}`,
    ),
    ...warnings.filter((warning) => !said.has(warning)),
  ];
}

/** The trust box as a table. */
export function checksTable(report: Pick<RankingReport, 'checks' | 'warnings'>): SourceTable {
  const said = new Set(report.checks.map(({ sentence }) => sentence));
  const others = report.warnings.filter((warning) => !said.has(warning));
  return {
    columns: [
      { title: 'check', kind: 'text' },
      { title: 'verdict', kind: 'text' },
      { title: 'value', kind: 'number' },
      { title: 'sentence', kind: 'text' },
    ],
    rows: [
      ...report.checks.map(({ id, verdict, value, sentence }) => [id, verdict, value, sentence]),
      ...others.map((warning) => ['', 'caution', null, warning]),
    ],
  };
}
