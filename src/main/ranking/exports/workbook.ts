import { writeWorkbook, type WorkbookSheet } from '#singlecell/io/xlsx/write-workbook.ts';
import { checksTable } from '../checks/tell.ts';
import { columnsTable, rankingTable } from '../csv.ts';
import { METHOD_NAMES } from '../leader.ts';
import type { ReportInput } from '../report/content.ts';

/** The ranking as an Excel workbook: all genes, how the rankings compare, how far to trust it, where it comes from. */
export function rankingWorkbook({ genes, report, provenance, version }: ReportInput): Promise<Buffer> {
  const words = (name: string, lines: readonly (readonly [string, string])[]): WorkbookSheet => ({
    name,
    columns: [
      { title: 'What', kind: 'text', width: 24 },
      { title: 'Words', kind: 'text', width: 120 },
    ],
    rows: lines,
  });
  return writeWorkbook([
    { name: 'Ranking', ...rankingTable(genes, report) },
    {
      name: 'Known regulators',
      columns: [
        { title: 'ranking', kind: 'text' },
        { title: 'known', kind: 'integer' },
        { title: 'in_first_10', kind: 'integer' },
        { title: 'in_first_20', kind: 'integer' },
        { title: 'in_first_50', kind: 'integer' },
      ],
      rows: report.recall.map(({ method, known, at10, at20, at50 }) => [METHOD_NAMES[method], known, at10, at20, at50]),
    },
    {
      name: 'Columns',
      columns: [
        { title: 'column', kind: 'text', width: 28 },
        { title: 'title', kind: 'text', width: 24 },
        { title: 'meaning', kind: 'text', width: 120 },
      ],
      rows: columnsTable().rows,
    },
    words('Trust', [
      ['order of the table', report.leaderReason],
      ...checksTable(report).rows.map(([, verdict, , sentence]) => [String(verdict), String(sentence)] as const),
    ]),
    words('How it was made', [
      ['program', `GeneCompass Workbench ${version}`],
      ['question', `${report.start} → ${report.goal}, ${report.operator}`],
      ['methods', provenance.methods],
      ...provenance.references.map((reference) => ['reference', reference] as const),
      ...provenance.versions.map((each) => ['version', each] as const),
      ...provenance.commands.map((command) => ['command', command] as const),
      ...provenance.chain.map(({ kind, title, id }) => [`${kind} (artifact)`, `${title}: ${id}`] as const),
    ]),
  ]);
}
