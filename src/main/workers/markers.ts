import { MAP_CLUSTERS, MarkersConfig, REFERENCE_LABELS, type MarkersReport } from '#shared/domain/classical.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { Gene } from '#shared/domain/gene.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { STEPS } from '#shared/domain/steps.ts';
import type { JobContext } from '#jobs/worker.ts';
import { annotationsOf } from '#project/stored/annotations.ts';
import { MARKERS_BLOBS } from '#project/stored/classical-blobs.ts';
import { DATASET_BLOBS } from '#project/stored/dataset-blobs.ts';
import { readBatches, readGrouping, readKeptCells } from '#project/stored/groupings.ts';
import { groupNotes } from '#singlecell/classical/group-notes.ts';
import { largeGroups } from '#singlecell/classical/large-groups.ts';
import { findMarkers } from '#singlecell/classical/markers.ts';
import { storedGeneCounts } from './counts-by-gene.ts';
import { requireRawCounts } from './raw-counts.ts';
import { reportStep } from './step-hook.ts';

const STEP = STEPS.markers;

/** What a report says beyond its manifest. */
export type StoredMarkersReport = Omit<MarkersReport, 'id' | 'dataset' | 'createdAt'>;

/** Marker genes of every group of an annotation, of clusters or of reference labels. */
export async function markersWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const config = MarkersConfig.parse(input);
  const { artifacts } = context.project;
  const manifest = artifacts.get(config.dataset);
  requireRawCounts(manifest);
  const grouping = readGrouping(context.project, manifest, config.column, config.groups);
  const plan = {
    kind: 'markers' as const,
    title: `Markers of ${manifest.title} by ${grouping.title}`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs: [
      manifest.id,
      ...(grouping.source ? [grouping.source.id] : []),
      ...(config.tokens ? [artifacts.get(config.tokens).id] : []),
    ],
  };
  const keep = readKeptCells(artifacts, manifest, config.tokens);
  const { codes, names, leftOut } = largeGroups(grouping, keep, config.minCells);
  const blocks = config.blockColumn ? readBatches(artifacts, manifest, config.blockColumn) : null;
  const genes = artifacts.readJson<Gene[]>(manifest.id, DATASET_BLOBS.genes);
  const lists = await findMarkers(
    {
      genes,
      counts: storedGeneCounts(artifacts, manifest),
      totals: artifacts.readTyped(manifest.id, DATASET_BLOBS.totals, 'float64'),
      groups: codes,
      nGroups: names.length,
      blocks,
    },
    config,
    (done, total) => reportStep(context, 'Comparing groups', done, total, 'genes'),
  );

  const donors = donorsOf(context.project, manifest);
  const nCells = codes.reduce((sum, code) => sum + (code >= 0 ? 1 : 0), 0);
  const report: StoredMarkersReport = {
    column: grouping.title,
    order: config.order,
    blockColumn: config.blockColumn ?? null,
    nCells,
    nGenes: genes.length,
    groups: groupNotes({ names, codes, donors, blocks, nMarkers: lists.map(({ length }) => length) }),
    leftOut,
    warnings: warningsOf(config, grouping.source, leftOut.length),
  };
  for (const warning of report.warnings) context.log('warn', warning);
  const draft = artifacts.draft(plan);
  draft.blob(MARKERS_BLOBS.report, report);
  draft.blob(MARKERS_BLOBS.genes, lists);
  return [draft.commit({ column: grouping.title, nGroups: names.length, nCells, top: config.top }).id];
}

function donorsOf(project: JobContext['project'], dataset: ArtifactManifest): Int32Array | null {
  const column = annotationsOf(project, dataset).roles.donor;
  return column === null ? null : readBatches(project.artifacts, dataset, column);
}

function warningsOf(config: MarkersConfig, source: ArtifactManifest | null, nLeftOut: number): string[] {
  const warnings: string[] = [];
  if (source && (config.column.endsWith(MAP_CLUSTERS.slice(1)) || config.column.endsWith(REFERENCE_LABELS.slice(1)))) {
    warnings.push(
      'These groups were made from the same counts they are compared in, so differences look surer than they are; take markers as a description, not as a test.',
    );
  }
  if (nLeftOut > 0) warnings.push(`Groups with fewer than ${config.minCells} cells were left out: ${nLeftOut}.`);
  return warnings;
}
