import { sortedQuantile } from '#singlecell/statistics/quantile.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { median } from '#singlecell/statistics/robust.ts';
import { type CellTokens, valueAtDepth } from './operators.ts';

/** Values held at a time while percentiles are taken; bounds memory at 32 MiB whatever the dataset. */
const VALUES_PER_PASS = 8_388_608;

/** The first `maxLength` genes of one prepared cell: all that a model of that length reads of it. */
export function cellTokens(tokens: TokenSet, cell: number, maxLength: number): CellTokens {
  const start = tokens.offsets[cell];
  const end = Math.min(tokens.offsets[cell + 1], start + maxLength);
  const depth = tokens.depths?.[cell];
  return {
    tokenIds: tokens.tokenIds.subarray(start, end),
    values: tokens.values.subarray(start, end),
    ...(depth === undefined ? {} : { depth }),
  };
}

/**
 * How deeply each cell was sequenced, over the cell in the middle: sum of count / gene median over its prepared genes.
 *
 * Source: sizes of samples as a factor of all their genes: Anders and Huber 2010, Genome Biol 11:R106. Note: told by the tokens
 * alone, so that cells without counts have it too; 1 for a cell without genes.
 */
export function cellDepths(tokens: TokenSet): Float64Array {
  const sizes = new Float64Array(tokens.nCells);
  for (let cell = 0; cell < tokens.nCells; cell++) {
    const { values } = cellTokens(tokens, cell, Infinity);
    for (let i = 0; i < values.length; i++) sizes[cell] += 2 ** values[i] - 1;
  }
  const middle = median(sizes.filter((size) => size > 0));
  return sizes.map((size) => (size > 0 ? size / middle : 1));
}

/** Tokens whose doses go by depth, where that is asked for. */
export function withDepths<T extends TokenSet>(tokens: T, doseByDepth: boolean): T {
  return doseByDepth ? { ...tokens, depths: cellDepths(tokens) } : tokens;
}

/** What the prepared cells say about each gene. Index = token id. */
export interface TokenStatistics {
  /** Cells in which the gene is among the tokens. */
  detections: Int32Array;
  /** Mean value among those cells; 0 where there are none. */
  meanValues: Float64Array;
  maxValues: Float32Array;
}

/** Detections, mean and highest value of every token among the first `maxLength` genes of each cell, in one pass. */
export function tokenStatistics(tokens: TokenSet, vocabularySize: number, maxLength: number): TokenStatistics {
  const detections = new Int32Array(vocabularySize);
  const meanValues = new Float64Array(vocabularySize);
  const maxValues = new Float32Array(vocabularySize);
  for (let cell = 0; cell < tokens.nCells; cell++) {
    const { tokenIds, values } = cellTokens(tokens, cell, maxLength);
    for (let i = 0; i < tokenIds.length; i++) {
      const id = tokenIds[i];
      detections[id]++;
      meanValues[id] += values[i];
      if (values[i] > maxValues[id]) maxValues[id] = values[i];
    }
  }
  for (let id = 0; id < vocabularySize; id++) if (detections[id] > 0) meanValues[id] /= detections[id];
  return { detections, meanValues, maxValues };
}

/**
 * The over-expression dose of each gene: a percentile of its values among the cells that express it.
 *
 * Units: values, log2(1 + count / gene median); NaN for a gene no cell expresses. Order of `genes`.
 * Where the tokens have depths, values and doses are those of a cell of middle depth.
 * Note: linear interpolation between order statistics, so a percentile of at most 1 never exceeds the observed maximum.
 */
export function percentileDoses(
  tokens: TokenSet,
  statistics: TokenStatistics,
  genes: readonly number[],
  options: { percentile: number; maxLength: number },
): Float64Array {
  const doses = new Float64Array(genes.length).fill(NaN);
  const slots = new Int32Array(statistics.detections.length).fill(-1);
  for (let first = 0; first < genes.length;) {
    let last = first;
    let total = 0;
    const starts: number[] = [];
    while (last < genes.length && (last === first || total + statistics.detections[genes[last]] <= VALUES_PER_PASS)) {
      slots[genes[last]] = last - first;
      starts.push(total);
      total += statistics.detections[genes[last++]];
    }
    const gathered = gather(tokens, slots, starts, total, options.maxLength);
    for (let i = first; i < last; i++) {
      const start = starts[i - first];
      const end = start + statistics.detections[genes[i]];
      if (end > start) doses[i] = sortedQuantile(gathered.subarray(start, end).sort(), options.percentile);
      slots[genes[i]] = -1;
    }
    first = last;
  }
  return doses;
}

function gather(
  tokens: TokenSet,
  slots: Int32Array,
  starts: readonly number[],
  total: number,
  maxLength: number,
): Float32Array {
  const gathered = new Float32Array(total);
  const cursor = Float64Array.from(starts);
  for (let cell = 0; cell < tokens.nCells; cell++) {
    const { tokenIds, values, depth } = cellTokens(tokens, cell, maxLength);
    const shallower = depth === undefined ? undefined : 1 / depth;
    for (let i = 0; i < tokenIds.length; i++) {
      const slot = slots[tokenIds[i]];
      if (slot >= 0) gathered[cursor[slot]++] = valueAtDepth(values[i], shallower);
    }
  }
  return gathered;
}
