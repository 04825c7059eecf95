import type { RankingReport } from '#shared/domain/ranking.ts';
import type { SourceTable } from '../report/blocks.ts';

/** The trust box as a table: every check, then what else is warned of. */
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
