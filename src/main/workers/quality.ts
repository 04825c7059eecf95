import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { QualityConfig } from '#shared/domain/quality.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { JobContext } from '#jobs/worker.ts';
import { annotationsOf } from '#project/stored/annotations.ts';
import type { Annotation } from '#singlecell/qc/donor-balance.ts';
import { checkQuality, type QualityStep } from '#singlecell/qc/quality.ts';
import type { Dataset } from '#singlecell/types.ts';
import { openStoredDataset } from './dataset-store.ts';
import { labelsOf, refusePrivateColumn } from './labels.ts';
import { writeQuality } from './quality-store.ts';
import { requireRawCounts } from './raw-counts.ts';
import { coreGeneIds, geneResolver } from './resources.ts';
import { reportStep } from './step-hook.ts';

const STEP = STEPS.quality;
const STAGES: Record<QualityStep, string> = {
  measures: 'Measuring cells',
  doublets: 'Scoring doublets',
  ambient: 'Looking for ambient RNA',
};
/** More samples or donors than this is a column of something else. */
const MOST_GROUPS = 2000;

/** Measures, doublet scores and hints of every cell; nothing is masked here. */
export async function qualityWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const { artifacts } = context.project;
  const asked = QualityConfig.parse(input);
  const manifest = artifacts.get(asked.dataset);
  requireRawCounts(manifest);
  const config = withColumnsOfDataset(asked, manifest, context.project);
  const plan = {
    kind: 'quality' as const,
    title: `Quality of ${manifest.title}`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs: [manifest.id],
  };
  const known = artifacts.findExisting(plan);
  if (known) return [known.id];

  const dataset = openStoredDataset(artifacts, manifest);
  if (config.labelColumn) refusePrivateColumn(manifest, config.labelColumn, context.project);
  const samples = annotation(dataset, config.sampleColumn, manifest.title);
  const donors = annotation(dataset, config.donorColumn, manifest.title);
  const checked = await checkQuality(dataset, {
    coreGeneIds: coreGeneIds(await geneResolver(), dataset.genes, dataset.species),
    samples: refuseMany(samples, manifest.title),
    donors: refuseMany(donors, manifest.title),
    labels: annotation(dataset, config.labelColumn, manifest.title),
    doublets: config.doublets
      ? {
          ratePerThousand: config.doubletRate,
          simulatedRatio: config.simulatedRatio,
          maxReferenceCells: config.maxReferenceCells,
          seed: config.seed,
        }
      : null,
    onStep: (step, done, total) => reportStep(context, STAGES[step], done, total, 'cells'),
  });
  const { report, metrics } = checked;
  for (const warning of report.warnings) context.log('warn', warning);
  const draft = artifacts.draft(plan);
  writeQuality(draft, checked, samples?.codes, donors?.codes);
  return [
    draft.commit({
      nCells: report.nCells,
      nEmpty: report.nEmpty,
      nMitoGenes: metrics.nMitoGenes,
      nRibosomalGenes: metrics.nRibosomalGenes,
      doubletsScored: report.doublets !== null,
      nRuns: report.doublets?.runs.length ?? 0,
      suggestedDoubletScore: report.doublets?.suggestedScore ?? null,
      ambient: report.ambient.kind === 'estimate' ? report.ambient.contamination : null,
      nDonorWarnings: report.balance?.warnings.length ?? 0,
    }).id,
  ];
}

/** Donors, samples and states of the dataset stand where the configuration leaves them open; states that are private stay out. */
function withColumnsOfDataset(
  config: QualityConfig,
  dataset: ArtifactManifest,
  project: JobContext['project'],
): QualityConfig {
  const { roles, columns } = annotationsOf(project, dataset);
  const isOpen = columns.find(({ name }) => name === roles.label)?.privacy === 'open';
  return {
    ...config,
    ...(config.donorColumn || !roles.donor ? {} : { donorColumn: roles.donor }),
    ...(config.sampleColumn || !roles.sample ? {} : { sampleColumn: roles.sample }),
    ...(config.labelColumn || !roles.label || !isOpen ? {} : { labelColumn: roles.label }),
  };
}

function annotation(dataset: Dataset, column: string | undefined, title: string): Annotation | null {
  if (!column) return null;
  const cells = Int32Array.from({ length: dataset.counts.nCells }, (_, cell) => cell);
  return { column, ...labelsOf(dataset, column, cells, title) };
}

function refuseMany(groups: Annotation | null, title: string): Annotation | null {
  if (!groups || groups.categories.length <= MOST_GROUPS) return groups;
  throw new WorkbenchError(
    'invalid-input',
    `${title}: column "${groups.column}" has ${groups.categories.length} different values, and samples or donors are at most ${MOST_GROUPS}; choose another column.`,
  );
}
