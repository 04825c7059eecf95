import { WORKBOOK } from '#shared/contract/exported-file.ts';
import type { RankingExport, RankingFormat } from '#shared/domain/ranking-export.ts';
import { groupLines } from '#shared/ranking/columns/group-columns.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { checksTable } from '../checks/tell.ts';
import { groupNotes, groupsTable } from '../groups/group-tables.ts';
import { columnsTable, rankingCsv, tableCsv } from '../csv.ts';
import type { Figure } from '../report/blocks.ts';
import { rankingDocument, rankingFigures, type ReportInput } from '../report/content.ts';
import { reportHtml } from '../report/html.ts';
import { reportPdf } from '../report/pdf/pdf.ts';
import { pngFile } from '../report/png.ts';
import { svgFile } from '../report/svg.ts';
import { rankingWorkbook } from './workbook.ts';
import { type ZipEntry, zipOf } from './zip.ts';

export interface RankingFile {
  fileName: string;
  mediaType: string;
  bytes: Uint8Array;
}

const MEDIA_TYPES: Record<RankingFormat, string> = {
  html: 'text/html',
  pdf: 'application/pdf',
  xlsx: WORKBOOK,
  csv: 'text/csv',
  svg: 'image/svg+xml',
  png: 'image/png',
  zip: 'application/zip',
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * A ranking as a file to keep: the report, its tables, a figure, or all of them.
 *
 * Note: the bytes depend on the ranking and the version of the workbench alone.
 * Throws: `not-found` for a figure this ranking has not.
 */
export async function exportRanking(
  id: string,
  input: ReportInput,
  { format, figure, dpi }: Pick<RankingExport, 'format' | 'figure' | 'dpi'>,
): Promise<RankingFile> {
  const base = `ranking-${id.slice(0, 12)}`;
  const isOfFigure = format === 'svg' || format === 'png' || (format === 'csv' && figure !== undefined);
  const fileName = isOfFigure ? `${base}-${figure ?? 'effects'}.${format}` : `${base}.${format}`;
  const chosen = () => figureNamed(input, figure ?? 'effects');
  const bytes = async (): Promise<Uint8Array> => {
    switch (format) {
      case 'html':
        return utf8(reportHtml(rankingDocument(input)));
      case 'pdf':
        return reportPdf(rankingDocument(input), `ranking ${id}`);
      case 'xlsx':
        return rankingWorkbook(input);
      case 'csv':
        return utf8(figure === undefined ? rankingCsv(input.genes, input.report) : tableCsv(chosen().source));
      case 'svg':
        return utf8(svgFile(chosen().scene));
      case 'png':
        return pngFile(chosen().scene, dpi);
      case 'zip':
        return zipOf(await everything(base, id, input, dpi));
    }
  };
  return { fileName, mediaType: MEDIA_TYPES[format], bytes: await bytes() };
}

async function everything(base: string, id: string, input: ReportInput, dpi: number): Promise<ZipEntry[]> {
  const report = rankingDocument(input);
  const entries: ZipEntry[] = [
    { name: `${base}.html`, bytes: utf8(reportHtml(report)) },
    { name: `${base}.pdf`, bytes: await reportPdf(report, `ranking ${id}`) },
    { name: `${base}.xlsx`, bytes: await rankingWorkbook(input) },
    { name: `${base}.csv`, bytes: utf8(rankingCsv(input.genes, input.report)) },
    { name: `${base}-columns.csv`, bytes: utf8(tableCsv(columnsTable())) },
    { name: `${base}-checks.csv`, bytes: utf8(tableCsv(checksTable(input.report))) },
  ];
  const groups = input.genes.flatMap((gene) => groupLines(gene, input.groupsOf?.(gene.geneId) ?? []));
  if (groups.length > 0)
    entries.push(
      { name: `${base}-groups.csv`, bytes: utf8(tableCsv(groupsTable(groups))) },
      { name: `${base}-groups-how-to-read.csv`, bytes: utf8(tableCsv(groupNotes(input.report))) },
    );
  for (const figure of Object.values(rankingFigures(input))) {
    if (!figure) continue;
    const name = `figures/${figure.id}`;
    entries.push(
      { name: `${name}.svg`, bytes: utf8(svgFile(figure.scene)) },
      { name: `${name}-${dpi}dpi.png`, bytes: await pngFile(figure.scene, dpi) },
      { name: `${name}.csv`, bytes: utf8(tableCsv(figure.source)) },
    );
  }
  return entries;
}

function figureNamed(input: ReportInput, name: keyof ReturnType<typeof rankingFigures>): Figure {
  const figure = rankingFigures(input)[name];
  if (figure) return figure;
  throw new WorkbenchError(
    'not-found',
    `ranking: it has no figure "${name}", since no known regulators were given; choose another figure.`,
  );
}
