import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { DatasetInfo } from '#shared/contract/dataset.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ImportReport, ObsColumnInfo } from '#shared/domain/dataset.ts';
import type { Gene } from '#shared/domain/gene.ts';
import { inputTitle } from '#shared/util/input-title.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { DATASET_BLOBS, type StoredColumn } from '#project/stored/dataset-blobs.ts';
import { readGeneColumns } from '#project/stored/gene-counts.ts';
import { classicalHandlers } from './classical.ts';
import type { ServiceDeps } from './deps.ts';
import { filterGenes, geneReportCsv, geneReportPage, readGeneReport } from './gene-report.ts';
import { qualityHandlers } from './quality.ts';

const os = implement(contract.dataset);

/** Imported counts, their annotations and their map. */
export function datasetService(deps: ServiceDeps) {
  const { workspace, engine } = deps;
  const artifacts = () => workspace.require().project.artifacts;
  return os.router({
    ...classicalHandlers(deps),
    ...qualityHandlers(deps),
    inspect: os.inspect.handler(({ input }) => engine.call('inspect', input)),
    import: os.import.handler(({ input }) =>
      workspace.start('import', `Import ${input.name ?? inputTitle(input.input)}`, input),
    ),
    list: os.list.handler(() => artifacts().list({ kind: 'dataset' }).map(datasetInfo)),
    column: os.column.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      const columns = artifacts().readJson<StoredColumn[]>(dataset.id, DATASET_BLOBS.obs);
      const column = columns.find(({ name }) => name === input.column);
      if (!column) {
        throw new WorkbenchError(
          'not-found',
          `${dataset.title}: it has no column "${input.column}"; it has ${columns.map(({ name }) => name).join(', ')}.`,
        );
      }
      if (column.kind === 'categorical') return column;
      if (column.kind === 'number') return column;
      throw new WorkbenchError(
        'unsupported',
        `${dataset.title}: column "${input.column}" holds free text, which is not shown; choose a categorical or numeric one.`,
      );
    }),
    expression: os.expression.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      const genes = artifacts().readJson<Gene[]>(dataset.id, DATASET_BLOBS.genes);
      const wanted = input.gene.toLowerCase();
      const index = genes.findIndex(({ id, symbol }) => id.toLowerCase() === wanted || symbol.toLowerCase() === wanted);
      if (index < 0)
        throw new WorkbenchError('not-found', `${dataset.title}: gene ${input.gene} was not measured; choose another.`);
      const columns = readGeneColumns(artifacts(), dataset.id, genes.length, index, index + 1);
      const totals = artifacts().readTyped(dataset.id, DATASET_BLOBS.totals, 'float64');
      const values = new Array<number>(totals.length).fill(0);
      columns.indices.forEach((cell, i) => (values[cell] = Math.log1p((1e4 * columns.data[i]) / totals[cell])));
      return { gene: genes[index], values };
    }),
    resolveGenes: os.resolveGenes.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      return engine.call('resolveGenes', {
        species: datasetInfo(dataset).species,
        genes: input.genes,
        measured: artifacts().readJson<Gene[]>(dataset.id, DATASET_BLOBS.genes),
        detections: Array.from(artifacts().readTyped(dataset.id, DATASET_BLOBS.detections, 'int32')),
      });
    }),
    genes: os.genes.handler(({ input: { dataset: ref, ...page } }) => {
      const dataset = workspace.artifact('dataset', ref);
      return geneReportPage(readGeneReport(artifacts(), dataset), page);
    }),
    exportGenes: os.exportGenes.handler(({ input: { dataset: ref, ...filter } }) => {
      const dataset = workspace.artifact('dataset', ref);
      const rows = filterGenes(readGeneReport(artifacts(), dataset), filter);
      workspace.require().project.audit.append({ what: 'gene report exported as csv', details: { id: dataset.id } });
      return {
        fileName: `genes-${dataset.id.slice(0, 12)}.csv`,
        mediaType: 'text/csv',
        content: geneReportCsv(rows),
      };
    }),
  });
}

function datasetInfo(manifest: ArtifactManifest): DatasetInfo {
  const report = manifest.summary as unknown as ImportReport & {
    obsColumns: ObsColumnInfo[];
    labelColumn: string | null;
    donorColumn: string | null;
  };
  return {
    id: manifest.id,
    name: manifest.title,
    species: report.species,
    nCells: report.nCells,
    nGenes: report.nGenes,
    obsColumns: report.obsColumns,
    labelColumn: report.labelColumn,
    donorColumn: report.donorColumn,
    report,
    createdAt: manifest.createdAt,
  };
}
