import { AnnotateConfig, type LabelsReport } from '#shared/domain/classical.ts';
import type { Species } from '#shared/domain/gene.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { JobContext } from '#jobs/worker.ts';
import { LABELS_BLOBS } from '#project/stored/classical-blobs.ts';
import { readGrouping, readKeptCells } from '#project/stored/groupings.ts';
import { annotateCells } from '#singlecell/classical/annotate.ts';
import { labelSummaries } from '#singlecell/classical/label-summaries.ts';
import { referenceRecall } from '#singlecell/classical/reference-recall.ts';
import { largeGroups } from '#singlecell/classical/large-groups.ts';
import { sharedGenes } from '#singlecell/classical/shared-genes.ts';
import { keptCells } from '#singlecell/count-source.ts';
import { Orthologs } from '#singlecell/genes/orthologs.ts';
import { median } from '#singlecell/statistics/robust.ts';
import { openStoredDataset } from './dataset-store.ts';
import { refusePrivateColumn } from './labels.ts';
import { requireRawCounts } from './raw-counts.ts';
import { resourcesFolder } from './resources.ts';
import { reportStep } from './step-hook.ts';

const STEP = STEPS.annotate;
/** Cells of the same tissue and technology lie around 0.8. */
const WEAK_SCORE = 0.5;

/** What a report says beyond its manifest. */
export type StoredLabelsReport = Omit<LabelsReport, 'id' | 'dataset' | 'reference' | 'createdAt'>;

/** Labels for the cells of one dataset from those of another. */
export async function annotateWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const config = AnnotateConfig.parse(input);
  const { artifacts } = context.project;
  const [manifest, reference] = [artifacts.get(config.dataset), artifacts.get(config.reference)];
  if (manifest.id === reference.id) {
    throw new WorkbenchError(
      'invalid-input',
      `${manifest.title}: it cannot be its own reference; choose another dataset whose cell types are known.`,
    );
  }
  for (const one of [manifest, reference]) requireRawCounts(one);
  refusePrivateColumn(reference, config.labelColumn, context.project);
  const grouping = readGrouping(context.project, reference, config.labelColumn);
  const plan = {
    kind: 'labels' as const,
    title: `Labels of ${manifest.title} from ${reference.title}`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs: [
      manifest.id,
      reference.id,
      ...(grouping.source ? [grouping.source.id] : []),
      ...(config.tokens ? [artifacts.get(config.tokens).id] : []),
    ],
  };
  const known = largeGroups(grouping, readKeptCells(artifacts, reference), config.minCells);
  const [dataset, referenceCells] = [openStoredDataset(artifacts, manifest), openStoredDataset(artifacts, reference)];
  const acrossSpecies = dataset.species !== referenceCells.species;
  const shared = sharedGenes(
    dataset.genes,
    referenceCells.genes,
    acrossSpecies ? await orthologsTo(dataset.species) : null,
  );
  const cells = keptCells(readKeptCells(artifacts, manifest, config.tokens));
  const source = {
    counts: referenceCells.counts,
    labels: known.codes,
    nLabels: known.names.length,
    markersPerPair: config.markersPerPair,
  };
  const found = await annotateCells(
    { counts: dataset.counts, cells, shared, reference: source, uncertainBelow: config.uncertainBelow },
    (step, done, total) =>
      reportStep(context, step === 'reference' ? 'Reading the reference' : 'Labelling cells', done, total, 'cells'),
  );
  const recall = await referenceRecall({ shared, reference: source }, (done, total) =>
    reportStep(context, 'Checking the reference on itself', done, total, 'cells'),
  );
  const warnings: string[] = [];
  if (known.leftOut.length > 0)
    warnings.push(
      `Labels of the reference with fewer than ${config.minCells} cells are not used: ${known.leftOut.length}; cells of these types are given another label.`,
    );
  if (acrossSpecies)
    warnings.push(
      `The reference is of another species: ${shared.length} genes with one-to-one orthologs were compared.`,
    );
  const score = medianScore(found.scores);
  if (score < WEAK_SCORE)
    warnings.push(
      `The cells resemble the reference weakly (median score ${score.toFixed(2)}): species, technology or tissue differ; take the labels as hints.`,
    );
  for (const warning of warnings) context.log('warn', warning);
  const report: StoredLabelsReport = {
    referenceTitle: reference.title,
    labelColumn: grouping.title,
    nGenesShared: shared.length,
    nMarkers: found.nMarkers,
    acrossSpecies,
    nCells: cells.length,
    nUncertain: found.isUncertain.reduce((sum, one) => sum + one, 0),
    labels: labelSummaries(known, found, recall),
    leftOut: known.leftOut,
    warnings,
  };
  const draft = artifacts.draft(plan);
  draft.blob(LABELS_BLOBS.report, report);
  draft.blob(LABELS_BLOBS.cellIndex, cells);
  draft.blob(LABELS_BLOBS.codes, found.labels);
  draft.blob(LABELS_BLOBS.scores, found.scores);
  draft.blob(LABELS_BLOBS.deltas, found.deltas);
  draft.blob(LABELS_BLOBS.isUncertain, found.isUncertain);
  const { nCells, nUncertain, nGenesShared, referenceTitle, labelColumn } = report;
  return [
    draft.commit({ referenceTitle, labelColumn, nLabels: known.names.length, nCells, nUncertain, nGenesShared }).id,
  ];
}

function medianScore(scores: Float32Array): number {
  const known = scores.filter(Number.isFinite);
  return known.length === 0 ? 0 : median(known);
}

/** Gene id of the other species → id of its one ortholog in `species`. */
async function orthologsTo(species: Species): Promise<(id: string) => string | undefined> {
  const orthologs = await Orthologs.load(resourcesFolder());
  return species === 'human' ? (id) => orthologs.human(id) : (id) => orthologs.mouse(id);
}
