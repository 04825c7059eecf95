import { z } from 'zod';
import { field } from './field.ts';

/** A figure of the ranking report. */
export const RankingFigure = z.enum(['effects', 'recall', 'screen-and-fold-change']);
export type RankingFigure = z.infer<typeof RankingFigure>;

export const RankingFormat = z.enum(['html', 'pdf', 'xlsx', 'csv', 'svg', 'png', 'zip']);
export type RankingFormat = z.infer<typeof RankingFormat>;

export const RankingExport = z.object({
  ranking: field(z.string().min(1).max(64), { title: 'Ranking', help: 'Which ranking is written.' }),
  format: field(RankingFormat, {
    title: 'Format',
    help: 'html, pdf: the report. xlsx, csv: all genes and columns. svg, png: one figure. zip: all of them, with the numbers behind every figure.',
  }),
  figure: field(RankingFigure.optional(), {
    title: 'Figure',
    help: 'Which figure svg and png draw; with csv the numbers behind it instead of the ranked table.',
  }),
  dpi: field(z.number().int().min(72).max(600).default(300), {
    title: 'Resolution',
    help: 'Dots to the inch of a PNG. Journals ask for 300, and for 600 where lines are fine.',
    unit: 'dpi',
  }),
});
export type RankingExport = z.infer<typeof RankingExport>;
