import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { DatasetInfo } from '#shared/contract/dataset.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ImportReport, ObsColumnInfo } from '#shared/domain/dataset.ts';
import type { Gene } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { DATASET_BLOBS, type StoredColumn } from '#project/stored/dataset-blobs.ts';
import { readGeneCounts } from '#project/stored/gene-counts.ts';
import { LAYOUT_BLOBS } from '#project/stored/layout-blobs.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.dataset);

/** Imported counts, their annotations and their map. */
export function datasetService({ workspace, engine }: ServiceDeps) {
  const artifacts = () => workspace.require().project.artifacts;
  return os.router({
    inspect: os.inspect.handler(({ input }) => engine.call('inspect', input)),
    import: os.import.handler(({ input }) =>
      workspace.start('import', `Import ${input.name ?? input.input[0].split(/[\\/]/).at(-1)}`, input),
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
      const { cells, counts } = readGeneCounts(artifacts(), dataset.id, genes.length, index);
      const totals = artifacts().readTyped(dataset.id, DATASET_BLOBS.totals, 'float64');
      const values = new Array<number>(totals.length).fill(0);
      cells.forEach((cell, i) => (values[cell] = Math.log1p((1e4 * counts[i]) / totals[cell])));
      return { gene: genes[index], values };
    }),
    map: os.map.handler(({ input }) => {
      const dataset = workspace.input('dataset', input.dataset);
      return workspace.start('layout', `Map of ${dataset.title}`, { dataset: dataset.id });
    }),
    cellMap: os.cellMap.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      const layout = artifacts()
        .list({ kind: 'layout' })
        .findLast(({ inputs }) => inputs.includes(dataset.id));
      if (!layout) return null;
      return {
        id: layout.id,
        dataset: dataset.id,
        method: String(layout.summary.method),
        x: Array.from(artifacts().readTyped(layout.id, LAYOUT_BLOBS.x, 'float32')),
        y: Array.from(artifacts().readTyped(layout.id, LAYOUT_BLOBS.y, 'float32')),
        cellIndex: Array.from(artifacts().readTyped(layout.id, LAYOUT_BLOBS.cellIndex, 'int32')),
        clusters: Array.from(artifacts().readTyped(layout.id, LAYOUT_BLOBS.clusters, 'int32')),
      };
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
