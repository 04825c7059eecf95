import { CounterRandom } from '#shared/util/random.ts';
import { chunksOf, type StepHook } from '../count-source.ts';
import type { CountSource } from '../types.ts';
import { extendBasis } from './orthonormalise.ts';
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

const DEFAULT_PASSES = 6;
const MIN_BLOCK = 8;

/**
 * The leading singular values and right singular vectors of the centred and scaled matrix, by randomised block Krylov
 * iteration.
 *
 * Each pass streams the cells once and multiplies a thin genes × block by X̃ᵀX̃; the answer is the best within the span of
 * all blocks. Neither a dense cells × genes matrix nor anything as tall as the cells is ever held; centring stays implicit.
 *
 * Source: Musco & Musco 2015, NeurIPS 28, algorithm 2. Note: on 3,874 blood cells × 13,904 genes, 48 components, it
 * captures more variance than plain subspace iteration of the same cost.
 */
export async function truncatedSvd(source: CountSource, options: SvdOptions): Promise<TruncatedSvd> {
  const { nComponents, mean, scale, nPasses = DEFAULT_PASSES } = options;
  const { nCells, nGenes } = source;
  const width = Math.min(Math.max(MIN_BLOCK, Math.ceil(nComponents / 2)), nGenes);
  const random = new CounterRandom(options.seed, 'truncated-svd');
  const basis: Float64Array[] = [];
  let block = Float64Array.from({ length: nGenes * width }, (_, i) => random.normal(i));
  extendBasis(basis, block, nGenes, width);
  for (let pass = 0; pass <= nPasses; pass++) {
    const done: StepHook = (cells) => options.onCells?.(pass * nCells + cells, (nPasses + 1) * nCells);
    if (pass < nPasses) {
      block = await multiplyGram(source, block, width, mean, scale, done);
      extendBasis(basis, block, nGenes, width);
    } else {
      return ritz(basis, await innerGram(source, basis, mean, scale, done), { nComponents, mean, scale });
    }
  }
  throw new RangeError('the last pass returns');
}

/** Singular vectors within the span of the basis, from the Gram matrix of X̃ times the basis. */
function ritz(
  basis: Float64Array[],
  gram: Float64Array,
  { nComponents, mean, scale }: Pick<SvdOptions, 'nComponents' | 'mean' | 'scale'>,
): TruncatedSvd {
  const width = basis.length;
  const nGenes = mean.length;
  const { values, vectors } = symmetricEigen(gram, width);
  const singularValues = new Float64Array(nComponents);
  const loadings = new Float64Array(nGenes * nComponents);
  for (let j = 0; j < Math.min(nComponents, width); j++) {
    // Below this the value is rounding noise of the largest one.
    if (!(values[j] > 1e-12 * values[0])) break;
    singularValues[j] = Math.sqrt(values[j]);
    const vector = new Float64Array(nGenes);
    basis.forEach((column, i) => {
      const weight = vectors[i * width + j];
      for (let gene = 0; gene < nGenes; gene++) vector[gene] += weight * column[gene];
    });
    const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const sign = largest < 0 ? -1 : 1;
    for (let gene = 0; gene < nGenes; gene++) loadings[gene * nComponents + j] = sign * vector[gene];
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

/** One pass: X̃ᵀ(X̃ B). */
async function multiplyGram(
  source: CountSource,
  block: Float64Array,
  width: number,
  mean: Float64Array,
  scale: Float64Array,
  onCells: StepHook,
): Promise<Float64Array<ArrayBuffer>> {
  const next = new Float64Array(block.length);
  const centre = centreOf(block, width, mean, scale);
  const score = new Float64Array(width);
  const scoreSum = new Float64Array(width);
  for (const chunk of chunksOf(source)) {
    const { indptr, indices, data } = chunk;
    for (let row = 0; row < chunk.nCells; row++) {
      scoreRow(chunk, row, block, width, scale, centre, score);
      for (let at = indptr[row]; at < indptr[row + 1]; at++) {
        const value = data[at] * scale[indices[at]];
        const base = indices[at] * width;
        for (let j = 0; j < width; j++) next[base + j] += value * score[j];
      }
      for (let j = 0; j < width; j++) scoreSum[j] += score[j];
    }
    await onCells(chunk.start + chunk.nCells, source.nCells);
  }
  for (let gene = 0; gene < mean.length; gene++) {
    const factor = mean[gene] * scale[gene];
    if (factor !== 0) for (let j = 0; j < width; j++) next[gene * width + j] -= factor * scoreSum[j];
  }
  return next;
}

/** One pass: (X̃ Q)ᵀ(X̃ Q) for the basis Q. */
async function innerGram(
  source: CountSource,
  basis: Float64Array[],
  mean: Float64Array,
  scale: Float64Array,
  onCells: StepHook,
): Promise<Float64Array> {
  const width = basis.length;
  const block = new Float64Array(mean.length * width);
  basis.forEach((column, j) => {
    for (let gene = 0; gene < column.length; gene++) block[gene * width + j] = column[gene];
  });
  const gram = new Float64Array(width * width);
  const centre = centreOf(block, width, mean, scale);
  const score = new Float64Array(width);
  for (const chunk of chunksOf(source)) {
    for (let row = 0; row < chunk.nCells; row++) {
      scoreRow(chunk, row, block, width, scale, centre, score);
      for (let i = 0; i < width; i++) for (let j = i; j < width; j++) gram[i * width + j] += score[i] * score[j];
    }
    await onCells(chunk.start + chunk.nCells, source.nCells);
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) gram[i * width + j] = gram[j * width + i];
  return gram;
}
