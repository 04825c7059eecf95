import type { AmbientOfSample } from '#shared/domain/quality.ts';
import { chunksOf, type StepHook } from '../count-source.ts';
import { sortedQuantile } from '../statistics/quantile.ts';
import type { CountSource } from '../types.ts';
import { contaminationByGroup, type Evidence, type Half, LEAST_CELLS } from './ambient-markers.ts';

/** More samples than this get no hint of their own, so that memory stays bounded. */
const MOST_SAMPLES = 200;
/** The markers with most counts speak; sums are kept for these alone. */
const MOST_MARKERS = 1000;
/** Numbers of the sums of all samples. */
const MOST_SUMS = 20_000_000;

/** What the whole dataset told of its groups and their markers. */
export interface AmbientStates {
  /** Group of each cell, −1 for none. */
  groups: Int32Array;
  nGroups: number;
  /** Share of every gene in all counts. */
  profile: Float64Array;
  /** The one group that makes each gene, −1 for none. */
  makers: Int32Array;
}

/**
 * The hint for each sample: markers are those of the dataset, the profile is that of all cells of the sample, since what floats in a
 * sample comes from its own cells.
 *
 * Note: null where fewer than two groups of 20 cells of the sample have markers of others to be read.
 */
export async function ambientOfSamples(
  source: CountSource,
  samples: Int32Array,
  { groups, nGroups, profile, makers }: AmbientStates,
  onCells?: StepHook,
): Promise<AmbientOfSample[]> {
  const sizes = new Map<number, number>();
  for (const code of samples) if (code >= 0) sizes.set(code, (sizes.get(code) ?? 0) + 1);
  const codes = [...sizes.keys()].sort((a, b) => a - b);
  if (codes.length < 2 || codes.length > MOST_SAMPLES) return [];
  const nMarkers = Math.min(MOST_MARKERS, Math.floor(MOST_SUMS / (2 * codes.length * nGroups)));
  const markers = strongest(profile, makers, nMarkers);
  const slots = new Int32Array(profile.length).fill(-1);
  markers.forEach((gene, slot) => (slots[gene] = slot));
  const sums = new Map(codes.map((code) => [code, new SampleSums(nGroups, markers.length)]));
  for (const chunk of chunksOf(source)) {
    for (let row = 0; row < chunk.nCells; row++) {
      const own = sums.get(samples[chunk.start + row]);
      if (!own) continue;
      const { indices, data, indptr } = chunk;
      own.add(groups[chunk.start + row], slots, indices, data, indptr[row], indptr[row + 1]);
    }
    await onCells?.(chunk.start + chunk.nCells, source.nCells);
  }
  const makersOfMarkers = Int32Array.from(markers, (gene) => makers[gene]);
  return codes.map((code) => ({ code, nCells: sizes.get(code)!, hint: sums.get(code)!.hint(makersOfMarkers) }));
}

function strongest(profile: Float64Array, makers: Int32Array, n: number): number[] {
  const genes = [...makers.keys()].filter((gene) => makers[gene] >= 0);
  return genes.sort((a, b) => profile[b] - profile[a] || a - b).slice(0, n);
}

/** Counts of the markers in one sample. */
class SampleSums {
  readonly #halves: [Half, Half];
  readonly #nCells: Float64Array;
  readonly #soup: Float64Array;
  readonly #nMarkers: number;
  #total = 0;

  constructor(nGroups: number, nMarkers: number) {
    const half = (): Half => ({ counts: new Float64Array(nGroups * nMarkers), totals: new Float64Array(nGroups) });
    this.#halves = [half(), half()];
    this.#nCells = new Float64Array(nGroups);
    this.#soup = new Float64Array(nMarkers);
    this.#nMarkers = nMarkers;
  }

  add(
    group: number,
    slots: Int32Array,
    indices: ArrayLike<number>,
    data: ArrayLike<number>,
    start: number,
    end: number,
  ): void {
    // Every other cell of a group, whatever the order of groups in the file.
    const half = group < 0 ? null : this.#halves[this.#nCells[group]++ % 2];
    for (let at = start; at < end; at++) {
      const count = data[at];
      if (!(count > 0)) continue;
      this.#total += count;
      if (half) half.totals[group] += count;
      const slot = slots[indices[at]];
      if (slot < 0) continue;
      this.#soup[slot] += count;
      if (half) half.counts[group * this.#nMarkers + slot] += count;
    }
  }

  hint(makers: Int32Array): AmbientOfSample['hint'] {
    this.#nCells.forEach((n, group) => {
      if (n < LEAST_CELLS) for (const half of this.#halves) half.totals[group] = 0;
    });
    const profile = this.#soup.map((count) => (this.#total > 0 ? count / this.#total : 0));
    const used = new Map<number, Evidence>();
    const byGroup = contaminationByGroup(this.#halves, profile, makers, this.#nCells.length, used);
    if (byGroup.length < 2) return null;
    const share = (q: number) => Math.min(1, sortedQuantile(byGroup, q));
    return {
      contamination: share(0.5),
      low: share(0.25),
      high: share(0.75),
      nMarkers: used.size,
      nGroups: byGroup.length,
    };
  }
}
