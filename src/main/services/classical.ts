import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { Grouping } from '#shared/contract/classical.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import {
  LayoutConfig,
  MAP_CLUSTERS,
  REFERENCE_LABELS,
  type LabelsReport,
  type MarkerGene,
  type MarkersReport,
  type MixingReport,
} from '#shared/domain/classical.ts';
import type { ObsColumnInfo } from '#shared/domain/dataset.ts';
import { agreementOf } from '#shared/util/agreement.ts';
import { LABELS_BLOBS, MARKERS_BLOBS } from '#project/stored/classical-blobs.ts';
import { DATASET_BLOBS } from '#project/stored/dataset-blobs.ts';
import { groupingName, newestGrouping, readGrouping, readMapClusters } from '#project/stored/groupings.ts';
import { LAYOUT_BLOBS } from '#project/stored/layout-blobs.ts';
import { labelsCsv, markersCsv } from './classical-tables.ts';
import type { ServiceDeps } from './deps.ts';

const os = implement(contract.dataset);

/** Maps, markers and reference labels. */
export function classicalHandlers({ workspace }: ServiceDeps) {
  const artifacts = () => workspace.require().project.artifacts;
  const typed = (id: string, blob: string, type: 'int32' | 'float32' | 'uint8') =>
    artifacts().readTyped(id, blob, type);
  const ofDataset = (kind: 'layout' | 'markers' | 'labels', ref: string) => {
    const { id } = workspace.artifact('dataset', ref);
    return artifacts()
      .list({ kind })
      .filter(({ inputs }) => inputs[0] === id);
  };
  const tokensId = (ref: string | undefined) => (ref ? { tokens: workspace.input('tokens', ref).id } : {});

  return {
    map: os.map.handler(({ input }) => {
      const dataset = workspace.input('dataset', input.dataset);
      const config = { ...input, dataset: dataset.id, ...tokensId(input.tokens) };
      return workspace.start('layout', `Map of ${dataset.title}`, config);
    }),
    maps: os.maps.handler(({ input }) =>
      ofDataset('layout', input.dataset).map(({ id, summary, config, createdAt }) => ({
        id,
        method: String(summary.method),
        nCells: Number(summary.nCells),
        nClusters: Number(summary.nClusters),
        config: LayoutConfig.parse(config),
        mixing: (summary.mixing as MixingReport | undefined) ?? null,
        createdAt,
      })),
    ),
    cellMap: os.cellMap.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      const layout = input.map
        ? workspace.artifact('layout', input.map)
        : newestGrouping(artifacts(), dataset.id, MAP_CLUSTERS);
      if (!layout) return null;
      const coordinates = (blob: string) => Array.from(typed(layout.id, blob, 'float32'));
      const isCorrected = layout.blobs.some(({ name }) => name === LAYOUT_BLOBS.xBefore);
      return {
        id: layout.id,
        dataset: dataset.id,
        method: String(layout.summary.method),
        x: coordinates(LAYOUT_BLOBS.x),
        y: coordinates(LAYOUT_BLOBS.y),
        before: isCorrected ? { x: coordinates(LAYOUT_BLOBS.xBefore), y: coordinates(LAYOUT_BLOBS.yBefore) } : null,
        cellIndex: Array.from(typed(layout.id, LAYOUT_BLOBS.cellIndex, 'int32')),
        clusters: Array.from(readMapClusters(artifacts(), layout)),
        nPlaced: Number(layout.summary.nPlaced ?? 0),
        mixing: (layout.summary.mixing as MixingReport | undefined) ?? null,
        warnings: (layout.summary.warnings as string[] | undefined) ?? [],
        config: LayoutConfig.parse(layout.config),
        createdAt: layout.createdAt,
      };
    }),
    groupings: os.groupings.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      return [
        ...annotations(dataset),
        ...computed(ofDataset('layout', dataset.id), MAP_CLUSTERS, 'nClusters', ({ summary }) =>
          String(summary.method),
        ),
        ...computed(ofDataset('labels', dataset.id), REFERENCE_LABELS, 'nLabels', ({ title }) => title),
      ];
    }),
    groupSizes: os.groupSizes.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      const column = groupingName(dataset, input.column);
      const from = groupsId(column, input.groups);
      const { names, codes, source } = readGrouping(workspace.require().project, dataset, column, from);
      const sizes = new Array<number>(names.length).fill(0);
      for (const code of codes) if (code >= 0) sizes[code]++;
      return { column, groups: source?.id ?? null, states: names.map((name, i) => ({ name, nCells: sizes[i] })) };
    }),
    markers: os.markers.handler(({ input }) => {
      const dataset = workspace.artifact('dataset', input.dataset);
      const column = groupingName(dataset, input.column);
      const { source } = readGrouping(workspace.require().project, dataset, column, groupsId(column, input.groups));
      return workspace.start('markers', `Markers of ${dataset.title}`, {
        ...input,
        dataset: dataset.id,
        column,
        ...(source ? { groups: source.id } : {}),
        ...tokensId(input.tokens),
      });
    }),
    markerReports: os.markerReports.handler(({ input }) => ofDataset('markers', input.dataset).map(markersReport)),
    markerTable: os.markerTable.handler(({ input }) => markerTable(workspace.artifact('markers', input.markers))),
    exportMarkers: os.exportMarkers.handler(({ input }) => {
      const { report, genes } = markerTable(workspace.artifact('markers', input.markers));
      workspace.require().project.audit.append({ what: 'markers exported as csv', details: { id: report.id } });
      return file(`markers-${report.id.slice(0, 12)}.csv`, markersCsv(report, genes));
    }),
    annotate: os.annotate.handler(({ input }) => {
      const dataset = workspace.input('dataset', input.dataset);
      const reference = workspace.input('dataset', input.reference);
      return workspace.start('annotate', `Labels of ${dataset.title} from ${reference.title}`, {
        ...input,
        dataset: dataset.id,
        reference: reference.id,
        ...tokensId(input.tokens),
      });
    }),
    labelReports: os.labelReports.handler(({ input }) => ofDataset('labels', input.dataset).map(labelsReport)),
    cellLabels: os.cellLabels.handler(({ input }) => {
      const manifest = workspace.artifact('labels', input.labels);
      const nCells = Number(artifacts().get(manifest.inputs[0]).summary.nCells);
      const cells = typed(manifest.id, LABELS_BLOBS.cellIndex, 'int32');
      const spread = <T>(
        blob: string,
        type: 'int32' | 'float32' | 'uint8',
        none: T,
        valueOf: (value: number) => T,
      ): T[] => {
        const all = new Array<T>(nCells).fill(none);
        typed(manifest.id, blob, type).forEach((value, i) => (all[cells[i]] = valueOf(value)));
        return all;
      };
      const finite = (value: number) => (Number.isFinite(value) ? value : null);
      return {
        report: labelsReport(manifest),
        codes: spread(LABELS_BLOBS.codes, 'int32', -1, Number),
        scores: spread(LABELS_BLOBS.scores, 'float32', null, finite),
        deltas: spread(LABELS_BLOBS.deltas, 'float32', null, finite),
        isUncertain: spread(LABELS_BLOBS.isUncertain, 'uint8', false, Boolean),
      };
    }),
    agreement: os.agreement.handler(({ input }) => {
      const manifest = workspace.artifact('labels', input.labels);
      const dataset = artifacts().get(manifest.inputs[0]);
      const labels = readGrouping(workspace.require().project, dataset, REFERENCE_LABELS, manifest.id);
      if (input.certainOnly) {
        const cells = typed(manifest.id, LABELS_BLOBS.cellIndex, 'int32');
        typed(manifest.id, LABELS_BLOBS.isUncertain, 'uint8').forEach((one, i) => {
          if (one === 1) labels.codes[cells[i]] = -1;
        });
      }
      const column = groupingName(dataset, input.column);
      return agreementOf(
        readGrouping(workspace.require().project, dataset, column, groupsId(column, input.groups)),
        labels,
      );
    }),
    exportLabels: os.exportLabels.handler(({ input }) => {
      const manifest = workspace.artifact('labels', input.labels);
      const content = labelsCsv(labelsReport(manifest), {
        cellIds: artifacts().readJson<string[]>(manifest.inputs[0], DATASET_BLOBS.cellIds),
        cells: typed(manifest.id, LABELS_BLOBS.cellIndex, 'int32'),
        codes: typed(manifest.id, LABELS_BLOBS.codes, 'int32'),
        scores: typed(manifest.id, LABELS_BLOBS.scores, 'float32'),
        deltas: typed(manifest.id, LABELS_BLOBS.deltas, 'float32'),
        isUncertain: typed(manifest.id, LABELS_BLOBS.isUncertain, 'uint8'),
      });
      workspace.require().project.audit.append({ what: 'labels exported as csv', details: { id: manifest.id } });
      return file(`labels-${manifest.id.slice(0, 12)}.csv`, content);
    }),
  };

  function groupsId(column: string, ref: string | undefined): string | undefined {
    return ref && workspace.artifact(column === MAP_CLUSTERS ? 'layout' : 'labels', ref).id;
  }

  function markersReport(manifest: ArtifactManifest): MarkersReport {
    const stored = artifacts().readJson<MarkersReport>(manifest.id, MARKERS_BLOBS.report);
    return { ...stored, id: manifest.id, dataset: manifest.inputs[0], createdAt: manifest.createdAt };
  }

  function markerTable(manifest: ArtifactManifest): { report: MarkersReport; genes: MarkerGene[][] } {
    return {
      report: markersReport(manifest),
      genes: artifacts().readJson<MarkerGene[][]>(manifest.id, MARKERS_BLOBS.genes),
    };
  }

  function labelsReport(manifest: ArtifactManifest): LabelsReport {
    const stored = artifacts().readJson<LabelsReport>(manifest.id, LABELS_BLOBS.report);
    const [dataset, reference] = manifest.inputs;
    return { ...stored, id: manifest.id, dataset, reference, createdAt: manifest.createdAt };
  }
}

function annotations({ summary }: ArtifactManifest): Grouping[] {
  return (summary.obsColumns as ObsColumnInfo[])
    .filter(
      ({ name, kind, looksPersonal }) =>
        (kind === 'categorical' || kind === 'boolean') && !looksPersonal && name !== summary.donorColumn,
    )
    .map(({ name, nDistinct }) => ({
      column: name,
      groups: null,
      kind: 'annotation',
      title: name,
      nGroups: nDistinct,
      createdAt: null,
    }));
}

function computed(
  manifests: readonly ArtifactManifest[],
  column: typeof MAP_CLUSTERS | typeof REFERENCE_LABELS,
  number: 'nClusters' | 'nLabels',
  title: (manifest: ArtifactManifest) => string,
): Grouping[] {
  return manifests.map((manifest) => ({
    column,
    groups: manifest.id,
    kind: column === MAP_CLUSTERS ? 'clusters' : 'labels',
    title: title(manifest),
    nGroups: Number(manifest.summary[number]),
    createdAt: manifest.createdAt,
  }));
}

function file(fileName: string, content: string) {
  return { fileName, mediaType: 'text/csv', content };
}
