import { ImportConfig } from '#shared/domain/dataset.ts';
import { STEPS } from '#shared/domain/steps.ts';
import type { Species } from '#shared/domain/gene.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { inputTitle } from '#shared/util/input-title.ts';
import type { ArtifactDraft } from '#project/artifacts.ts';
import type { JobContext } from '#jobs/worker.ts';
import { heldBack, rolesOf } from '#singlecell/io/import-obs.ts';
import { importDatasets } from '#singlecell/io/import-dataset.ts';
import { packInPlace } from '#singlecell/packing/packing.ts';
import { StoredDatasetSink } from './dataset-store.ts';
import { type ClosablePackRunner, packRunner } from './packing/packing-pool.ts';
import { threadsFor } from './threads/threads-for.ts';
import { geneResolver } from './resources.ts';

const STEP = STEPS.import;

/** Streams files into the project, a dataset for each species: counts by cell and by gene, annotations, and the report of what was kept. */
export async function importWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const asked = ImportConfig.parse(input);
  // A name of nothing but spaces is none, and no other configuration than without one.
  const config: ImportConfig = { ...asked, name: asked.name || undefined };
  const title = config.name ?? inputTitle(config.input);
  const isParted = config.species === 'both' || config.speciesColumn !== undefined;
  const made: { draft: ArtifactDraft; sink: StoredDatasetSink }[] = [];
  const openSink = (species: Species): StoredDatasetSink => {
    const draft = context.project.artifacts.draft({
      kind: 'dataset',
      title: isParted ? `${title} (${species})` : title,
      step: STEP.command,
      stepVersion: STEP.version,
      config: { ...config },
      inputs: [],
    });
    const sink = new StoredDatasetSink(draft, { packer: threads ?? packInPlace });
    made.push({ draft, sink });
    return sink;
  };
  let threads: ClosablePackRunner | undefined;
  const reports = await importDatasets(config, await geneResolver(), openSink, {
    signal: context.signal,
    onProgress: (done, total) => context.progress('Reading cells', done, total, 'cells'),
    packer: async (nCells) => (threads = await packRunner(threadsFor(nCells))),
  }).finally(() => threads?.close());
  for (const warning of new Set(reports.flatMap(({ warnings }) => warnings))) context.log('warn', warning);
  const roles = rolesOf(config);
  const columns = made.map(({ sink }) => sink.obsColumns({ roles, columnPrivacy: config.columnPrivacy }));
  const held = heldBack(columns[0]);
  if (held !== null) context.log('info', held);
  return made.map(({ draft }, i) => {
    const report = reports[i];
    return draft.commit({
      ...report,
      obsColumns: columns[i],
      labelColumn: roles.label,
      donorColumn: roles.donor,
      sampleColumn: roles.sample ?? report.sampleColumn,
      batchColumn: roles.batch,
      conditionColumn: roles.condition,
    }).id;
  });
}
