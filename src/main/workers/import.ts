import { ImportConfig } from '#shared/domain/dataset.ts';
import { STEPS } from '#shared/domain/steps.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import type { JobContext } from '#jobs/worker.ts';
import { rolesOf } from '#singlecell/io/import-obs.ts';
import { importDataset } from '#singlecell/io/import-dataset.ts';
import { StoredDatasetSink } from './dataset-store.ts';
import { geneResolver } from './resources.ts';

const STEP = STEPS.import;

/** Streams a file into the project: counts by cell and by gene, annotations, and the report of what was kept. */
export async function importWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const config = ImportConfig.parse(input);
  const draft = context.project.artifacts.draft({
    kind: 'dataset',
    title:
      config.name ??
      config.input[0]
        .split(/[\\/]/)
        .filter(Boolean)
        .at(-1)!
        .replace(/\.(h5ad|h5)$/, ''),
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs: [],
  });
  const sink = new StoredDatasetSink(draft);
  const report = await importDataset(config, await geneResolver(), sink, {
    signal: context.signal,
    onProgress: (done, total) => context.progress('Reading cells', done, total, 'cells'),
  });
  for (const warning of report.warnings) context.log('warn', warning);
  const roles = rolesOf(config);
  return [
    draft.commit({
      ...report,
      obsColumns: sink.obsColumns({ roles, columnPrivacy: config.columnPrivacy }),
      labelColumn: roles.label,
      donorColumn: roles.donor,
      sampleColumn: roles.sample,
      batchColumn: roles.batch,
      conditionColumn: roles.condition,
    }).id,
  ];
}
