import { z } from 'zod';
import { FileInspection, ImportConfig, ImportReport, ObsColumnInfo } from '../domain/dataset.ts';
import { Gene, Species } from '../domain/gene.ts';
import { GeneReportRow, GeneReportShare, GeneStatus, OrthologCoverage } from '../domain/gene-report.ts';
import { PreprocessConfig } from '../domain/preprocess.ts';
import { ArtifactId } from '../domain/ids.ts';
import { ColumnRole } from '../domain/annotation.ts';
import { field, type FieldMeta } from '../domain/field.ts';
import { ArtifactRef, procedure, StartedJob } from './base.ts';
import { classical } from './classical.ts';
import { ExportedFile } from './exported-file.ts';
import { quality } from './quality.ts';

export const DatasetInfo = z.object({
  id: ArtifactId,
  name: z.string(),
  species: Species,
  nCells: z.number().int(),
  nGenes: z.number().int(),
  obsColumns: z.array(ObsColumnInfo),
  labelColumn: z.string().nullable(),
  donorColumn: z.string().nullable(),
  sampleColumn: z.string().nullable(),
  batchColumn: z.string().nullable(),
  conditionColumn: z.string().nullable(),
  report: ImportReport,
  createdAt: z.string(),
});
export type DatasetInfo = z.infer<typeof DatasetInfo>;

export const ResolvedGenes = z.object({
  matched: z.array(z.object({ input: z.string(), gene: Gene, nCells: z.number().int() })),
  ambiguous: z.array(z.object({ input: z.string(), candidates: z.array(Gene) })),
  missing: z.array(z.object({ input: z.string(), reason: z.string() })),
});
export type ResolvedGenes = z.infer<typeof ResolvedGenes>;

const geneFilter = {
  dataset: field(ArtifactRef, { title: 'Dataset', help: 'Whose file names are told.', source: 'dataset' }),
  status: field(GeneStatus.optional(), { title: 'Outcome', help: 'Only names that ended like this.' }),
  by: field(z.string().optional(), { title: 'Recognised by', help: 'Only names recognised in this way.' }),
  search: field(z.string().max(100).optional(), {
    title: 'Search',
    help: 'Only names, symbols and ids that hold this text, in any case.',
  }),
};

const role = (name: 'labelColumn' | 'donorColumn' | 'sampleColumn' | 'batchColumn' | 'conditionColumn') =>
  field(ImportConfig.shape[name].nullable(), ImportConfig.shape[name].meta() as FieldMeta);

/** What is said of columns after the import; `null` takes a role away, what is absent stays as it is. */
export const SetColumnsConfig = z.object({
  dataset: field(ArtifactRef, { title: 'Dataset', help: 'Whose annotations are meant.', source: 'dataset' }),
  labelColumn: role('labelColumn'),
  donorColumn: role('donorColumn'),
  sampleColumn: role('sampleColumn'),
  batchColumn: role('batchColumn'),
  conditionColumn: role('conditionColumn'),
  columnPrivacy: ImportConfig.shape.columnPrivacy,
  why: field(z.string().max(500).optional(), { title: 'Reason', help: 'Kept in the audit log beside the change.' }),
});
export type SetColumnsConfig = z.infer<typeof SetColumnsConfig>;

/** Columns of a dataset with what they are used for and who may see them. */
export const ToldColumns = z.object({
  roles: z.record(ColumnRole, z.string().nullable()),
  columns: z.array(ObsColumnInfo),
});
export type ToldColumns = z.infer<typeof ToldColumns>;

/** One page of the gene report, and the counts of every outcome in the whole of it. */
export const GeneReportPage = z.object({
  shares: z.array(GeneReportShare),
  /** Names that fit the filter. */
  total: z.number().int(),
  rows: z.array(GeneReportRow),
  /** Ids of candidates in `rows` that other names of the files lead to: chosen, their counts are added up. */
  taken: z.array(z.string()),
});
export type GeneReportPage = z.infer<typeof GeneReportPage>;

export const dataset = {
  ...classical,
  ...quality,
  inspect: procedure({ help: 'Say what a file holds, without importing it.', withoutProject: true })
    .input(z.object({ input: ImportConfig.shape.input }))
    .output(FileInspection),
  import: procedure({
    help: 'Read counts into the project and report what was kept, dropped and why.',
    startsJob: true,
  })
    .input(ImportConfig)
    .output(StartedJob),
  list: procedure({ help: 'Datasets of the project.' }).output(z.array(DatasetInfo)),
  columns: procedure({ help: 'Annotations of the cells: what they are used for and who may see their values.' })
    .input(z.object({ dataset: ArtifactRef }))
    .output(ToldColumns),
  setColumns: procedure({
    help: 'Say what annotations are used for and who may see them; the imported dataset stays as it is.',
  })
    .input(SetColumnsConfig)
    .output(ToldColumns),
  column: procedure({ help: 'One annotation of every cell.', notOnCommandLine: true })
    .input(z.object({ dataset: ArtifactRef, column: z.string() }))
    .output(
      z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('categorical'),
          name: z.string(),
          categories: z.array(z.string()),
          codes: z.array(z.number().int()),
        }),
        z.object({ kind: z.literal('number'), name: z.string(), values: z.array(z.number().nullable()) }),
      ]),
    ),
  expression: procedure({ help: 'log1p counts per 10,000 of one gene in every cell.', notOnCommandLine: true })
    .input(z.object({ dataset: ArtifactRef, gene: z.string() }))
    .output(z.object({ gene: Gene, values: z.array(z.number()) })),
  resolveGenes: procedure({
    help: 'Turn symbols, aliases and ids into genes of a dataset; says which are ambiguous or missing.',
  })
    .input(z.object({ dataset: ArtifactRef, genes: z.array(z.string()).max(50_000) }))
    .output(ResolvedGenes),
  genes: procedure({ help: 'What became of every gene name of the imported files.' })
    .input(
      z.object({
        ...geneFilter,
        offset: field(z.number().int().min(0).default(0), { title: 'First', help: 'How many names to pass over.' }),
        limit: field(z.number().int().min(1).max(1000).default(50), {
          title: 'At most',
          help: 'How many names to tell; those with most counts come first.',
          unit: 'names',
        }),
      }),
    )
    .output(GeneReportPage),
  orthologs: procedure({
    help: 'Genes and counts of a mouse dataset that would be written with human tokens, by policy, before quality rules.',
  })
    .input(z.object({ dataset: ArtifactRef, minCellsPerGene: PreprocessConfig.shape.minCellsPerGene }))
    .output(z.array(OrthologCoverage)),
  exportGenes: procedure({ help: 'Write what became of every gene name as a table.' })
    .input(
      z.object({
        ...geneFilter,
        format: field(z.enum(['csv', 'xlsx']).default('csv'), {
          title: 'Format',
          help: 'csv: text for any program. xlsx: an Excel workbook, in which names stay names.',
        }),
      }),
    )
    .output(ExportedFile),
};
