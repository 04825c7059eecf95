import { CounterRandom } from '#shared/util/random.ts';
import { chunksOf, type StepHook } from '../count-source.ts';
import type { CountSource } from '../types.ts';
import { orthonormalise } from './orthonormalise.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

export interface SvdOptions {
  nComponents: number;
  seed: number;
  /** Subtracted from every column; columns are then multiplied by `scale`. */
  mean: Float64Array;
  scale: Float64Array;
  /** Passes over the matrix that sharpen the subspace. */
  nPasses?: number;
  onCells?: StepHook;
}

export interface TruncatedSvd {
  nComponents: number;
  /** Descending; 0 beyond the rank of the matrix. */
  singularValues: Float64Array;
  /** Right singular vectors. Shape: genes × components, row-major; in each, the entry of largest magnitude is positive. */
  loadings: Float64Array;
  mean: Float64Array;
  scale: Float64Array;
}

const OVERSAMPLING = 12;
const DEFAULT_PASSES = 7;

/**
 * The leading singular values and right singular vectors of the centred and scaled matrix, by randomised subspace iteration.
 *
 * Each pass streams the cells once and multiplies the genes × (components + 12) block by X̃ᵀX̃, so neither a dense
 * cells × genes matrix nor anything as tall as the cells is ever held; centring stays implicit.
 *
 * Source: Halko, Martinsson & Tropp 2011, SIAM Review 53:217, algorithm 4.4 on the Gram matrix.
 */
export async function truncatedSvd(source: CountSource, options: SvdOptions): Promise<TruncatedSvd> {
  const { nComponents, mean, scale, nPasses = DEFAULT_PASSES } = options;
  const { nCells, nGenes } = source;
  const width = Math.min(nComponents + OVERSAMPLING, nCells, nGenes);
  const random = new CounterRandom(options.seed, 'truncated-svd');
  let block = Float64Array.from({ length: nGenes * width }, (_, i) => random.normal(i));
  orthonormalise(block, nGenes, width);
  let gram = new Float64Array(width * width);
  for (let pass = 0; pass <= nPasses; pass++) {
    const last = pass === nPasses;
    const done: StepHook = (cells) => options.onCells?.(pass * nCells + cells, (nPasses + 1) * nCells);
    const product = await multiplyGram(source, block, width, mean, scale, last, done);
    if (last) gram = product.gram;
    else {
      block = product.block!;
      orthonormalise(block, nGenes, width);
    }
  }
  const { values, vectors } = symmetricEigen(gram, width);
  const singularValues = new Float64Array(nComponents);
  const loadings = new Float64Array(nGenes * nComponents);
  for (let j = 0; j < Math.min(nComponents, width); j++) {
    // Below this the value is rounding noise of the largest one.
    if (values[j] <= 1e-12 * values[0]) break;
    singularValues[j] = Math.sqrt(values[j]);
    let largest = 0;
    for (let gene = 0; gene < nGenes; gene++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += block[gene * width + i] * vectors[i * width + j];
      loadings[gene * nComponents + j] = sum;
      if (Math.abs(sum) > Math.abs(largest)) largest = sum;
    }
    if (largest < 0) for (let gene = 0; gene < nGenes; gene++) loadings[gene * nComponents + j] *= -1;
  }
  return { nComponents, singularValues, loadings, mean, scale };
}

/** Scores of cells on the components: X̃ V. Shape: cells × components, row-major. */
export function projectCells(source: CountSource, svd: TruncatedSvd): Float32Array {
  const { nComponents, loadings, mean, scale } = svd;
  const scores = new Float32Array(source.nCells * nComponents);
  const centre = centreOf(loadings, nComponents, mean, scale);
  const row = new Float64Array(nComponents);
  for (const chunk of chunksOf(source)) {
    for (let cell = 0; cell < chunk.nCells; cell++) {
      scoreRow(chunk, cell, loadings, nComponents, scale, centre, row);
      scores.set(row, (chunk.start + cell) * nComponents);
    }
  }
  return scores;
}

interface Row {
  indptr: Float64Array;
  indices: Int32Array;
  data: Float32Array;
}

/** (mean ∘ scale)ᵀ block: what centring subtracts from every score. */
function centreOf(block: Float64Array, width: number, mean: Float64Array, scale: Float64Array): Float64Array {
  const centre = new Float64Array(width);
  for (let gene = 0; gene < mean.length; gene++) {
    const factor = mean[gene] * scale[gene];
    if (factor !== 0) for (let j = 0; j < width; j++) centre[j] += factor * block[gene * width + j];
  }
  return centre;
}

function scoreRow(
  { indptr, indices, data }: Row,
  row: number,
  block: Float64Array,
  width: number,
  scale: Float64Array,
  centre: Float64Array,
  into: Float64Array,
): void {
  for (let j = 0; j < width; j++) into[j] = -centre[j];
  for (let at = indptr[row]; at < indptr[row + 1]; at++) {
    const value = data[at] * scale[indices[at]];
    const base = indices[at] * width;
    for (let j = 0; j < width; j++) into[j] += value * block[base + j];
  }
}

/** One pass: T = X̃ B per cell, then X̃ᵀT, or only TᵀT in the last pass. */
async function multiplyGram(
  source: CountSource,
  block: Float64Array,
  width: number,
  mean: Float64Array,
  scale: Float64Array,
  gramOnly: boolean,
  onCells: StepHook,
): Promise<{ block: Float64Array<ArrayBuffer> | null; gram: Float64Array<ArrayBuffer> }> {
  const next = gramOnly ? null : new Float64Array(block.length);
  const gram = new Float64Array(width * width);
  const centre = centreOf(block, width, mean, scale);
  const score = new Float64Array(width);
  const scoreSum = new Float64Array(width);
  for (const chunk of chunksOf(source)) {
    const { indptr, indices, data } = chunk;
    for (let row = 0; row < chunk.nCells; row++) {
      scoreRow(chunk, row, block, width, scale, centre, score);
      if (next) {
        for (let at = indptr[row]; at < indptr[row + 1]; at++) {
          const value = data[at] * scale[indices[at]];
          const base = indices[at] * width;
          for (let j = 0; j < width; j++) next[base + j] += value * score[j];
        }
        for (let j = 0; j < width; j++) scoreSum[j] += score[j];
      } else {
        for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) gram[i * width + j] += score[i] * score[j];
      }
    }
    await onCells(chunk.start + chunk.nCells, source.nCells);
  }
  if (next) {
    for (let gene = 0; gene < mean.length; gene++) {
      const factor = mean[gene] * scale[gene];
      if (factor !== 0) for (let j = 0; j < width; j++) next[gene * width + j] -= factor * scoreSum[j];
    }
  }
  return { block: next, gram };
}
