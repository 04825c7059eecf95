import { z } from 'zod';
import { ImportConfig } from './dataset.ts';
import { field } from './field.ts';
import { PreprocessConfig } from './preprocess.ts';

/** Cells that somebody prepared already, as the library `datasets` saved them. */
export const TokensImportConfig = z.object({
  input: field(z.string().min(1), {
    title: 'Token folder',
    help: 'A folder that save_to_disk of the library "datasets" wrote, as GeneCompass and Geneformer do, or one .arrow file.',
    source: 'file',
  }),
  vocabulary: field(z.string().min(1).optional(), {
    title: 'Vocabulary',
    help: 'Which number stands for which gene: a vocabulary of the project, for example that of an imported model. It must be the one the cells were prepared with.',
    source: 'vocabulary',
  }),
  dictionary: field(z.string().min(1).optional(), {
    title: 'Token dictionary',
    help: 'Instead of a vocabulary of the project: the file that came with the cells, a pickle, JSON or two columns.',
    source: 'file',
  }),
  homologs: field(z.string().min(1).optional(), {
    title: 'Homolog table',
    help: 'With a token dictionary: which mouse token is written with which human token.',
    source: 'file',
    advanced: true,
  }),
  name: ImportConfig.shape.name,
  species: field(z.enum(['auto', 'human', 'mouse']).default('auto'), {
    title: 'Species',
    help: 'Used where the file does not say. Auto takes cells without mouse tokens as human.',
  }),
  labelColumn: ImportConfig.shape.labelColumn,
  donorColumn: ImportConfig.shape.donorColumn,
  maxLength: PreprocessConfig.shape.maxLength,
  priorDimensions: PreprocessConfig.shape.priorDimensions,
});
export type TokensImportConfig = z.infer<typeof TokensImportConfig>;

/** What a token folder is, told before anything is imported. */
export const TokensInspection = z.object({
  path: z.string(),
  /** One line for a person: `GeneCompass tokens, 2 files, 50,000 cells, tokens up to 50,557`. */
  description: z.string(),
  format: z.enum(['genecompass', 'geneformer']),
  nCells: z.number().int(),
  nFiles: z.number().int(),
  splits: z.array(z.string()),
  /** Of the cells looked at. */
  highestToken: z.number().int(),
  longestCell: z.number().int(),
  obsColumns: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type TokensInspection = z.infer<typeof TokensInspection>;

export const TokensExportConfig = z.object({
  tokens: field(z.string().min(1).default('latest'), {
    title: 'Prepared cells',
    help: 'Which token set: an id, its first characters, or latest.',
    source: 'tokens',
  }),
  out: field(z.string().min(1), {
    title: 'Output folder',
    help: 'A new folder. It holds cells of your project in the clear: keep it where such data may lie.',
    source: 'file',
  }),
  format: field(z.enum(['genecompass', 'geneformer']).default('genecompass'), {
    title: 'Format',
    help: 'genecompass: tokens, values, length and species. geneformer: tokens and length, without values.',
  }),
  columns: field(z.array(z.string().min(1)).max(100).default([]), {
    title: 'Annotations',
    help: 'Columns of the cells that are written too; none unless named here. Donors and personal words are refused.',
    source: 'labels',
  }),
  dictionary: field(z.string().min(1).optional(), {
    title: 'Target dictionary',
    help: 'Write with the numbers of another token dictionary, such as that of Geneformer. Genes it does not have are left out and counted.',
    source: 'file',
    advanced: true,
  }),
  padded: field(z.boolean().optional(), {
    title: 'Fill up with zeros',
    help: 'Give every list 2,048 entries, as published GeneCompass expects; on for genecompass, off for geneformer.',
    advanced: true,
  }),
});
export type TokensExportConfig = z.infer<typeof TokensExportConfig>;

export const TokensExportReport = z.object({
  out: z.string(),
  nCells: z.number().int(),
  nFiles: z.number().int(),
  sizeBytes: z.number(),
  vocabulary: z.string(),
  vocabularyHash: z.string(),
  columns: z.array(z.string()),
  /** Genes of the vocabulary that the target dictionary does not have, and what share of the tokens they were. */
  genesLeftOut: z.number().int(),
  tokensLeftOut: z.number(),
  warnings: z.array(z.string()),
});
export type TokensExportReport = z.infer<typeof TokensExportReport>;
