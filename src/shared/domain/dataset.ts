import { z } from 'zod';
import { COLUMN_PRIVACY, PrivacyLevel, PrivacyReason } from './annotation.ts';
import { field } from './field.ts';
import { GENE_CHOICE } from './gene-report.ts';
import { Species } from './gene.ts';

export const ObsColumnInfo = z.object({
  name: z.string(),
  kind: z.enum(['categorical', 'number', 'boolean', 'text']),
  /** Distinct values. */
  nDistinct: z.number().int(),
  nMissing: z.number().int(),
  /** Only where there are at most 200; stand-ins of a limited column, absent for a restricted one. */
  categories: z.array(z.object({ value: z.string(), nCells: z.number().int() })).optional(),
  /** Looks like names, dates, record numbers or e-mail addresses. */
  looksPersonal: z.boolean(),
  /** Absent in datasets of older versions. */
  privacy: PrivacyLevel.optional(),
  /** Absent where the column is open because nothing speaks against it. */
  privacyReason: PrivacyReason.optional(),
});
export type ObsColumnInfo = z.infer<typeof ObsColumnInfo>;

/** What the lines of a table are. */
export const TableOrientation = z.enum(['auto', 'genes-by-cells', 'cells-by-genes']);
export type TableOrientation = z.infer<typeof TableOrientation>;

/** What a file is, told before anything is imported. */
export const FileInspection = z.object({
  path: z.string(),
  format: z.enum(['h5ad', '10x-h5', '10x-mtx', 'zarr', 'loom', 'delimited', 'xlsx', 'rds']),
  /** One line for a person: `AnnData h5ad, human, raw counts, 3,874 cells × 16,791 genes`. */
  description: z.string(),
  nCells: z.number().int(),
  nGenes: z.number().int(),
  matrices: z.array(
    z.object({
      name: z.string(),
      content: z.enum(['counts', 'normalized', 'negative']),
      storage: z.enum(['csr', 'csc', 'dense']),
    }),
  ),
  species: Species.nullable(),
  obsColumns: z.array(ObsColumnInfo),
  warnings: z.array(z.string()),
});
export type FileInspection = z.infer<typeof FileInspection>;

export const ImportConfig = z.object({
  input: field(z.array(z.string().min(1)).min(1).max(500), {
    title: 'Files or folders',
    help: 'An AnnData .h5ad file, a 10x HDF5 file, or a 10x folder with matrix, features and barcodes. Several are merged, each a sample.',
    source: 'files',
  }),
  name: field(z.string().max(80).optional(), {
    title: 'Name',
    help: 'What this dataset is called in the project; the file name if left empty.',
  }),
  matrix: field(z.string().default('auto'), {
    title: 'Matrix',
    help: 'Where the raw counts lie, for example X, raw/X or layers/counts; auto takes the first that holds counts.',
    advanced: true,
  }),
  species: field(z.enum(['auto', 'human', 'mouse']).default('auto'), {
    title: 'Species',
    help: 'Auto decides from the gene names.',
  }),
  labelColumn: field(z.string().optional(), {
    title: 'Cell-state column',
    help: 'The annotation that holds cell types or states.',
    source: 'label-column',
  }),
  donorColumn: field(z.string().optional(), {
    title: 'Donor column',
    help: 'The annotation that names the donor or animal. Donors are the replicates of every statistic.',
    source: 'donor-column',
  }),
  sampleColumn: field(z.string().optional(), {
    title: 'Sample column',
    help: 'The annotation that names the sample or library a cell comes from.',
    source: 'donor-column',
  }),
  batchColumn: field(z.string().optional(), {
    title: 'Batch column',
    help: 'The annotation that names the experiment, run or lane, whose technical differences are not of interest.',
    source: 'donor-column',
  }),
  conditionColumn: field(z.string().optional(), {
    title: 'Condition column',
    help: 'The annotation that tells treatment, disease or genotype.',
    source: 'donor-column',
  }),
  columnPrivacy: field(z.array(z.string().regex(COLUMN_PRIVACY)).max(10_000).optional(), {
    title: 'Privacy of annotations',
    help: 'Who may see the values of an annotation, each written COLUMN=open, COLUMN=limited (told as donor 1, donor 2, …) or COLUMN=restricted (told nowhere). What is not named here is decided from its name and values.',
    advanced: true,
  }),
  genome: field(z.string().optional(), {
    title: 'Genome',
    help: 'For 10x files that hold several genomes: which one to read.',
    advanced: true,
  }),
  orientation: field(TableOrientation.default('auto'), {
    title: 'Orientation',
    help: 'For CSV, TSV and Excel tables: whether the lines are genes or cells; auto decides from the names.',
    advanced: true,
  }),
  sheet: field(z.string().optional(), {
    title: 'Sheet',
    help: 'For Excel workbooks: the name of the sheet; the first that holds a matrix if left empty.',
    advanced: true,
  }),
  geneChoices: field(z.array(z.string().regex(GENE_CHOICE)).max(100_000).optional(), {
    title: 'Genes chosen by hand',
    help: 'What an ambiguous or unknown gene name means, each written NAME=Ensembl id, such as MARCH1=ENSG00000145416.',
    advanced: true,
  }),
});
export type ImportConfig = z.infer<typeof ImportConfig>;

/** What was kept, dropped and why. */
export const ImportReport = z.object({
  nCells: z.number().int(),
  nGenes: z.number().int(),
  species: Species,
  labelColumns: z.array(z.string()),
  matrix: z.string(),
  genesInFile: z.number().int(),
  genesMatched: z.number().int(),
  genesMatchedBy: z.record(z.string(), z.number().int()),
  genesAmbiguous: z.number().int(),
  genesMissing: z.number().int(),
  duplicatesSummed: z.number().int(),
  /** Share of all counts in matched genes, 0 to 1. */
  countsKept: z.number(),
  cellsWithoutCounts: z.number().int(),
  missingExamples: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type ImportReport = z.infer<typeof ImportReport>;
