import type { EngineCallInput, EngineCallOutput } from '#jobs/engine-calls.ts';
import { writeWorkbook } from '#singlecell/io/xlsx/write-workbook.ts';

/** Tables as an Excel workbook. */
export async function workbook({ sheets }: EngineCallInput<'workbook'>): Promise<EngineCallOutput<'workbook'>> {
  return { content: (await writeWorkbook(sheets)).toString('base64') };
}
