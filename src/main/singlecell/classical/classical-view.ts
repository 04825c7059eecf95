import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { chunksOf, subsetCounts } from '../count-source.ts';
import { sampleOf, sketchCells } from '../expression/sketch.ts';
import type { CountSource, Dataset } from '../types.ts';
import { scranSession, type Hold, type Scran } from './scran-session.ts';

export interface ClassicalOptions {
  nComponents?: number;
  nVariableGenes?: number;
  nNeighbours?: number;
  /** Higher gives more clusters. */
  resolution?: number;
  umapEpochs?: number;
  seed?: number;
  /** More kept cells than this, or more non-zero counts than `maxValues`, are sampled. */
  maxCells?: number;
  maxValues?: number;
  onStep?: (step: 'components' | 'neighbours' | 'layout', share: number) => void | Promise<void>;
}

export interface ClassicalView {
  /** Cells of the dataset that are shown, ascending; all other arrays follow it. */
  cells: Int32Array;
  nComponents: number;
  /** Shape: cells × components, row-major. */
  pca: Float32Array;
  /** Share of the variance of the highly variable genes that each component explains. */
  varianceExplained: Float32Array;
  /** Shape: cells × 2, row-major. */
  umap: Float32Array;
  /** Multi-level (Louvain) cluster of each cell, from 0. */
  clusters: Int32Array;
  warnings: string[];
}

const CLUSTER_NEIGHBOURS = 10;
const MIN_CELLS = 10;
/** Non-zero counts that fit the 4 GB of a WASM heap beside their copies. */
const MAX_VALUES = 60_000_000;

/**
 * Principal components, clusters and a UMAP layout of the kept cells, by scran.js: library size normalisation, log,
 * highly variable genes by residual variance, PCA, shared nearest neighbours, multi-level clustering.
 *
 * Throws: invalid-input with fewer than ten kept cells.
 */
export async function classicalView(
  dataset: Dataset,
  keep: Uint8Array,
  options: ClassicalOptions = {},
): Promise<ClassicalView> {
  const { maxCells = 100_000, maxValues = MAX_VALUES, seed = 0 } = options;
  const kept = sketchCells(keep, keep.length, seed);
  const cells = fitting(dataset.counts, sampleOf(kept, maxCells, seed), maxValues, seed);
  if (cells.length < MIN_CELLS) {
    throw new WorkbenchError(
      'invalid-input',
      `overview: ${cells.length} cells are kept, and components and clusters need at least ${MIN_CELLS}; loosen the quality rules.`,
    );
  }
  const warnings =
    cells.length < kept.length
      ? [`The overview shows a sample of ${cells.length} of ${kept.length} cells, drawn at random.`]
      : [];
  try {
    const view = await scranSession((scran, hold) =>
      computeView(scran, hold, subsetCounts(dataset.counts, cells), options),
    );
    return { cells, ...view, warnings };
  } catch (thrown) {
    throw toWorkbenchError(thrown, 'overview of the cells');
  }
}

async function computeView(
  scran: Scran,
  hold: Hold,
  counts: CountSource,
  options: ClassicalOptions,
): Promise<Omit<ClassicalView, 'cells' | 'warnings'>> {
  const { nComponents = 25, nVariableGenes = 2000, nNeighbours = 15, resolution = 1, umapEpochs = 300 } = options;
  const nCells = counts.nCells;
  await options.onStep?.('components', 0);
  const { indptr, indices, data } = counts.rows(0, nCells);
  // Cells × genes by rows is genes × cells by columns, which is scran's orientation: no transpose.
  const raw = hold(
    scran.initializeSparseMatrixFromSparseArrays(counts.nGenes, nCells, data, indices, indptr, { byRow: false }),
  );
  const log = hold(scran.normalizeCounts(raw, { allowZeros: true }));
  const features = scran.chooseHvgs(hold(scran.modelGeneVariances(log)), { number: nVariableGenes });
  const components = hold(scran.runPca(log, { features, numberOfPCs: Math.min(nComponents, nCells - 1) }));
  const total = components.totalVariance();

  await options.onStep?.('neighbours', 0);
  const index = hold(scran.buildNeighborSearchIndex(components));
  const k = Math.min(nNeighbours, nCells - 1);
  const neighbours = hold(scran.findNearestNeighbors(index, k));
  const nearest = hold(scran.truncateNearestNeighbors(neighbours, Math.min(CLUSTER_NEIGHBOURS, k)));
  const graph = hold(scran.buildSnnGraph(nearest));
  const clusters = hold(scran.clusterGraph(graph, { multiLevelResolution: resolution })).membership();

  const layout = hold(scran.initializeUmap(neighbours, { neighbors: k, epochs: umapEpochs }));
  while (layout.currentEpoch() < layout.totalEpochs()) {
    layout.run({ runTime: 250 });
    await options.onStep?.('layout', layout.currentEpoch() / layout.totalEpochs());
  }
  const { x, y } = layout.extractCoordinates();
  return {
    nComponents: components.numberOfPCs(),
    pca: Float32Array.from(components.principalComponents()),
    varianceExplained: Float32Array.from(components.varianceExplained(), (v) => (total > 0 ? v / total : 0)),
    umap: Float32Array.from({ length: 2 * nCells }, (_, i) => (i % 2 === 0 ? x[i / 2] : y[(i - 1) / 2])),
    clusters: clusters.slice(),
  };
}

/** The cells, or as many of them, drawn at random, as hold about `maxValues` non-zero counts. */
function fitting(counts: CountSource, cells: Int32Array, maxValues: number, seed: number): Int32Array {
  let nValues = 0;
  for (const chunk of chunksOf(subsetCounts(counts, cells))) nValues += chunk.data.length;
  return nValues <= maxValues ? cells : sampleOf(cells, Math.floor((cells.length * maxValues) / nValues), seed + 1);
}
