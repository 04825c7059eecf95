import { z } from 'zod';
import { deviceField } from './device.ts';
import { field } from './field.ts';
import { InferenceCompat } from './forward.ts';

export const EmbedConfig = z.object({
  model: field(z.string().min(1), { title: 'Model', help: 'The model that embeds.', source: 'model' }),
  tokens: field(z.string().min(1), { title: 'Prepared cells', help: 'The cells to embed.', source: 'tokens' }),
  pooling: field(z.enum(['cls', 'mean']).default('cls'), {
    title: 'Cell embedding',
    help: 'cls: the vector the model keeps for the whole cell. mean: the average of its gene vectors.',
  }),
  genes: field(z.boolean().default(false), {
    title: 'Embed genes too',
    help: 'Average the vector of each gene over the cells that express it, wherever the gene ranks in them.',
  }),
  minCells: field(z.number().int().min(1).default(10), {
    title: 'Fewest cells of a gene',
    help: 'A gene seen in fewer cells gets no embedding and is listed with its number of cells.',
    unit: 'cells',
  }),
  device: deviceField,
  compat: field(InferenceCompat.default({ attendPadding: false, ignoreSpecies: false }), {
    title: 'Published defects',
    help: 'Switches that repeat defects of the published code.',
    advanced: true,
  }),
});
export type EmbedConfig = z.infer<typeof EmbedConfig>;

export const EmbeddingsExport = z.object({
  embeddings: field(z.string().min(1).default('latest'), {
    title: 'Embeddings',
    help: 'Which kept embeddings: an id, its first characters, or latest.',
  }),
  what: field(z.enum(['cells', 'genes']).default('cells'), {
    title: 'Rows',
    help: 'One row for each cell, or for each gene.',
  }),
  out: field(z.string().min(1), {
    title: 'Output file',
    help: 'Ends in .csv (a table with names) or .npy (numbers alone; the names of its rows are written beside it as .rows.txt).',
    source: 'file',
  }),
});
export type EmbeddingsExport = z.infer<typeof EmbeddingsExport>;
