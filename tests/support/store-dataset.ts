import type { Project } from '#project/project.ts';
import type { Dataset } from '#singlecell/types.ts';
import { StoredDatasetSink } from '#workers/dataset-store.ts';

/** Keeps a dataset in a project as an import does, without a file; returns its id. */
export async function storeDataset(project: Project, dataset: Dataset, values?: 'counts' | 'any'): Promise<string> {
  const draft = project.artifacts.draft({
    kind: 'dataset',
    title: 'made cells',
    step: 'dataset import',
    stepVersion: 1,
    config: {},
    inputs: [],
  });
  const sink = new StoredDatasetSink(draft, values ? { values } : {});
  sink.begin(dataset);
  const { counts } = dataset;
  const step = 700;
  for (let start = 0; start < counts.nCells; start += step) {
    await sink.chunk(counts.rows(start, Math.min(counts.nCells, start + step)));
  }
  for (const column of dataset.obs) sink.obs(column);
  await sink.finish();
  const { species } = dataset;
  return draft.commit({ species, nCells: counts.nCells, nGenes: counts.nGenes }).id;
}
