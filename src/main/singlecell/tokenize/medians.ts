import type { StepHook } from '../count-source.ts';
import { type CellPass, inPlace, type PassRunner } from '../passes/cell-pass.ts';
import { requireEnds } from '../packed-rows.ts';
import type { CountSource, PackedChunk } from '../types.ts';

export interface GeneStatistics {
  /** Kept cells that express each gene. */
  detections: Int32Array;
  /** Median of the non-zero raw counts over kept cells; NaN where no cell expresses the gene. */
  medians: Float64Array;
}

/** Counts below this have a bin each; above, bins of an eighth of an octave. */
const UNIT_BINS = 32;
const BINS_PER_OCTAVE = 8;
const MAX_OCTAVE = 24;
const N_BINS = UNIT_BINS + (MAX_OCTAVE - Math.log2(UNIT_BINS)) * BINS_PER_OCTAVE + 1;

interface Histograms {
  /** Shape: bins × genes, so that the small counts most entries have lie close together. */
  bins: Uint32Array;
  /** Genes with a value that is not whole. */
  fractional: Uint8Array;
  /** How often each gene has each count from `UNIT_BINS` on; null where that is not known. */
  large: Map<number, number> | null;
}

/** Different pairs of gene and count that are worth keeping; typical cells have some ten thousand. */
const MAX_PAIRS = 1 << 18;
const PAIR_COUNTS = 2 ** (MAX_OCTAVE + 4);

/** How often pairs of gene and count occur. */
class LargeCounts {
  readonly pairs = new Map<number, number>();

  get isFull(): boolean {
    return this.pairs.size > MAX_PAIRS;
  }

  add(gene: number, count: number): void {
    const pair = gene * PAIR_COUNTS + count;
    this.pairs.set(pair, (this.pairs.get(pair) ?? 0) + 1);
  }
}

/** One histogram per gene of the counts of kept cells. */
export const HISTOGRAM_PASS: CellPass<{ keep: Uint8Array; nGenes: number }, null, Histograms> = {
  name: 'histograms',
  begin({ keep, nGenes }) {
    const bins = new Uint32Array(nGenes * N_BINS);
    const fractional = new Uint8Array(nGenes);
    let large: LargeCounts | null = new LargeCounts();
    return {
      range(chunk) {
        large = null;
        const { indices, data, indptr, start, nCells } = chunk;
        for (let row = 0; row < nCells; row++) {
          if (!keep[start + row]) continue;
          for (let at = indptr[row]; at < indptr[row + 1]; at++) {
            const count = data[at];
            if (!(count > 0)) continue;
            const gene = indices[at];
            // Most counts are small and whole, and are their own bin.
            const whole = count | 0;
            if (whole === count && whole < UNIT_BINS) bins[whole * nGenes + gene]++;
            else {
              bins[binOf(count) * nGenes + gene]++;
              if (count !== Math.floor(count)) fractional[gene] = 1;
            }
          }
        }
        return null;
      },
      packed(chunk) {
        binPacked(chunk, keep, bins, large);
        if (large?.isFull) large = null;
        return null;
      },
      end: () => ({ bins, fractional, large: large?.pairs ?? null }),
    };
  },
};

/** Counts that are stored packed are whole. */
function binPacked(
  { indptr, genes, counts, start, nCells, nGenes }: PackedChunk,
  keep: Uint8Array,
  bins: Uint32Array,
  large: LargeCounts | null,
): void {
  let geneAt = 0;
  let countAt = 0;
  for (let row = 0; row < nCells; row++) {
    const n = indptr[row + 1] - indptr[row];
    // Cells that are left out are gone over as well: where the next one begins is found by that alone.
    const isKept = keep[start + row] === 1 ? 1 : 0;
    let gene = 0;
    for (let i = 0; i < n; i++) {
      let step = genes[geneAt++];
      if (step > 127) {
        step &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = genes[geneAt++];
          step |= (next & 127) << shift;
        }
      }
      gene += step;
      let count = counts[countAt++];
      if (count > 127) {
        count &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = counts[countAt++];
          count |= (next & 127) << shift;
        }
      }
      if (count < UNIT_BINS) bins[count * nGenes + gene] += isKept;
      else if (isKept) {
        bins[binOf(count) * nGenes + gene]++;
        large?.add(gene, count);
      }
    }
  }
  requireEnds(genes, geneAt, counts, countAt);
}

/** Bins in which a gene's median lies; low above high where nothing is open. Index = gene. */
interface OpenGenes {
  keep: Uint8Array;
  low: Int16Array;
  high: Int16Array;
}

/** Distinct values in the open bins of each gene, and how often each occurs. */
export const OPEN_BINS_PASS: CellPass<OpenGenes, null, Map<number, Map<number, number>>> = {
  name: 'open-bins',
  begin({ keep, low, high }) {
    const seen = new Map<number, Map<number, number>>();
    return {
      range(chunk) {
        const { indices, data, indptr, start, nCells } = chunk;
        for (let row = 0; row < nCells; row++) {
          if (!keep[start + row]) continue;
          for (let at = indptr[row]; at < indptr[row + 1]; at++) {
            const gene = indices[at];
            if (low[gene] > high[gene] || !(data[at] > 0)) continue;
            const bin = binOf(data[at]);
            if (bin < low[gene] || bin > high[gene]) continue;
            const values = seen.get(gene) ?? new Map<number, number>();
            seen.set(gene, values);
            const value = quantised(data[at]);
            values.set(value, (values.get(value) ?? 0) + 1);
          }
        }
        return null;
      },
      end: () => seen,
    };
  },
};

/**
 * Detections and non-zero median of every gene over the kept cells.
 *
 * A first pass fills one histogram per gene; a second, only where a median falls into a bin that holds more than one
 * value, resolves that bin. Memory is bounded by genes × 185 bins, whatever the number of cells.
 *
 * Note: exact for integer counts; other values to within one part in 4,096. An even number of values gives the mean
 * of the two middle ones.
 * Source: spec/genecompass.md §8 item 1: medians of raw counts, no library size step, match the released data best.
 */
export async function geneStatistics(
  cells: CountSource | PassRunner,
  keep: Uint8Array,
  onCells?: StepHook,
): Promise<GeneStatistics> {
  const runner = 'run' in cells ? cells : inPlace(cells);
  const { nGenes, nCells } = runner;
  const done = ({ end }: { end: number }) => onCells?.(end, nCells);
  const { bins, fractional, large } = joined(await runner.run(HISTOGRAM_PASS, { keep, nGenes }, done));
  const detections = new Int32Array(nGenes);
  const medians = new Float64Array(nGenes).fill(NaN);
  const low = new Int16Array(nGenes).fill(1);
  const high = new Int16Array(nGenes);
  const before = new Map<number, number>();
  const own = new Uint32Array(N_BINS);
  for (let gene = 0; gene < nGenes; gene++) {
    let n = 0;
    for (let bin = 0; bin < N_BINS; bin++) n += own[bin] = bins[bin * nGenes + gene];
    detections[gene] = n;
    if (n === 0) continue;
    const lower = locate(own, (n - 1) >> 1);
    const upper = locate(own, n >> 1);
    if (upper.bin < UNIT_BINS && !fractional[gene]) medians[gene] = (lower.bin + upper.bin) / 2;
    else {
      low[gene] = lower.bin;
      high[gene] = upper.bin;
      before.set(gene, lower.before);
    }
  }
  if (before.size === 0) return { detections, medians };

  const parts = large
    ? [largeOf(large, low, high, bins, nGenes)]
    : await runner.run(OPEN_BINS_PASS, { keep, low, high }, done);
  for (const [gene, nBefore] of before) {
    const n = detections[gene];
    const values = mergedCounts(parts.map((part) => part.get(gene)));
    medians[gene] = (valueAtRank(values, nBefore, (n - 1) >> 1) + valueAtRank(values, nBefore, n >> 1)) / 2;
  }
  return { detections, medians };
}

function joined([first, ...others]: Histograms[]): Histograms {
  for (const { bins, fractional, large } of others) {
    if (first.large && large) for (const [pair, n] of large) first.large.set(pair, (first.large.get(pair) ?? 0) + n);
    else first.large = null;
    for (let i = 0; i < bins.length; i++) first.bins[i] += bins[i];
    for (let gene = 0; gene < fractional.length; gene++) first.fractional[gene] |= fractional[gene];
  }
  return first;
}

/** What `OPEN_BINS_PASS` finds, from what is already known of whole counts. */
function largeOf(
  large: ReadonlyMap<number, number>,
  low: Int16Array,
  high: Int16Array,
  bins: Uint32Array,
  nGenes: number,
): Map<number, Map<number, number>> {
  const seen = new Map<number, Map<number, number>>();
  const note = (gene: number, count: number, n: number) => {
    const values = seen.get(gene) ?? new Map<number, number>();
    seen.set(gene, values);
    values.set(count, n);
  };
  for (let gene = 0; gene < nGenes; gene++) {
    // A bin below this holds one count.
    for (let bin = low[gene]; bin <= Math.min(high[gene], UNIT_BINS - 1); bin++) {
      if (bins[bin * nGenes + gene] > 0) note(gene, bin, bins[bin * nGenes + gene]);
    }
  }
  for (const [pair, n] of large) {
    const count = pair % PAIR_COUNTS;
    const gene = (pair - count) / PAIR_COUNTS;
    const bin = binOf(count);
    if (low[gene] <= bin && bin <= high[gene]) note(gene, count, n);
  }
  return seen;
}

/** Distinct values, rising, with how often each occurs. */
function mergedCounts(parts: readonly (Map<number, number> | undefined)[]): [value: number, n: number][] {
  const all = new Map<number, number>();
  for (const part of parts) for (const [value, n] of part ?? []) all.set(value, (all.get(value) ?? 0) + n);
  return [...all].sort(([a], [b]) => a - b);
}

function binOf(count: number): number {
  if (count < UNIT_BINS) return Math.floor(count);
  const octaves = Math.log2(count / UNIT_BINS);
  return Math.min(N_BINS - 1, UNIT_BINS + Math.floor(octaves * BINS_PER_OCTAVE));
}

function locate(bins: Uint32Array, rank: number): { bin: number; before: number } {
  let before = 0;
  let bin = 0;
  while (before + bins[bin] <= rank) before += bins[bin++];
  return { bin, before };
}

function valueAtRank(values: readonly [value: number, n: number][], nBefore: number, rank: number): number {
  let before = nBefore;
  for (const [value, n] of values) {
    before += n;
    if (before > rank) return value;
  }
  throw new RangeError(`rank ${rank} lies outside the counted values`);
}

const bits = new DataView(new ArrayBuffer(4));

/** Integers stay; other values lose all but 12 bits of their mantissa, which bounds the number of distinct ones. */
function quantised(count: number): number {
  if (count === Math.floor(count)) return count;
  bits.setFloat32(0, count);
  bits.setUint32(0, bits.getUint32(0) & 0xfffff800);
  return bits.getFloat32(0);
}
