import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { LayoutConfig, STEPS } from '#shared/domain/steps.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import type { JobContext } from '#jobs/worker.ts';
import { LAYOUT_BLOBS } from '#project/stored/layout-blobs.ts';
import { classicalView } from '#singlecell/classical/classical-view.ts';
import { openStoredDataset } from './dataset-store.ts';
import { reportStep } from './step-hook.ts';

const STEP = STEPS.layout;
const STAGES = { components: 'Principal components', neighbours: 'Neighbours and clusters', layout: 'UMAP' } as const;

/** UMAP and clusters of the cells that have any counts. */
export async function layoutWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const config = LayoutConfig.parse(input);
  const { artifacts } = context.project;
  const manifest = artifacts.get(config.dataset);
  const dataset = openStoredDataset(artifacts, manifest);
  const keep = nonEmptyCells(dataset.counts);
  if (!keep.includes(1)) {
    throw new WorkbenchError(
      'data-format',
      `${manifest.title}: no cell has counts, so there is nothing to draw; import another matrix.`,
    );
  }
  const view = await classicalView(dataset, keep, {
    onStep: (step, share) => reportStep(context, STAGES[step], Math.round(100 * share), 100, '%'),
  });
  for (const warning of view.warnings) context.log('warn', warning);
  const draft = artifacts.draft({
    kind: 'layout',
    title: `Map of ${manifest.title}`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs: [manifest.id],
  });
  draft.blob(
    LAYOUT_BLOBS.x,
    view.umap.filter((_, i) => i % 2 === 0),
  );
  draft.blob(
    LAYOUT_BLOBS.y,
    view.umap.filter((_, i) => i % 2 === 1),
  );
  draft.blob(LAYOUT_BLOBS.cellIndex, view.cells);
  draft.blob(LAYOUT_BLOBS.clusters, view.clusters);
  const nClusters = new Set(view.clusters).size;
  return [
    draft.commit({ method: `UMAP on ${view.nComponents} principal components`, nCells: view.cells.length, nClusters })
      .id,
  ];
}

function nonEmptyCells(counts: {
  nCells: number;
  rows(start: number, end: number): { indptr: Float64Array };
}): Uint8Array {
  const keep = new Uint8Array(counts.nCells);
  const step = 512;
  for (let start = 0; start < counts.nCells; start += step) {
    const { indptr } = counts.rows(start, Math.min(counts.nCells, start + step));
    for (let i = 0; i + 1 < indptr.length; i++) keep[start + i] = indptr[i + 1] > indptr[i] ? 1 : 0;
  }
  return keep;
}
