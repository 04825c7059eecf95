import { CounterRandom } from '#shared/util/random.ts';
import { chunksOf, type StepHook } from '../count-source.ts';
import type { CountSource, CsrChunk } from '../types.ts';
import { extendBasis } from './orthonormalise.ts';
import {
  addTransposed,
  type ColumnGroups,
  columnGroups,
  fillRows,
  LANES,
  multiplyRows,
  ROWS_AT_ONCE,
  scaledRows,
} from './row-products.ts';
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
  const products = new CentredProducts(loadings, nComponents, mean, scale);
  for (const chunk of chunksOf(source)) {
    products.forRows(chunk, (first, nRows, values, stride) => {
      for (let row = 0; row < nRows; row++) {
        const into = (chunk.start + first + row) * nComponents;
        for (let j = 0; j < nComponents; j++) scores[into + j] = values[row * stride + j];
      }
    });
  }
  return scores;
}

/** Products of centred and scaled rows with a tall block, a few rows at a time. */
class CentredProducts {
  /** Filled with the rows `forRows` speaks of. */
  readonly rows = scaledRows();
  readonly stride: number;
  readonly #groups: ColumnGroups;
  readonly #scale: Float64Array;
  /** −(mean ∘ scale)ᵀ block: where centring lets every sum begin. */
  readonly #start: Float64Array;
  readonly #scores: Float64Array;

  constructor(block: Float64Array, width: number, mean: Float64Array, scale: Float64Array) {
    this.#groups = columnGroups(block, mean.length, width);
    this.#scale = scale;
    this.stride = this.#groups.length * LANES;
    const centre = new Float64Array(width);
    for (let gene = 0; gene < mean.length; gene++) {
      const factor = mean[gene] * scale[gene];
      if (factor !== 0) for (let j = 0; j < width; j++) centre[j] += factor * block[gene * width + j];
    }
    this.#start = new Float64Array(this.stride);
    for (let j = 0; j < width; j++) this.#start[j] = -centre[j];
    this.#scores = new Float64Array(ROWS_AT_ONCE * this.stride);
  }

  /** Shape: `scores` rows × `stride`, of which the first columns are those of the block. */
  forRows(chunk: CsrChunk, visit: (first: number, nRows: number, scores: Float64Array, stride: number) => void): void {
    for (let first = 0; first < chunk.nCells; first += ROWS_AT_ONCE) {
      fillRows(this.rows, chunk, first, this.#scale);
      multiplyRows(this.rows, this.#groups, this.#start, this.#scores);
      visit(first, this.rows.nRows, this.#scores, this.stride);
    }
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
  const products = new CentredProducts(block, width, mean, scale);
  const sums = columnGroups(new Float64Array(block.length), mean.length, width);
  const scoreSum = new Float64Array(width);
  for (const chunk of chunksOf(source)) {
    products.forRows(chunk, (_, nRows, scores, stride) => {
      addTransposed(products.rows, scores, sums);
      for (let row = 0; row < nRows; row++) {
        for (let j = 0; j < width; j++) scoreSum[j] += scores[row * stride + j];
      }
    });
    await onCells(chunk.start + chunk.nCells, source.nCells);
  }
  const next = new Float64Array(block.length);
  for (let gene = 0; gene < mean.length; gene++) {
    const factor = mean[gene] * scale[gene];
    for (let j = 0; j < width; j++) {
      const sum = sums[Math.floor(j / LANES)][gene * LANES + (j % LANES)];
      next[gene * width + j] = factor !== 0 ? sum - factor * scoreSum[j] : sum;
    }
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
  const products = new CentredProducts(block, width, mean, scale);
  for (const chunk of chunksOf(source)) {
    products.forRows(chunk, (_, nRows, scores, stride) => {
      for (let row = 0; row < nRows; row++) {
        const score = scores.subarray(row * stride, row * stride + width);
        for (let i = 0; i < width; i++) for (let j = i; j < width; j++) gram[i * width + j] += score[i] * score[j];
      }
    });
    await onCells(chunk.start + chunk.nCells, source.nCells);
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) gram[i * width + j] = gram[j * width + i];
  return gram;
}
