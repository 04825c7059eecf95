import { implement } from '@orpc/server';
import { contract } from '#shared/contract/index.ts';
import type { Grouping } from '#shared/contract/classical.ts';
import type { LabelsReport, MarkerGene, MarkersReport } from '#shared/domain/classical.ts';
import { agreementOf } from '#shared/util/agreement.ts';
import { artifactId, cellMap, dataset, IDS, rankedGenes, STATES } from './fake-data.ts';
import type { FakeJobs } from './fake-jobs.ts';

const names = STATES.map(([label]) => label);
const MARKERS = artifactId('d1');
const LABELS = artifactId('d2');
const REFERENCE = artifactId('d3');
const at = '2026-03-02T10:06:00.000Z';

export const markersReport: MarkersReport = {
  id: MARKERS,
  dataset: IDS.dataset,
  column: 'clusters',
  order: 'auc',
  blockColumn: 'embryo',
  nCells: 3696,
  nGenes: 16_791,
  groups: STATES.map(([name, nCells], i) => ({
    name,
    nCells,
    nDonors: i === 6 ? 1 : 4,
    largestDonorShare: i === 6 ? 1 : 0.31,
    cautions:
      i === 6 ? ['All of its cells come from one donor: its markers may be those of the donor, not of the group.'] : [],
  })),
  leftOut: [{ name: 'doublets', nCells: 4 }],
  warnings: ['Groups with fewer than 10 cells were left out: 1.'],
  createdAt: at,
};

const markerGenes: MarkerGene[][] = STATES.map((_, group) =>
  rankedGenes.slice(group * 20, group * 20 + 20).map(({ geneId, symbol }, i) => ({
    geneId,
    symbol,
    rank: i + 1,
    auc: 0.98 - 0.012 * i,
    minAuc: 0.9 - 0.02 * i,
    cohensD: 3.4 - 0.1 * i,
    logFoldChange: 2.9 - 0.11 * i,
    meanIn: 3 - 0.1 * i,
    detectedIn: 0.97 - 0.01 * i,
    detectedOut: 0.08 + 0.015 * i,
  })),
);

const labelsReport: LabelsReport = {
  id: LABELS,
  dataset: IDS.dataset,
  reference: REFERENCE,
  referenceTitle: 'Pancreas atlas',
  labelColumn: 'cell_type',
  nGenesShared: 14_020,
  nMarkers: 612,
  acrossSpecies: false,
  nCells: 3696,
  nUncertain: 87,
  labels: STATES.map(([name, nCells], i) => ({
    name,
    nReferenceCells: 300 + i,
    referenceRecall: 0.98 - 0.05 * i,
    nCells,
    nUncertain: 3 * i,
    medianScore: 0.71,
    medianDelta: 0.09,
  })),
  leftOut: [],
  warnings: [],
  createdAt: at,
};

/** Maps, markers and labels of the fake dataset. */
export function fakeClassical(jobs: FakeJobs, all: boolean) {
  const os = implement(contract).dataset;
  const file = { fileName: 'markers.csv', mediaType: 'text/csv', content: 'group,symbol\r\nBeta,Ins1\r\n' };
  const groupings: Grouping[] = [
    { column: 'clusters', groups: null, kind: 'annotation', title: 'clusters', nGroups: 8, createdAt: null },
    { column: 'embryo', groups: null, kind: 'annotation', title: 'embryo', nGroups: 4, createdAt: null },
    ...(all
      ? ([
          {
            column: '@clusters',
            groups: IDS.layout,
            kind: 'clusters',
            title: cellMap.map.method,
            nGroups: 10,
            createdAt: at,
          },
          { column: '@labels', groups: LABELS, kind: 'labels', title: 'Pancreas atlas', nGroups: 8, createdAt: at },
        ] as const)
      : []),
  ];
  return {
    map: os.map.handler(({ input }) => jobs.start('layout', 'Cell map', input)),
    maps: os.maps.handler(() =>
      all
        ? [
            {
              id: IDS.layout,
              method: cellMap.map.method,
              nCells: 3696,
              nClusters: 10,
              config: cellMap.map.config,
              mixing: cellMap.map.mixing,
              createdAt: at,
            },
          ]
        : [],
    ),
    cellMap: os.cellMap.handler(() => (all ? cellMap.map : null)),
    groupings: os.groupings.handler(() => groupings),
    groupSizes: os.groupSizes.handler(({ input }) => ({
      column: input.column,
      groups: null,
      states: STATES.map(([name, nCells]) => ({ name, nCells })),
    })),
    markers: os.markers.handler(({ input }) => jobs.start('markers', 'Markers', input)),
    markerReports: os.markerReports.handler(() => (all ? [markersReport] : [])),
    markerTable: os.markerTable.handler(() => ({ report: markersReport, genes: markerGenes })),
    exportMarkers: os.exportMarkers.handler(() => file),
    annotate: os.annotate.handler(({ input }) => jobs.start('annotate', 'Labels', input)),
    labelReports: os.labelReports.handler(() => (all ? [labelsReport] : [])),
    cellLabels: os.cellLabels.handler(() => ({
      report: labelsReport,
      codes: cellMap.codes,
      scores: cellMap.codes.map(() => 0.7),
      deltas: cellMap.codes.map((_, i) => (i % 40) / 200),
      isUncertain: cellMap.codes.map((_, i) => i % 42 === 0),
    })),
    agreement: os.agreement.handler(({ input }) =>
      agreementOf(
        input.column === '@clusters'
          ? { names: Array.from({ length: 10 }, (_, i) => `Cluster ${i + 1}`), codes: cellMap.map.clusters }
          : { names: dataset.obsColumns[0].categories!.map(({ value }) => value), codes: cellMap.codes },
        { names, codes: cellMap.codes },
      ),
    ),
    exportLabels: os.exportLabels.handler(() => file),
  };
}
