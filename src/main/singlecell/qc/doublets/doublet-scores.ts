import { chunksOf, memoryCounts, subsetCounts, type StepHook } from '../../count-source.ts';
import { logNormalised, selectGenes } from '../../expression/log-normalise.ts';
import { geneMoments } from '../../expression/moments.ts';
import { NearestHeap, NeighbourIndex } from '../../expression/neighbour-index.ts';
import { sampleOf } from '../../expression/sketch.ts';
import { projectCells, truncatedSvd, type TruncatedSvd } from '../../expression/truncated-svd.ts';
import { variableGenes } from '../../expression/variable-genes.ts';
import type { CountSource, CsrChunk } from '../../types.ts';
import { doubletScore, valley } from './score.ts';
import { addedPairs, drawPairs, logOfTotals } from './simulate.ts';

export interface DoubletOptions {
  /** Share of the cells expected to be doublets. */
  expectedRate: number;
  /** Simulated doublets per reference cell. */
  simulatedRatio: number;
  /** A larger run is learned from a sample of this size; every cell is scored. */
  maxReferenceCells: number;
  seed: number;
  onCells?: StepHook;
}

export interface DoubletScores {
  /** One per cell, in the order of `cells`; 0 to 1. */
  scores: Float32Array;
  simulated: Float32Array;
  nReference: number;
  /** Null where the simulated scores have no two separate peaks. */
  threshold: number | null;
}

/** Fewer cells than this say nothing about their neighbours. */
export const LEAST_CELLS = 100;
const N_GENES = 2000;
const N_COMPONENTS = 30;
/** Passes that sharpen the components; with three, the mean of simulated neighbours is off by 4 %. */
const N_PASSES = 5;

/**
 * How much each cell of one droplet run looks like two: doublets are simulated by adding the counts of random pairs, and
 * a cell is scored by the share of them among its nearest neighbours.
 *
 * Cells and simulated doublets share the components of the log-normalised most variable genes of the cells. k = √n / 2
 * neighbours among n reference cells, widened for the simulated ones. Memory depends on the reference, not on the run.
 *
 * Throws: RangeError below `LEAST_CELLS` cells.
 * Source: Wolock, Lopez and Klein, Scrublet, Cell Systems 8 (2019) 281. Note: log-normalised values and 2,000 variable
 * genes instead of z-scores of the top 15 %, as in scanpy; measured in tests/singlecell/qc/doublets.
 */
export async function doubletScores(
  counts: CountSource,
  cells: Int32Array,
  options: DoubletOptions,
): Promise<DoubletScores> {
  if (cells.length < LEAST_CELLS) throw new RangeError(`doublet scores need ${LEAST_CELLS} cells`);
  const { seed } = options;
  const reference = sampleOf(cells, options.maxReferenceCells, seed);
  const source = subsetCounts(counts, reference);
  const moments = await geneMoments(logNormalised(source));
  const genes = variableGenes(moments, N_GENES);
  const { raw, totals } = await gather(source, genes);
  const rawCounts = memoryCounts(raw);
  const normalised = logOfTotals(rawCounts, totals);
  const pick = (values: Float64Array) => Float64Array.from(genes, (gene) => values[gene]);
  const svd = await truncatedSvd(normalised, {
    nComponents: Math.min(N_COMPONENTS, genes.length),
    seed,
    mean: pick(moments.mean),
    scale: new Float64Array(genes.length).fill(1),
    nPasses: N_PASSES,
  });

  const nReference = reference.length;
  const nSimulated = Math.round(options.simulatedRatio * nReference);
  const pairs = drawPairs(nReference, nSimulated, seed);
  const pairTotals = Float64Array.from(
    { length: nSimulated },
    (_, d) => totals[pairs[2 * d]] + totals[pairs[2 * d + 1]],
  );
  const points = joined(
    projectCells(normalised, svd),
    projectCells(logOfTotals(addedPairs(rawCounts.rows(0, nReference), pairs), pairTotals), svd),
  );
  const width = svd.nComponents;
  const index = new NeighbourIndex(points, width, seed);
  const ratio = nSimulated / nReference;
  const nNeighbours = Math.round(Math.round(0.5 * Math.sqrt(nReference)) * (1 + ratio));
  const heap = new NearestHeap(nNeighbours);
  const odds = { nNeighbours, expectedRate: options.expectedRate, ratio };
  const simulatedAround = (query: Float32Array, offset: number, exclude: number): number => {
    const found = index.search(query, offset, exclude, heap);
    let simulated = 0;
    for (let i = 0; i < found; i++) if (heap.numbers[i] >= nReference) simulated++;
    return simulated;
  };

  const nWork = cells.length + nSimulated;
  const known = new Int32Array(nReference + nSimulated);
  for (let point = 0; point < known.length; point++) {
    known[point] = simulatedAround(points, point * width, point);
    if (point % 1000 === 999) await options.onCells?.(point, nWork);
  }
  const around = await aroundAll(counts, cells, reference, known, genes, svd, simulatedAround, (done) =>
    options.onCells?.(Math.min(nWork, done + nSimulated), nWork),
  );
  const score = (n: number) => doubletScore(n, odds);
  const simulated = known.subarray(nReference);
  const between = valley(simulated, nNeighbours);
  return {
    scores: Float32Array.from(around, score),
    simulated: Float32Array.from(simulated, score),
    nReference,
    threshold: between === null ? null : score(between),
  };
}

/** Simulated neighbours of every cell: known for the reference, looked up among the same points for the rest. */
async function aroundAll(
  counts: CountSource,
  cells: Int32Array,
  reference: Int32Array,
  known: Int32Array,
  genes: Int32Array,
  svd: TruncatedSvd,
  simulatedAround: (query: Float32Array, offset: number, exclude: number) => number,
  onCells: (done: number) => void | Promise<void>,
): Promise<Int32Array> {
  if (reference.length === cells.length) return known.subarray(0, cells.length);
  const around = new Int32Array(cells.length);
  const rest: number[] = [];
  for (let at = 0, next = 0; at < cells.length; at++) {
    if (next < reference.length && cells[at] === reference[next]) around[at] = known[next++];
    else rest.push(at);
  }
  const others = selectGenes(
    logNormalised(
      subsetCounts(
        counts,
        Int32Array.from(rest, (at) => cells[at]),
      ),
    ),
    genes,
  );
  for (const chunk of chunksOf(others)) {
    const alone = { nCells: chunk.nCells, nGenes: genes.length, rows: () => ({ ...chunk, start: 0 }) };
    const projected = projectCells(alone, svd);
    for (let row = 0; row < chunk.nCells; row++) {
      around[rest[chunk.start + row]] = simulatedAround(projected, row * svd.nComponents, -1);
    }
    await onCells(reference.length + chunk.start + chunk.nCells);
  }
  return around;
}

/** Counts of the chosen genes, held in memory, and the total over all genes of each cell. */
async function gather(source: CountSource, genes: Int32Array) {
  const totals = new Float64Array(source.nCells);
  const selected = selectGenes(source, genes);
  const parts: CsrChunk[] = [];
  for (const chunk of chunksOf(source)) {
    for (let row = 0; row < chunk.nCells; row++) {
      for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) totals[chunk.start + row] += chunk.data[at];
    }
  }
  for (const chunk of chunksOf(selected))
    parts.push({ ...chunk, indices: chunk.indices.slice(), data: chunk.data.slice() });
  const nValues = parts.reduce((sum, part) => sum + part.data.length, 0);
  const indptr = new Float64Array(source.nCells + 1);
  const indices = new Int32Array(nValues);
  const data = new Float32Array(nValues);
  let n = 0;
  for (const part of parts) {
    indices.set(part.indices, n);
    data.set(part.data, n);
    for (let row = 0; row < part.nCells; row++) indptr[part.start + row + 1] = n + part.indptr[row + 1];
    n += part.data.length;
  }
  return { raw: { nGenes: genes.length, indptr, indices, data }, totals };
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const all = new Float32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
