import { z } from 'zod';
import { field } from '../domain/field.ts';
import { PlateConfig, Shortlist } from '../domain/plate.ts';
import { ArtifactRef, procedure } from './base.ts';
import { ExportedFile } from './exported-file.ts';

const ranking = field(ArtifactRef, { title: 'Ranking', help: 'Whose genes are chosen.' });

/** Genes chosen from a ranking for the bench, kept in the project beside it. */
export const shortlist = {
  shortlist: procedure({ help: 'Genes chosen from a ranking and how their plates are laid out.' })
    .input(z.object({ ranking }))
    .output(Shortlist),
  setShortlist: procedure({ help: 'Choose genes of a ranking for the bench; what is left out stays as it was.' })
    .input(
      z.object({
        ranking,
        genes: field(z.array(z.string().min(1)).max(2000).optional(), {
          title: 'Genes',
          help: 'Symbols or Ensembl ids of the ranking; the whole list, in the order of the plate.',
          source: 'genes',
        }),
        plates: field(PlateConfig.partial().optional(), { title: 'Plates', help: 'How they are laid out.' }),
      }),
    )
    .output(Shortlist),
  exportPlates: procedure({ help: 'Write plate map and order sheet of the chosen genes.' })
    .input(
      z.object({
        ranking,
        format: field(z.enum(['xlsx', 'csv', 'order']).default('xlsx'), {
          title: 'Format',
          help: 'xlsx: plates, wells and order in one workbook. csv: one line for each well. order: the order sheet as CSV.',
        }),
      }),
    )
    .output(ExportedFile),
};
