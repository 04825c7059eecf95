import { type GroupLine, groupLines } from '#shared/ranking/columns/group-columns.ts';
import { METHOD_NAMES } from '#shared/ranking/method-names.ts';
import { writeWorkbook, type WorkbookSheet } from '#singlecell/io/xlsx/write-workbook.ts';
import { checksTable } from '../checks/tell.ts';
import { columnsTable, rankingTable } from '../csv.ts';
import { groupNotes, groupsTable } from '../groups/group-tables.ts';
import type { ReportInput } from '../report/content.ts';

/** A sheet of more cells than this takes more memory than the ranking itself. */
const MOST_LINES = 50_000;

/** The ranking as an Excel workbook: all genes, how the rankings compare, how far to trust it, where it comes from. */
export function rankingWorkbook(input: ReportInput): Promise<Buffer> {
  const { genes, report, provenance, version } = input;
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
    ...groupSheets(input),
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

/** Genes in groups of the start cells and how to read them; none where the start cells have no groups. */
function groupSheets({ genes, groupsOf, report }: ReportInput): WorkbookSheet[] {
  const lines: GroupLine[] = [];
  let told = 0;
  for (const gene of genes) {
    const own = groupLines(gene, groupsOf?.(gene.geneId) ?? []);
    if (lines.length + own.length > MOST_LINES) break;
    lines.push(...own);
    told++;
  }
  if (lines.length === 0) return [];
  const notes = groupNotes(report);
  const cut = [['genes', `The first ${told} of ${genes.length} genes; the table as CSV has all.`]];
  return [
    { name: 'Groups', ...groupsTable(lines) },
    {
      name: 'Groups, how to read',
      columns: notes.columns,
      rows: told < genes.length ? [...cut, ...notes.rows] : notes.rows,
    },
  ];
}
