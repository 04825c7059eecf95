import { z } from 'zod';
import { Compat } from './compat.ts';
import { ForwardConfig } from './forward.ts';
import { field } from './field.ts';

const { model, checkpoint, inputs, device } = ForwardConfig.shape;

/** Deletion and over-expression as the published script does them. Source: spec/genecompass.md §5.1. */
export const PublishedPerturbationConfig = z.object({
  model,
  checkpoint,
  inputs,
  out: field(z.string().min(1), {
    title: 'Output file',
    help: 'The CSV table that is written: one line for each cell (cell_emb) and for each other gene of it.',
    source: 'file',
  }),
  targets: field(
    z.array(z.string().regex(/^\d+$/, 'it must be a token, a whole number of input_ids')).min(1).max(1000),
    { title: 'Perturbed genes', help: 'Tokens as in input_ids; several are perturbed together.' },
  ),
  operator: field(z.enum(['delete', 'overexpress']).default('delete'), {
    title: 'Perturbation',
    help: 'delete removes the genes, overexpress multiplies their values by 10,000 and sorts again.',
  }),
  device,
  compat: field(
    Compat.omit({ truncateValues: true, mousePriors: true }).default({
      ignoreSpecies: false,
      attendPadding: false,
      shiftedDeletionLabels: false,
    }),
    { title: 'Published defects', help: 'Switches that repeat defects of the published code.', advanced: true },
  ),
});
export type PublishedPerturbationConfig = z.infer<typeof PublishedPerturbationConfig>;

export const PublishedPerturbationReport = z.object({
  out: z.string(),
  /** Cells that express a target and something else. */
  nCells: z.number().int(),
  nSkipped: z.number().int(),
  /** Mean over cells; null without any. */
  cellSimilarity: z.number().nullable(),
  nGenes: z.number().int(),
  device: z.string(),
  engine: z.string(),
  seconds: z.number(),
  warnings: z.array(z.string()),
});
export type PublishedPerturbationReport = z.infer<typeof PublishedPerturbationReport>;
