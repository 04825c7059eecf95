/** Read-outs corrected for depth: cheap functions of the effects of genes on cells and of what was read of the cells. */
import { type CellReads, type DepthMatrix, rowOf } from './matrix.ts';

export interface Correction {
  name: string;
  /** Whether it gives each cell a corrected effect; weights of cells do not. */
  isPerCell: boolean;
  of(matrix: DepthMatrix, reads: CellReads): DepthMatrix;
}

export const AS_IT_IS: Correction = { name: 'as it is', isPerCell: true, of: (matrix) => matrix };

export const CORRECTIONS: readonly Correction[] = [
  AS_IT_IS,
  {
    name: 'divided by the scale of the cell',
    isPerCell: true,
    of: inScale,
  },
  {
    name: 'divided by the scale that counts foretell',
    isPerCell: true,
    of: (matrix, { counts }) => divided(matrix, foretoldScales(scalesOf(matrix), counts)),
  },
  {
    name: 'only cells that read the gene',
    isPerCell: true,
    of: onlyRead,
  },
  {
    name: 'only cells that read it, divided by the scale of the cell',
    isPerCell: true,
    of: (matrix) => inScale(onlyRead(matrix)),
  },
  {
    name: 'each gene by regression, at the depth of the goal',
    isPerCell: true,
    of: (matrix, { counts, goalCounts }) => atDepth(matrix, counts, goalCounts),
  },
  {
    name: 'each gene by regression, at the deepest start cell',
    isPerCell: true,
    of: (matrix, { counts }) => atDepth(matrix, counts, Math.max(...counts)),
  },
  {
    name: 'cells weighted by counts',
    isPerCell: false,
    of: (matrix, { counts }) => weighted(matrix, counts),
  },
  {
    name: 'cells weighted by 1 / scale²',
    isPerCell: false,
    of: (matrix) =>
      weighted(
        matrix,
        [...scalesOf(matrix)].map((scale) => 1 / scale ** 2),
      ),
  },
  {
    name: 'the half of the cells in the middle of depth',
    isPerCell: false,
    of: (matrix, { counts }) => middleHalf(matrix, counts),
  },
];

export function scalesOf({ nulls, nCells }: DepthMatrix): Float64Array {
  return cellScales(nulls, nCells);
}

/** A raised gene that still ranks below the genes the model reads of a cell has an effect of exactly 0 there. */
export function onlyRead({ effects, nulls, nCells }: DepthMatrix): DepthMatrix {
  const read = (values: Float64Array) => values.map((effect) => (effect === 0 ? NaN : effect));
  return { effects: read(effects), nulls: read(nulls), nCells };
}

/** Effects in units of the scale of their cell. */
export function inScale(matrix: DepthMatrix): DepthMatrix {
  return divided(matrix, scalesOf(matrix));
}

/** a · counts^b by least squares of the logarithms. */
export function foretoldScales(scales: ArrayLike<number>, counts: readonly number[]): Float64Array {
  const x = counts.map(Math.log);
  const { slope, intercept } = lineThrough(x, Float64Array.from(scales, Math.log));
  return Float64Array.from(x, (value) => Math.exp(intercept + slope * value));
}

/** In units of the scale; every null gene is measured by the same scale as the candidates. */
function divided({ effects, nulls, nCells }: DepthMatrix, scales: ArrayLike<number>): DepthMatrix {
  return {
    effects: inCellScales(effects, nCells, scales),
    nulls: inCellScales(nulls, nCells, scales),
    nCells,
  };
}

/** Effect − slope · (log counts − log reference), a slope for each gene; the reference is kept within the counts seen. */
function atDepth(matrix: DepthMatrix, counts: readonly number[], reference: number): DepthMatrix {
  const x = counts.map(Math.log);
  const within = Math.min(Math.max(...x), Math.max(Math.min(...x), Math.log(reference)));
  const moved = (effects: Float64Array) => {
    const answer = effects.slice();
    for (let gene = 0; gene < effects.length / matrix.nCells; gene++) {
      const own = rowOf(effects, gene, matrix.nCells);
      const { slope } = lineThrough(x, own);
      rowOf(answer, gene, matrix.nCells).set(own.map((effect, cell) => effect - slope * (x[cell] - within)));
    }
    return answer;
  };
  return { ...matrix, effects: moved(matrix.effects), nulls: moved(matrix.nulls) };
}

/** The mean of a row becomes the weighted mean. */
function weighted({ effects, nulls, nCells }: DepthMatrix, weights: readonly number[]): DepthMatrix {
  const mean = weights.reduce((sum, weight) => sum + weight / nCells, 0);
  const times = (values: Float64Array) => values.map((effect, i) => (effect * weights[i % nCells]) / mean);
  return { effects: times(effects), nulls: times(nulls), nCells };
}

function middleHalf({ effects, nulls, nCells }: DepthMatrix, counts: readonly number[]): DepthMatrix {
  const order = counts.map((_, cell) => cell).sort((a, b) => counts[a] - counts[b] || a - b);
  const kept = new Set(order.slice(Math.floor(nCells / 4), nCells - Math.floor(nCells / 4)));
  const only = (values: Float64Array) => values.map((effect, i) => (kept.has(i % nCells) ? effect : NaN));
  return { effects: only(effects), nulls: only(nulls), nCells };
}

/**
 * How far a cell is moved by whatever is done to it: root mean square of the effects of reference genes on it.
 *
 * Shape: cells. NaN for a cell in which none of them was perturbed.
 * Source: unwanted variation estimated from negative controls: Gagnon-Bartsch and Speed 2012, Biostatistics 13:539. Note: random
 * genes are the reference, so that a gene under test has no part in the scale it is measured by.
 */
export function cellScales(effects: Float64Array, nCells: number): Float64Array {
  const squares = new Float64Array(nCells);
  const told = new Int32Array(nCells);
  for (let i = 0; i < effects.length; i++) {
    if (Number.isNaN(effects[i])) continue;
    squares[i % nCells] += effects[i] ** 2;
    told[i % nCells]++;
  }
  return squares.map((sum, cell) => Math.sqrt(sum / told[cell]));
}

/** Effects in units of each cell's scale; as they are in a cell without one. */
function inCellScales(effects: Float64Array, nCells: number, scales: ArrayLike<number>): Float64Array {
  return Float64Array.from(effects, (effect, i) => (scales[i % nCells] > 0 ? effect / scales[i % nCells] : effect));
}

/** Least squares over the pairs in which y is finite; no slope without spread. */
export function lineThrough(x: readonly number[], y: ArrayLike<number>): { slope: number; intercept: number } {
  const kept = x.map((_, i) => i).filter((i) => Number.isFinite(y[i]));
  const mean = (of: (i: number) => number) => kept.reduce((sum, i) => sum + of(i) / kept.length, 0);
  const [meanX, meanY] = [mean((i) => x[i]), mean((i) => y[i])];
  const [xx, xy] = [mean((i) => (x[i] - meanX) ** 2), mean((i) => (x[i] - meanX) * (y[i] - meanY))];
  const slope = xx > 0 ? xy / xx : 0;
  return { slope, intercept: meanY - slope * meanX };
}
