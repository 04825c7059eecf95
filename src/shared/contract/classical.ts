import { z } from 'zod';
import {
  AgreementTable,
  AnnotateConfig,
  LabelsReport,
  LayoutConfig,
  MarkerGene,
  MarkersConfig,
  MarkersReport,
  MixingReport,
} from '../domain/classical.ts';
import { ArtifactId } from '../domain/ids.ts';
import { ArtifactRef, procedure, StartedJob } from './base.ts';

/** A 2-D map of cells; coordinates and codes have one entry per kept cell. */
export const CellMap = z.object({
  id: ArtifactId,
  dataset: ArtifactId,
  method: z.string(),
  x: z.array(z.number()),
  y: z.array(z.number()),
  /** The same cells without batch correction; null where there is none. */
  before: z.object({ x: z.array(z.number()), y: z.array(z.number()) }).nullable(),
  /** Row of the dataset. */
  cellIndex: z.array(z.number().int()),
  clusters: z.array(z.number().int()),
  /** Cells that were placed by their neighbours. */
  nPlaced: z.number().int(),
  mixing: MixingReport.nullable(),
  warnings: z.array(z.string()),
  config: LayoutConfig,
  createdAt: z.string(),
});
export type CellMap = z.infer<typeof CellMap>;

/** Something cells can be grouped or coloured by. */
export const Grouping = z.object({
  /** What other procedures take as `column`. */
  column: z.string(),
  /** What they take beside it where groups were computed: which map or labels. */
  groups: ArtifactId.nullable(),
  kind: z.enum(['annotation', 'clusters', 'labels']),
  title: z.string(),
  nGroups: z.number().int(),
  createdAt: z.string().nullable(),
});
export type Grouping = z.infer<typeof Grouping>;

/** The states of one grouping, with their cells. */
export const GroupSizes = z.object({
  column: z.string(),
  groups: ArtifactId.nullable(),
  states: z.array(z.object({ name: z.string(), nCells: z.number().int() })),
});
export type GroupSizes = z.infer<typeof GroupSizes>;

/** Labels of every cell of a dataset. */
export const CellLabels = z.object({
  report: LabelsReport,
  /** Index into the labels of the report, -1 where a cell has none. */
  codes: z.array(z.number().int()),
  scores: z.array(z.number().nullable()),
  deltas: z.array(z.number().nullable()),
  isUncertain: z.array(z.boolean()),
});
export type CellLabels = z.infer<typeof CellLabels>;

const ExportedFile = z.object({ fileName: z.string(), mediaType: z.string(), content: z.string() });

/** Maps, markers and reference labels: the part of `dataset` that looks at cells without a model. */
export const classical = {
  map: procedure({ help: 'Compute a map and clusters of the cells, corrected for batch if asked.', startsJob: true })
    .input(LayoutConfig)
    .output(StartedJob),
  maps: procedure({ help: 'Maps of a dataset, oldest first.' })
    .input(z.object({ dataset: ArtifactRef }))
    .output(
      z.array(
        z.object({
          id: ArtifactId,
          method: z.string(),
          nCells: z.number().int(),
          nClusters: z.number().int(),
          config: LayoutConfig,
          mixing: MixingReport.nullable(),
          createdAt: z.string(),
        }),
      ),
    ),
  cellMap: procedure({ help: 'A cell map of a dataset, the newest unless one is named.', notOnCommandLine: true })
    .input(z.object({ dataset: ArtifactRef, map: ArtifactRef.optional() }))
    .output(CellMap.nullable()),
  groupings: procedure({
    help: 'What the cells of a dataset can be grouped by: annotations, clusters of maps, reference labels.',
  })
    .input(z.object({ dataset: ArtifactRef }))
    .output(z.array(Grouping)),
  groupSizes: procedure({ help: 'The states of one grouping, and how many cells each has.' })
    .input(z.object({ dataset: ArtifactRef, column: z.string(), groups: ArtifactRef.optional() }))
    .output(GroupSizes),
  markers: procedure({ help: 'Find the genes that set each group of cells apart.', startsJob: true })
    .input(MarkersConfig)
    .output(StartedJob),
  markerReports: procedure({ help: 'Marker tables of a dataset, oldest first.' })
    .input(z.object({ dataset: ArtifactRef }))
    .output(z.array(MarkersReport)),
  markerTable: procedure({ help: 'Marker genes of every group, best first.' })
    .input(z.object({ markers: ArtifactRef }))
    .output(z.object({ report: MarkersReport, genes: z.array(z.array(MarkerGene)) })),
  exportMarkers: procedure({ help: 'Write marker genes of all groups as CSV.' })
    .input(z.object({ markers: ArtifactRef }))
    .output(ExportedFile),
  annotate: procedure({ help: 'Label cells by the cell types of another dataset (SingleR).', startsJob: true })
    .input(AnnotateConfig)
    .output(StartedJob),
  labelReports: procedure({ help: 'Reference labels of a dataset, oldest first.' })
    .input(z.object({ dataset: ArtifactRef }))
    .output(z.array(LabelsReport)),
  cellLabels: procedure({ help: 'Label, score and lead of every cell.', notOnCommandLine: true })
    .input(z.object({ labels: ArtifactRef }))
    .output(CellLabels),
  agreement: procedure({ help: 'Own groups against reference labels, cell by cell.' })
    .input(
      z.object({
        labels: ArtifactRef,
        column: z.string(),
        groups: ArtifactRef.optional(),
        /** Leaves cells with an uncertain label out. */
        certainOnly: z.boolean().default(false),
      }),
    )
    .output(AgreementTable),
  exportLabels: procedure({ help: 'Write the label of every cell as CSV.' })
    .input(z.object({ labels: ArtifactRef }))
    .output(ExportedFile),
};
