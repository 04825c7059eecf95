import { LayoutConfig } from '#shared/domain/classical.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { JobContext } from '#jobs/worker.ts';
import { annotationsOf } from '#project/stored/annotations.ts';
import { readBatches, readKeptCells } from '#project/stored/groupings.ts';
import { LAYOUT_BLOBS } from '#project/stored/layout-blobs.ts';
import { classicalView, type ClassicalStep } from '#singlecell/classical/classical-view.ts';
import { openStoredDataset } from './dataset-store.ts';
import { requireRawCounts } from './raw-counts.ts';
import { reportStep } from './step-hook.ts';

const STEP = STEPS.layout;
const METHODS = { umap: 'UMAP', tsne: 't-SNE' } as const;

/** A drawing and clusters of the cells that have any counts, or of prepared cells. */
export async function layoutWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const config = LayoutConfig.parse(input);
  const { artifacts } = context.project;
  const manifest = artifacts.get(config.dataset);
  requireRawCounts(manifest);
  const labelColumn = annotationsOf(context.project, manifest).roles.label;
  const plan = {
    kind: 'layout' as const,
    title: `Map of ${manifest.title}`,
    step: STEP.command,
    stepVersion: STEP.version,
    // Which labels the correction is judged by may be said anew, and then it is judged anew.
    config: config.batchColumn ? { ...config, labelColumn } : { ...config },
    inputs: [manifest.id, ...(config.tokens ? [artifacts.get(config.tokens).id] : [])],
  };
  const made = artifacts.findExisting(plan);
  if (made) return [made.id];
  const dataset = openStoredDataset(artifacts, manifest);
  const keep = readKeptCells(artifacts, manifest, config.tokens);
  if (!keep.includes(1)) {
    throw new WorkbenchError(
      'data-format',
      `${manifest.title}: no cell has counts, so there is nothing to draw; import another matrix.`,
    );
  }
  const method = METHODS[config.method];
  const stages: Record<ClassicalStep, string> = {
    components: 'Principal components',
    neighbours: 'Neighbours and clusters',
    correction: 'Batch correction',
    layout: method,
    placing: 'Placing the other cells',
  };
  const labels = dataset.obs.find(({ name }) => name === labelColumn);
  const view = await classicalView(dataset, keep, {
    nComponents: config.components,
    nVariableGenes: config.variableGenes,
    nNeighbours: config.neighbours,
    resolution: config.resolution,
    method: config.method,
    seed: config.seed,
    maxCells: config.maxCells,
    ...(config.batchColumn ? { batches: readBatches(artifacts, manifest, config.batchColumn) } : {}),
    ...(labels?.kind === 'categorical' ? { labels: labels.codes } : {}),
    onStep: (step, share) => reportStep(context, stages[step], Math.round(100 * share), 100, '%'),
  });
  for (const warning of view.warnings) context.log('warn', warning);
  const draft = artifacts.draft(plan);
  const axis = (layout: Float32Array, at: number) => layout.filter((_, i) => i % 2 === at);
  draft.blob(LAYOUT_BLOBS.x, axis(view.layout, 0));
  draft.blob(LAYOUT_BLOBS.y, axis(view.layout, 1));
  if (view.layoutBefore) {
    draft.blob(LAYOUT_BLOBS.xBefore, axis(view.layoutBefore, 0));
    draft.blob(LAYOUT_BLOBS.yBefore, axis(view.layoutBefore, 1));
  }
  draft.blob(LAYOUT_BLOBS.cellIndex, view.cells);
  draft.blob(LAYOUT_BLOBS.clusters, view.clusters);
  draft.blob(LAYOUT_BLOBS.isPlaced, view.isPlaced);
  const corrected = view.mixing ? `, corrected for ${view.mixing.nBatches} batches` : '';
  const summary = {
    method: `${method} on ${view.nComponents} principal components${corrected}`,
    nCells: view.cells.length,
    nPlaced: view.isPlaced.reduce((sum, one) => sum + one, 0),
    nClusters: new Set(view.clusters).size,
    mixing: view.mixing,
    warnings: view.warnings,
  };
  return [draft.commit(summary).id];
}
