import type { MixingReport } from '#shared/domain/classical.ts';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { chunksOf, keptCells, subsetCounts } from '../count-source.ts';
import { sampleOf, sketchCells } from '../expression/sketch.ts';
import type { CountSource, Dataset } from '../types.ts';
import { batchesOf, type Batches } from './batches.ts';
import { draw, neighboursToDraw, type DrawMethod } from './draw.ts';
import { countMatrix, unitTotal } from './log-matrix.ts';
import { batchMixing, labelPurity } from './mixing.ts';
import { placeCells, type Computed } from './place-cells.ts';
import { projectionOf, type Projection } from './projection.ts';
import { scranSession, type Hold, type Scran } from './scran-session.ts';

export type ClassicalStep = 'components' | 'neighbours' | 'correction' | 'layout' | 'placing';

export interface ClassicalOptions {
  nComponents?: number;
  nVariableGenes?: number;
  nNeighbours?: number;
  /** Higher gives more clusters. */
  resolution?: number;
  method?: DrawMethod;
  umapEpochs?: number;
  seed?: number;
  /** Of more kept cells than this, or more non-zero counts than `maxValues`, a sample is computed. */
  maxCells?: number;
  maxValues?: number;
  /** Batch of every cell of the dataset, -1 where it is unknown; its differences are taken out. */
  batches?: Int32Array;
  /** Label of every cell, -1 where it is unknown: whether the correction kept labels apart. */
  labels?: Int32Array;
  onStep?: (step: ClassicalStep, share: number) => void | Promise<void>;
}

export interface ClassicalView {
  /** Cells of the dataset that are shown, ascending; all other arrays follow it. */
  cells: Int32Array;
  /** 1 where a cell was not computed but placed by its nearest computed cells. */
  isPlaced: Uint8Array;
  /** Genes the components are made from, ascending. */
  variableGenes: Int32Array;
  nComponents: number;
  /** Shape: cells × components, row-major; before any correction. */
  pca: Float32Array;
  /** Share of the variance of the highly variable genes that each component explains. */
  varianceExplained: Float32Array;
  /** Shape: cells × 2, row-major; after correction where there is one. */
  layout: Float32Array;
  /** The same without correction; null where there is none. */
  layoutBefore: Float32Array | null;
  /** Multi-level (Louvain) cluster of each cell, from 0. */
  clusters: Int32Array;
  mixing: MixingReport | null;
  warnings: string[];
}

const CLUSTER_NEIGHBOURS = 10;
const MIN_CELLS = 10;
/** Non-zero counts that fit the 4 GB of a WASM heap beside their copies. */
const MAX_VALUES = 60_000_000;
/** Cells that the constant part of a projection is read off. */
const OFFSET_CELLS = 64;

/**
 * Principal components, clusters and a layout of the kept cells, by scran.js: library size normalisation, log, highly
 * variable genes by residual variance, PCA, mutual nearest neighbours where batches are given, shared nearest
 * neighbours, multi-level clustering, UMAP or t-SNE.
 *
 * Throws: invalid-input with fewer than ten kept cells, or batches that cannot be corrected.
 */
export async function classicalView(
  dataset: Dataset,
  keep: Uint8Array,
  options: ClassicalOptions = {},
): Promise<ClassicalView> {
  const { maxCells = 100_000, maxValues = MAX_VALUES, seed = 0 } = options;
  const kept = sketchCells(keep, keep.length, seed);
  const sample = fitting(dataset.counts, sampleOf(kept, maxCells, seed), maxValues, seed);
  if (sample.length < MIN_CELLS) {
    throw new WorkbenchError(
      'invalid-input',
      `overview: ${sample.length} cells are kept, and components and clusters need at least ${MIN_CELLS}; loosen the quality rules.`,
    );
  }
  const batches = options.batches ? batchesOf(options.batches, sample) : null;
  const warnings = [...(batches?.warnings ?? [])];
  if (sample.length < kept.length) {
    warnings.push(
      `A random sample of ${sample.length} of ${kept.length} cells was computed; the others are placed by their nearest neighbours in it.`,
    );
  }
  try {
    const { computed, projection, ...view } = await scranSession((scran, hold) =>
      computeView(scran, hold, subsetCounts(dataset.counts, sample), sample, batches, options),
    );
    const rest = without(kept, sample);
    const placed =
      rest.length === 0
        ? null
        : await placeCells(dataset.counts, rest, projection, computed, (done, total) =>
            options.onStep?.('placing', done / total),
          );
    const all = placed
      ? merged(sample, computed, rest, placed, projection.nComponents)
      : { cells: sample, ...computed };
    return {
      ...view,
      cells: all.cells,
      isPlaced: all.cells.length === sample.length ? new Uint8Array(sample.length) : marks(all.cells, sample),
      nComponents: projection.nComponents,
      pca: all.pca,
      clusters: all.clusters,
      layout: all.layouts[0],
      layoutBefore: all.layouts[1] ?? null,
      warnings,
    };
  } catch (thrown) {
    throw toWorkbenchError(thrown, 'overview of the cells');
  }
}

interface Work {
  computed: Computed;
  variableGenes: Int32Array;
  projection: Projection;
  varianceExplained: Float32Array;
  mixing: MixingReport | null;
}

async function computeView(
  scran: Scran,
  hold: Hold,
  counts: CountSource,
  cells: Int32Array,
  batches: Batches | null,
  options: ClassicalOptions,
): Promise<Work> {
  const { nComponents = 25, nVariableGenes = 2000, nNeighbours = 15, resolution = 1, umapEpochs = 300 } = options;
  const { method = 'umap', onStep } = options;
  const nCells = counts.nCells;
  await onStep?.('components', 0);
  const chunk = counts.rows(0, nCells);
  // Cells × genes by rows is genes × cells by columns, which is scran's orientation: no transpose.
  const raw = countMatrix(scran, hold, { nGenes: counts.nGenes, nCells }, chunk, false);
  const totals = totalsOf(chunk.indptr, chunk.data);
  const unit = unitTotal(totals, batches?.codes ?? null);
  const sizeFactors = batches ? { sizeFactors: totals.map((total) => total / unit) } : {};
  const log = hold(scran.normalizeCounts(raw, { allowZeros: true, ...sizeFactors }));
  const block = batches ? { block: batches.codes } : {};
  const features = scran.chooseHvgs(hold(scran.modelGeneVariances(log, block)), { number: nVariableGenes });
  const numberOfPCs = Math.min(nComponents, nCells - 1);
  const pcs = hold(
    scran.runPca(log, { features, numberOfPCs, ...block, ...(batches ? { blockMethod: 'project' } : {}) }),
  );
  const total = pcs.totalVariance();
  const scores = pcs.principalComponents();

  const neighboursIn = (space: Parameters<Scran['buildNeighborSearchIndex']>[0]) => {
    const size = { numberOfDims: pcs.numberOfPCs(), numberOfCells: nCells };
    const index = hold(scran.buildNeighborSearchIndex(space, space === pcs ? {} : size));
    const k = Math.min(nNeighbours, nCells - 1);
    const near = hold(scran.findNearestNeighbors(index, k));
    const forDrawing = Math.min(neighboursToDraw(scran, method, k), nCells - 1);
    return { near, toDraw: forDrawing === k ? near : hold(scran.findNearestNeighbors(index, forDrawing)) };
  };
  await onStep?.('neighbours', 0);
  const before = neighboursIn(pcs);
  let after = before;
  let mixing: MixingReport | null = null;
  if (batches) {
    await onStep?.('correction', 0);
    after = neighboursIn(scran.mnnCorrect(pcs, batches.codes));
    const labels = options.labels ? Int32Array.from(cells, (cell) => options.labels![cell]) : null;
    const [tableBefore, tableAfter] = [before.near.serialize(), after.near.serialize()];
    mixing = {
      nBatches: batches.nBatches,
      nNeighbours: before.near.numberOfNeighbors(),
      before: batchMixing(tableBefore, batches.codes),
      after: batchMixing(tableAfter, batches.codes),
      labelBefore: labels && labelPurity(tableBefore, labels),
      labelAfter: labels && labelPurity(tableAfter, labels),
    };
    await onStep?.('neighbours', 0);
  }
  const k = after.near.numberOfNeighbors();
  const neighbors = Math.min(CLUSTER_NEIGHBOURS, k);
  const graph = hold(scran.buildSnnGraph(hold(scran.truncateNearestNeighbors(after.near, neighbors)), { neighbors }));
  const clusters = hold(scran.clusterGraph(graph, { multiLevelResolution: resolution })).membership();

  const drawings = batches ? [after, before] : [after];
  const layouts: Float32Array[] = [];
  for (const { toDraw } of drawings) {
    const done = layouts.length;
    layouts.push(
      await draw(scran, hold, method, toDraw, umapEpochs, (share) =>
        onStep?.('layout', (done + share) / drawings.length),
      ),
    );
  }
  return {
    computed: { pca: Float32Array.from(scores), clusters: Int32Array.from(clusters, Number), layouts },
    variableGenes: keptCells(features),
    projection: projectionOf(pcs, features, unit, counts.rows(0, Math.min(nCells, OFFSET_CELLS)), scores),
    varianceExplained: Float32Array.from(pcs.varianceExplained(), (v) => (total > 0 ? v / total : 0)),
    mixing,
  };
}

function totalsOf(indptr: Float64Array, data: Float32Array): Float64Array {
  const totals = new Float64Array(indptr.length - 1);
  for (let cell = 0; cell < totals.length; cell++)
    for (let i = indptr[cell]; i < indptr[cell + 1]; i++) totals[cell] += data[i];
  return totals;
}

/** The cells, or as many of them, drawn at random, as hold about `maxValues` non-zero counts. */
function fitting(counts: CountSource, cells: Int32Array, maxValues: number, seed: number): Int32Array {
  let nValues = 0;
  for (const chunk of chunksOf(subsetCounts(counts, cells))) nValues += chunk.data.length;
  return nValues <= maxValues ? cells : sampleOf(cells, Math.floor((cells.length * maxValues) / nValues), seed + 1);
}

/** Both ascending; those of `cells` that are not in `some`. */
function without(cells: Int32Array, some: Int32Array): Int32Array {
  let at = 0;
  return cells.filter((cell) => {
    if (some[at] !== cell) return true;
    at++;
    return false;
  });
}

function marks(cells: Int32Array, computed: Int32Array): Uint8Array {
  const inside = new Set(computed);
  return Uint8Array.from(cells, (cell) => (inside.has(cell) ? 0 : 1));
}

/** Two disjoint sets of cells as one, ascending. */
function merged(
  first: Int32Array,
  a: Computed,
  second: Int32Array,
  b: Computed,
  width: number,
): Computed & { cells: Int32Array } {
  const n = first.length + second.length;
  const cells = new Int32Array(n);
  const pca = new Float32Array(n * width);
  const clusters = new Int32Array(n);
  const layouts = a.layouts.map(() => new Float32Array(2 * n));
  for (let to = 0, i = 0, j = 0; to < n; to++) {
    const fromFirst = j >= second.length || (i < first.length && first[i] < second[j]);
    const [source, at] = fromFirst ? [a, i++] : [b, j++];
    cells[to] = fromFirst ? first[at] : second[at];
    pca.set(source.pca.subarray(at * width, (at + 1) * width), to * width);
    clusters[to] = source.clusters[at];
    layouts.forEach((layout, l) => layout.set(source.layouts[l].subarray(2 * at, 2 * at + 2), 2 * to));
  }
  return { cells, pca, clusters, layouts };
}
