import { z } from 'zod';
import { oneLine } from '../util/one-line.ts';
import { COLUMN_PRIVACY, ColumnRole, PrivacyLevel, PrivacyReason } from './annotation.ts';
import { field } from './field.ts';
import { GENE_CHOICE, OrthologShare } from './gene-report.ts';
import { Species } from './gene.ts';

export const ObsColumnInfo = z.object({
  name: z.string(),
  kind: z.enum(['categorical', 'number', 'boolean', 'text']),
  /** Distinct values. */
  nDistinct: z.number().int(),
  nMissing: z.number().int(),
  /** Of numbers: all are whole, so they may name groups; absent otherwise and in datasets of older versions. */
  isWhole: z.literal(true).optional(),
  /** Only where there are at most 200; stand-ins of a limited column, absent for a restricted one. */
  categories: z.array(z.object({ value: z.string(), nCells: z.number().int() })).optional(),
  /** Looks like names, dates, record numbers or e-mail addresses. */
  looksPersonal: z.boolean(),
  /** Absent in datasets of older versions. */
  privacy: PrivacyLevel.optional(),
  /** Absent where the column is open because nothing speaks against it. */
  privacyReason: PrivacyReason.optional(),
  /** What the program would choose; only where a person chose, and absent in datasets of older versions. */
  suggested: z.object({ privacy: PrivacyLevel, privacyReason: PrivacyReason.optional() }).optional(),
});
export type ObsColumnInfo = z.infer<typeof ObsColumnInfo>;

const FileFormat = z.enum(['h5ad', '10x-h5', '10x-mtx', 'zarr', 'loom', 'delimited', 'xlsx', 'rds']);

/** One of several samples, told before anything is imported. */
export const SampleInspection = z.object({
  name: z.string(),
  /** Null inside an archive. */
  path: z.string().nullable(),
  /** Null where it cannot be read. */
  format: FileFormat.nullable(),
  description: z.string(),
  nCells: z.number().int(),
  nGenes: z.number().int(),
  species: Species.nullable(),
  /** Of the matrix that would be read; null where none holds counts. */
  matrix: z.string().nullable(),
  warnings: z.array(z.string()),
  /** Why it cannot be read. */
  error: z.string().nullable(),
});
export type SampleInspection = z.infer<typeof SampleInspection>;

/** Cells of two species in one file, told by the genes or by an annotation. */
export const SpeciesMixture = z.object({
  by: z.enum(['genes', 'column']),
  column: z.string().nullable(),
});
export type SpeciesMixture = z.infer<typeof SpeciesMixture>;

/** How a warning begins that some samples are human and others mouse. */
export const TWO_SPECIES = 'The samples are of two species';

/** What inspection says of it among the warnings; the window says it in its own words, with a button. */
export function mixtureSentence({ by, column }: SpeciesMixture): string {
  return by === 'genes'
    ? 'It holds human and mouse genes; Species both makes a dataset of the human and one of the mouse cells.'
    : `obs/${column} says that it holds human and mouse cells; Species both makes a dataset of each.`;
}

/** What the lines of a table are. */
export const TableOrientation = z.enum(['auto', 'genes-by-cells', 'cells-by-genes']);
export type TableOrientation = z.infer<typeof TableOrientation>;

/** What files are, told before anything is imported; of several samples, what holds for all of them. */
export const FileInspection = z.object({
  /** The first of what was chosen. */
  path: z.string(),
  /** Of the first sample that can be read. */
  format: FileFormat,
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
  /** Of several samples: the one that will name them, then those that all of them have. */
  obsColumns: z.array(ObsColumnInfo),
  /** What annotations seem to be used for; an import takes only what it is told. */
  suggestedRoles: z.record(ColumnRole, z.string().nullable()),
  /** The annotation that will name the sample of each cell; null for one sample. */
  sampleColumn: z.string().nullable(),
  warnings: z.array(z.string()),
  samples: z.array(SampleInspection),
  /** Genes of every sample and of any; null for one sample. */
  geneOverlap: z.object({ shared: z.number().int(), all: z.number().int() }).nullable(),
  mixture: SpeciesMixture.nullable(),
});
export type FileInspection = z.infer<typeof FileInspection>;

export const ImportConfig = z.object({
  input: field(z.array(z.string().min(1)).min(1).max(500), {
    title: 'Files or folders',
    help: 'AnnData (.h5ad, .zarr), 10x (HDF5 or a folder), loom, R objects (.rds), tables (CSV, TSV, Excel), or a folder or archive of such. Several are merged, each a sample.',
    source: 'files',
  }),
  sampleNames: field(z.array(z.string().overwrite(oneLine).max(80)).max(500).optional(), {
    title: 'Sample names',
    help: 'One for each sample, in the order in which inspection lists them; the part of the file names that tells them apart if left empty.',
    advanced: true,
  }),
  genes: field(z.enum(['intersection', 'union']).default('intersection'), {
    title: 'Genes of several samples',
    help: 'Intersection keeps the genes that every sample measured. Union keeps all; a gene that a sample did not measure then counts 0 in its cells, which looks like a difference between samples and is none.',
    advanced: true,
  }),
  name: field(z.string().overwrite(oneLine).max(80).optional(), {
    title: 'Name',
    help: 'What this dataset is called in the project; the file name if left empty.',
  }),
  matrix: field(z.string().default('auto'), {
    title: 'Matrix',
    help: 'Where the raw counts lie, for example X, raw/X or layers/counts; auto takes the first that holds counts.',
    advanced: true,
  }),
  species: field(z.enum(['auto', 'human', 'mouse', 'both']).default('auto'), {
    title: 'Species',
    help: 'Auto decides from the gene names. Both makes two datasets, one of the human and one of the mouse cells.',
  }),
  speciesColumn: field(z.string().optional(), {
    title: 'Species column',
    help: 'The annotation that says whether a cell is human or mouse. It parts the cells into a dataset of each, or picks those of the species chosen.',
    source: 'label-column',
    advanced: true,
  }),
  speciesShare: field(z.number().min(0.5).max(1).default(0.9), {
    title: 'Share of one species',
    help: 'With Species both and genes of two genomes: share of its counts that a cell must have from one species; cells below hold both, as doublets do, and are left out.',
    advanced: true,
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
    source: 'column-privacy',
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

/** What one of several samples gave. */
export const SampleReport = z.object({
  name: z.string(),
  format: FileFormat,
  matrix: z.string(),
  nCells: z.number().int(),
  genesInFile: z.number().int(),
  genesMatched: z.number().int(),
  /** Genes of the sample in the dataset. */
  nGenes: z.number().int(),
  /** Share of all counts in genes of the dataset, 0 to 1. */
  countsKept: z.number(),
  cellsWithoutCounts: z.number().int(),
  warnings: z.array(z.string()),
});
export type SampleReport = z.infer<typeof SampleReport>;

/** How cells of two species were told apart. */
export const SpeciesSplit = z.object({
  by: z.enum(['sample', 'genes', 'column']),
  human: z.number().int(),
  mouse: z.number().int(),
  /** With counts of both, or of neither species. */
  leftOut: z.number().int(),
});
export type SpeciesSplit = z.infer<typeof SpeciesSplit>;

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
  /** Genes of the dataset by their relation to the other species; absent in datasets of older versions. */
  orthologs: z.array(OrthologShare).optional(),
  warnings: z.array(z.string()),
  samples: z.array(SampleReport).default([]),
  /** The annotation that names the sample of each cell; null for one sample. */
  sampleColumn: z.string().nullable().default(null),
  /** Genes of every sample and of any, and the share of all counts in those of every sample, 0 to 1; null for one sample. */
  geneOverlap: z
    .object({ shared: z.number().int(), all: z.number().int(), sharedCounts: z.number() })
    .nullable()
    .default(null),
  speciesSplit: SpeciesSplit.nullable().default(null),
});
export type ImportReport = z.infer<typeof ImportReport>;
