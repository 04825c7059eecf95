import type { Gene } from '#shared/domain/gene.ts';
import type { AmbientHint } from '#shared/domain/quality.ts';
import { chunksOf, type StepHook } from '../count-source.ts';
import { sortedQuantile } from '../statistics/quantile.ts';
import type { CountSource } from '../types.ts';
import type { Annotation } from './donor-balance.ts';

const LEAST_CELLS = 20;
const MOST_GROUPS = 200;
/** A marker is seen in this share of the cells of its group, and is this much higher there than elsewhere. */
const LEAST_DETECTED = 0.3;
const LEAST_RATIO = 3;
/** Counts of a marker that a half of a group would hold if it held nothing but the mean profile. */
const LEAST_EXPECTED = 10;
/**
 * Markers that speak for one group: the fifth of them that it holds least of, within bounds.
 *
 * Note: of all markers, many are made a little by related groups; with these, blood cells without contamination give 1.4 %
 * (a quarter of the cells: 1.7 %), and with the twenty lowest of however many there are, 3 % (47 %).
 */
const LOWEST_SHARE = 0.2;
const MOST_MARKERS = 20;
const LEAST_MARKERS = 5;
const SHOWN = 12;

/** Counts of one half of the cells, by group. */
interface Half {
  /** Shape: groups × genes, row-major. */
  counts: Float64Array;
  totals: Float64Array;
}

/** Counts of a marker in the groups it spoke for, and what the mean profile would have brought there. */
interface Evidence {
  held: number;
  expected: number;
}

/** Sums that the hint is made from. */
interface GroupSums {
  halves: [Half, Half];
  /** Cells of each group with the gene. Shape: groups × genes, row-major. */
  detected: Float64Array;
  nCells: Float64Array;
}

/**
 * How much of the counts of a cell may come from other cells: what a group of cells holds of genes that only other groups
 * make, over what it would hold if its counts were drawn from the mean of all cells.
 *
 * The genes are chosen in one half of the cells and read in the other, and the reverse, so that chance does not choose
 * low ones. Genes the group does make a little of raise the value: it is an upper bound. Without empty droplets the
 * profile of the ambient RNA is not known; the mean of all cells stands for it.
 *
 * Source: after Young and Behjati, SoupX, GigaScience 9 (2020) giaa151. Note: a hint; nothing is corrected.
 */
export async function ambientHint(
  counts: CountSource,
  genes: readonly Gene[],
  labels: Annotation | null,
  onCells?: StepHook,
): Promise<AmbientHint> {
  if (!labels) return { kind: 'unknown', reason: 'no-labels' };
  const sizes = new Int32Array(labels.categories.length);
  for (const code of labels.codes) if (code >= 0) sizes[code]++;
  const large = [...sizes.keys()].filter((code) => sizes[code] >= LEAST_CELLS);
  if (large.length < 2) return { kind: 'unknown', reason: 'too-few-groups' };
  if (large.length > MOST_GROUPS) return { kind: 'unknown', reason: 'too-many-groups' };
  const rowOf = new Int32Array(labels.categories.length).fill(-1);
  large.forEach((code, row) => (rowOf[code] = row));
  const sums = await sumGroups(
    counts,
    labels.codes.map((code) => (code < 0 ? -1 : rowOf[code])),
    large.length,
    onCells,
  );
  const names = large.map((code) => labels.categories[code]);
  return hintFrom(sums, genes, names);
}

function hintFrom(sums: GroupSums, genes: readonly Gene[], names: string[]): AmbientHint {
  const nGenes = genes.length;
  const profile = meanProfile(sums, nGenes);
  const makers = makersOf(sums, nGenes);
  const byGroup: number[] = [];
  const used = new Map<number, Evidence>();
  for (let group = 0; group < names.length; group++) {
    let [held, expected] = [0, 0];
    let fewest = Infinity;
    for (const [choose, read] of [
      [0, 1],
      [1, 0],
    ]) {
      const chosen = lowest(sums.halves[choose], group, profile, makers, nGenes);
      fewest = Math.min(fewest, chosen.length);
      const half = sums.halves[read];
      for (const gene of chosen) {
        const evidence = used.get(gene) ?? { held: 0, expected: 0 };
        evidence.held += half.counts[group * nGenes + gene];
        evidence.expected += half.totals[group] * profile[gene];
        used.set(gene, evidence);
        held += half.counts[group * nGenes + gene];
        expected += half.totals[group] * profile[gene];
      }
    }
    if (fewest >= LEAST_MARKERS) byGroup.push(held / expected);
  }
  if (byGroup.length < 2) return { kind: 'unknown', reason: 'too-few-markers' };
  byGroup.sort((a, b) => a - b);
  const markers = [...used]
    .sort((a, b) => b[1].expected - a[1].expected || a[0] - b[0])
    .slice(0, SHOWN)
    .map(([gene, { held, expected }]) => ({
      geneId: genes[gene].id,
      symbol: genes[gene].symbol,
      ...whereSeen(gene, sums, makers[gene], names, nGenes),
      contamination: held / expected,
    }));
  const share = (q: number) => Math.min(1, sortedQuantile(byGroup, q));
  return {
    kind: 'estimate',
    contamination: share(0.5),
    low: share(0.25),
    high: share(0.75),
    nMarkers: used.size,
    nGroups: byGroup.length,
    markers,
  };
}

/** The genes other groups make of which this half of a group holds least, against the mean profile. */
function lowest(
  { counts, totals }: Half,
  group: number,
  profile: Float64Array,
  makers: Int32Array,
  nGenes: number,
): number[] {
  const candidates: { gene: number; share: number }[] = [];
  for (let gene = 0; gene < nGenes; gene++) {
    if (makers[gene] < 0 || makers[gene] === group) continue;
    const expected = totals[group] * profile[gene];
    if (expected < LEAST_EXPECTED) continue;
    // Half a count more, so that of two genes without any the better measured comes first.
    candidates.push({ gene, share: (counts[group * nGenes + gene] + 0.5) / expected });
  }
  candidates.sort((a, b) => a.share - b.share || a.gene - b.gene);
  const n = Math.min(MOST_MARKERS, Math.max(LEAST_MARKERS, Math.ceil(LOWEST_SHARE * candidates.length)));
  return candidates.slice(0, n).map(({ gene }) => gene);
}

/** Share of every gene in the counts of all cells. */
function meanProfile({ halves }: GroupSums, nGenes: number): Float64Array {
  const profile = new Float64Array(nGenes);
  let total = 0;
  for (const { counts, totals } of halves) {
    for (let at = 0; at < counts.length; at++) profile[at % nGenes] += counts[at];
    for (const sum of totals) total += sum;
  }
  return profile.map((count) => (total > 0 ? count / total : 0));
}

/** The one group that makes each gene; −1 where none stands out. */
function makersOf({ halves, detected, nCells }: GroupSums, nGenes: number): Int32Array {
  const nGroups = nCells.length;
  const [a, b] = halves;
  const totals = a.totals.map((total, group) => total + b.totals[group]);
  const makers = new Int32Array(nGenes).fill(-1);
  for (let gene = 0; gene < nGenes; gene++) {
    const level = (group: number) =>
      totals[group] > 0 ? (a.counts[group * nGenes + gene] + b.counts[group * nGenes + gene]) / totals[group] : 0;
    let best = 0;
    let next = 0;
    for (let group = 1; group < nGroups; group++) if (level(group) > level(best)) best = group;
    for (let group = 0; group < nGroups; group++) if (group !== best) next = Math.max(next, level(group));
    const isSeen = detected[best * nGenes + gene] >= LEAST_DETECTED * nCells[best];
    if (isSeen && level(best) >= LEAST_RATIO * next) makers[gene] = best;
  }
  return makers;
}

function whereSeen(gene: number, { detected, nCells }: GroupSums, maker: number, names: string[], nGenes: number) {
  let [seen, cells] = [0, 0];
  for (let group = 0; group < names.length; group++) {
    if (group === maker) continue;
    seen += detected[group * nGenes + gene];
    cells += nCells[group];
  }
  return {
    group: names[maker],
    detectedIn: detected[maker * nGenes + gene] / nCells[maker],
    detectedElsewhere: seen / cells,
  };
}

async function sumGroups(
  source: CountSource,
  groups: Int32Array,
  nGroups: number,
  onCells?: StepHook,
): Promise<GroupSums> {
  const { nGenes } = source;
  const half = (): Half => ({ counts: new Float64Array(nGroups * nGenes), totals: new Float64Array(nGroups) });
  const sums: GroupSums = {
    halves: [half(), half()],
    detected: new Float64Array(nGroups * nGenes),
    nCells: new Float64Array(nGroups),
  };
  for (const chunk of chunksOf(source)) {
    for (let row = 0; row < chunk.nCells; row++) {
      const group = groups[chunk.start + row];
      if (group < 0) continue;
      // Every other cell of a group, whatever the order of groups in the file.
      const { counts, totals } = sums.halves[sums.nCells[group]++ % 2];
      for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) {
        const count = chunk.data[at];
        if (!(count > 0)) continue;
        const place = group * nGenes + chunk.indices[at];
        counts[place] += count;
        totals[group] += count;
        sums.detected[place]++;
      }
    }
    await onCells?.(chunk.start + chunk.nCells, source.nCells);
  }
  return sums;
}
