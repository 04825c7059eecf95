import { gzipSync } from 'node:zlib';
import { sampleOf } from '../expression/sketch.ts';
import { logNormalised, selectGenes } from '../expression/log-normalise.ts';
import { subsetCounts, type StepHook } from '../count-source.ts';
import type { CountSource } from '../types.ts';
import { kMeans } from './k-means.ts';

export interface ReferenceInput {
  counts: CountSource;
  /** Genes of the reference that the labelled dataset has as well, ascending. */
  genes: Int32Array;
  /** Label of every reference cell, -1 for cells left out; from 0 to `nLabels` - 1, none of them empty. */
  labels: Int32Array;
  nLabels: number;
  markersPerPair: number;
  seed?: number;
}

export interface Reference {
  /** Genes of the reference that tell labels apart, ascending. */
  markers: Int32Array;
  /** As the loader of scran.js takes them, each gzipped. */
  ranks: Uint8Array;
  pairs: Uint8Array;
  labels: Uint8Array;
}

/** Cells of a label that are read, drawn at random from more; they become at most 32 profiles. */
const CELLS_PER_LABEL = 1000;

/**
 * A reference for SingleR from single cells: for every pair of labels the genes with the largest Cohen's d, and for
 * every label about √n profiles, each the mean of similar cells (k-means), so that rare subtypes keep a voice.
 *
 * Source: Aran 2019 Nat Immunol 20:163 (SingleR); profiles as its aggregateReference makes them.
 */
export async function buildReference(input: ReferenceInput, onCells?: StepHook): Promise<Reference> {
  const { nLabels, seed = 0 } = input;
  const cells = Array.from({ length: nLabels }, (_, label) => {
    const all: number[] = [];
    input.labels.forEach((one, cell) => one === label && all.push(cell));
    return sampleOf(Int32Array.from(all), CELLS_PER_LABEL, seed);
  });
  const nCells = cells.reduce((sum, { length }) => sum + length, 0);
  // Normalised by all genes of a cell, then narrowed to those both datasets have.
  const log = selectGenes(logNormalised(input.counts), input.genes);
  const means: Float64Array[] = [];
  const variances: Float64Array[] = [];
  let done = 0;
  for (const ofLabel of cells) {
    const { mean, variance } = moments(subsetCounts(log, ofLabel));
    means.push(mean);
    variances.push(variance);
    done += ofLabel.length;
    await onCells?.(done, nCells);
  }
  const pairs = pairMarkers(means, variances, input.markersPerPair);
  const chosen = Int32Array.from(new Set(pairs.flatMap(({ genes }) => genes))).sort();
  const position = new Map(Array.from(chosen, (gene, i) => [gene, i]));
  const narrowed = selectGenes(log, chosen);
  const ranks: string[] = [];
  const labels: string[] = [];
  cells.forEach((ofLabel, label) => {
    for (const profile of profiles(subsetCounts(narrowed, ofLabel), seed)) {
      ranks.push(rankLine(profile));
      labels.push(String(label));
    }
  });
  const lines = pairs.map(({ a, b, genes }) => [a, b, ...genes.map((gene) => position.get(gene)!)].join('\t'));
  return {
    markers: chosen.map((gene) => input.genes[gene]),
    ranks: zipped(ranks),
    pairs: zipped(lines),
    labels: zipped(labels),
  };
}

function moments(source: CountSource): { mean: Float64Array; variance: Float64Array } {
  const { nCells, nGenes } = source;
  const mean = new Float64Array(nGenes);
  const variance = new Float64Array(nGenes);
  const { indices, data } = source.rows(0, nCells);
  for (let i = 0; i < data.length; i++) mean[indices[i]] += data[i] / nCells;
  const zeros = new Float64Array(nGenes).fill(nCells);
  for (let i = 0; i < data.length; i++) {
    variance[indices[i]] += (data[i] - mean[indices[i]]) ** 2;
    zeros[indices[i]]--;
  }
  for (let gene = 0; gene < nGenes; gene++)
    variance[gene] = (variance[gene] + zeros[gene] * mean[gene] ** 2) / Math.max(1, nCells - 1);
  return { mean, variance };
}

interface Pair {
  a: number;
  b: number;
  /** Higher in `a`, strongest first. */
  genes: number[];
}

function pairMarkers(means: Float64Array[], variances: Float64Array[], top: number): Pair[] {
  const pairs: Pair[] = [];
  const nGenes = means[0].length;
  const effect = new Float64Array(nGenes);
  for (let a = 0; a < means.length; a++) {
    for (let b = 0; b < means.length; b++) {
      if (a === b) continue;
      const higher: number[] = [];
      for (let gene = 0; gene < nGenes; gene++) {
        const difference = means[a][gene] - means[b][gene];
        if (difference <= 0) continue;
        const spread = Math.sqrt((variances[a][gene] + variances[b][gene]) / 2);
        effect[gene] = spread > 0 ? difference / spread : Infinity;
        higher.push(gene);
      }
      higher.sort((one, other) => (effect[one] === effect[other] ? one - other : effect[other] - effect[one]));
      pairs.push({ a, b, genes: higher.slice(0, top) });
    }
  }
  return pairs;
}

/** Means of similar cells, about √n of them. */
function profiles(source: CountSource, seed: number): Float64Array[] {
  const { nCells, nGenes: width } = source;
  const { indptr, indices, data } = source.rows(0, nCells);
  const dense = new Float32Array(nCells * width);
  for (let cell = 0; cell < nCells; cell++)
    for (let i = indptr[cell]; i < indptr[cell + 1]; i++) dense[cell * width + indices[i]] = data[i];
  const { nearest } = kMeans(dense, width, Math.ceil(Math.sqrt(nCells)), seed);
  const sums = new Map<number, { sum: Float64Array; n: number }>();
  nearest.forEach((centre, cell) => {
    const one = sums.get(centre) ?? { sum: new Float64Array(width), n: 0 };
    for (let gene = 0; gene < width; gene++) one.sum[gene] += dense[cell * width + gene];
    one.n++;
    sums.set(centre, one);
  });
  return [...sums].sort(([a], [b]) => a - b).map(([, { sum, n }]) => sum.map((value) => value / n));
}

/** Ranks from 1; equal values share the lowest. */
function rankLine(profile: Float64Array): string {
  const order = Array.from(profile.keys()).sort((a, b) => profile[a] - profile[b]);
  const ranks = new Int32Array(profile.length);
  order.forEach((gene, i) => {
    const before = order[i - 1];
    ranks[gene] = i > 0 && profile[before] === profile[gene] ? ranks[before] : i + 1;
  });
  return ranks.join(',');
}

function zipped(lines: readonly string[]): Uint8Array {
  return new Uint8Array(gzipSync(`${lines.join('\n')}\n`));
}
