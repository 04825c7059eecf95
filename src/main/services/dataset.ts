import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { DatasetInfo } from '#shared/contract/dataset.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import { WORKBOOK } from '#shared/contract/exported-file.ts';
import type { ImportReport } from '#shared/domain/dataset.ts';
import type { Gene } from '#shared/domain/gene.ts';
import { inputTitle } from '#shared/util/input-title.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Project } from '#project/project.ts';
import { mouseCounts } from '#project/stored/mouse-counts.ts';
import { annotationsOf } from '#project/stored/annotations.ts';
import { DATASET_BLOBS } from '#project/stored/dataset-blobs.ts';
import { readGeneColumns } from '#project/stored/gene-counts.ts';
import { readGeneReport } from '#project/stored/gene-report.ts';
import { setColumns, toldColumns, visibleColumn } from './annotations.ts';
import { classicalHandlers } from './classical.ts';
import type { ServiceDeps } from './deps.ts';
import { filterGenes, geneReportCsv, geneReportPage, geneReportSheet } from './gene-report.ts';
import { qualityHandlers } from './quality.ts';

const os = implement(contract.dataset);

/** Imported counts, their annotations and their map. */
export function datasetService(deps: ServiceDeps) {
  const { workspace, engine } = deps;
  const project = () => workspace.require().project;
  const artifacts = () => project().artifacts;
  return os.router({
    ...classicalHandlers(deps),
    ...qualityHandlers(deps),
    inspect: os.inspect.handler(({ input }) => engine.call('inspect', input)),
    import: os.import.handler(({ input }) =>
      workspace.start('import', `Import ${input.name ?? inputTitle(input.input)}`, input),
    ),
    list: os.list.handler(() =>
      artifacts()
        .list({ kind: 'dataset' })
        .map((each) => datasetInfo(project(), each)),
    ),
    columns: os.columns.handler(({ input }) => toldColumns(project(), workspace.artifact('dataset', input.dataset))),
    setColumns: os.setColumns.handler(({ input: { dataset: ref, why, ...said } }) =>
      setColumns(project(), workspace.artifact('dataset', ref), said, why),
    ),
    column: os.column.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      return visibleColumn(project(), dataset, input.column);
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
        species: datasetInfo(project(), dataset).species,
        genes: input.genes,
        measured: artifacts().readJson<Gene[]>(dataset.id, DATASET_BLOBS.genes),
        detections: Array.from(artifacts().readTyped(dataset.id, DATASET_BLOBS.detections, 'int32')),
      });
    }),
    genes: os.genes.handler(({ input: { dataset: ref, ...page } }) => {
      const dataset = workspace.artifact('dataset', ref);
      return geneReportPage(readGeneReport(artifacts(), dataset), page);
    }),
    orthologs: os.orthologs.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      return engine.call('orthologs', { ...mouseCounts(project(), dataset), minCells: input.minCellsPerGene });
    }),
    exportGenes: os.exportGenes.handler(async ({ input: { dataset: ref, format, ...filter }, signal }) => {
      const dataset = workspace.artifact('dataset', ref);
      const rows = filterGenes(readGeneReport(artifacts(), dataset), filter);
      project().audit.append({ what: `gene report exported as ${format}`, details: { id: dataset.id } });
      const fileName = `genes-${dataset.id.slice(0, 12)}.${format}`;
      if (format === 'csv') return { fileName, mediaType: 'text/csv', content: geneReportCsv(rows) };
      const { content } = await engine.call('workbook', { sheets: [geneReportSheet(rows)] }, { signal });
      return { fileName, mediaType: WORKBOOK, encoding: 'base64' as const, content };
    }),
  });
}

function datasetInfo(project: Project, manifest: ArtifactManifest): DatasetInfo {
  const report = manifest.summary as unknown as ImportReport;
  const { roles, columns } = annotationsOf(project, manifest);
  return {
    id: manifest.id,
    name: manifest.title,
    species: report.species,
    nCells: report.nCells,
    nGenes: report.nGenes,
    obsColumns: columns,
    labelColumn: roles.label,
    donorColumn: roles.donor,
    sampleColumn: roles.sample,
    batchColumn: roles.batch,
    conditionColumn: roles.condition,
    report,
    createdAt: manifest.createdAt,
  };
}
