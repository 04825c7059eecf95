import type { Gene } from '#shared/domain/gene.ts';
import type { AmbientHint, AmbientOfSample } from '#shared/domain/quality.ts';
import { chunksOf, type StepHook } from '../count-source.ts';
import { sortedQuantile } from '../statistics/quantile.ts';
import type { CountSource } from '../types.ts';
import { ambientOfSamples } from './ambient-samples.ts';
import { contaminationByGroup, type Evidence, type Half, LEAST_CELLS } from './ambient-markers.ts';
import type { Annotation } from './donor-balance.ts';

const MOST_GROUPS = 200;
/** A marker is seen in this share of the cells of its group, and is this much higher there than elsewhere. */
const LEAST_DETECTED = 0.3;
const LEAST_RATIO = 3;
const SHOWN = 12;

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
  return (await ambientHints(counts, genes, labels, null, onCells)).ambient;
}

/** The same for the dataset and for each of its samples, whose soup is their own; none where the dataset has no hint. */
export async function ambientHints(
  counts: CountSource,
  genes: readonly Gene[],
  labels: Annotation | null,
  samples: Pick<Annotation, 'codes'> | null,
  onCells?: StepHook,
): Promise<{ ambient: AmbientHint; ambientBySample: AmbientOfSample[] }> {
  const unknown = (reason: Extract<AmbientHint, { kind: 'unknown' }>['reason']) => ({
    ambient: { kind: 'unknown' as const, reason },
    ambientBySample: [],
  });
  if (!labels) return unknown('no-labels');
  const sizes = new Int32Array(labels.categories.length);
  for (const code of labels.codes) if (code >= 0) sizes[code]++;
  const large = [...sizes.keys()].filter((code) => sizes[code] >= LEAST_CELLS);
  if (large.length < 2) return unknown('too-few-groups');
  if (large.length > MOST_GROUPS) return unknown('too-many-groups');
  const rowOf = new Int32Array(labels.categories.length).fill(-1);
  large.forEach((code, row) => (rowOf[code] = row));
  const groups = labels.codes.map((code) => (code < 0 ? -1 : rowOf[code]));
  const nPasses = samples ? 2 : 1;
  const passed = (pass: number): StepHook | undefined =>
    onCells && ((done, total) => onCells(Math.floor((pass * total + done) / nPasses), total));
  const sums = await sumGroups(counts, groups, large.length, passed(0));
  const names = large.map((code) => labels.categories[code]);
  const profile = meanProfile(sums, genes.length);
  const makers = makersOf(sums, genes.length);
  const ambient = hintFrom(sums, profile, makers, genes, names);
  const ambientBySample =
    samples && ambient.kind === 'estimate'
      ? await ambientOfSamples(counts, samples.codes, { groups, nGroups: large.length, profile, makers }, passed(1))
      : [];
  return { ambient, ambientBySample };
}

function hintFrom(
  sums: GroupSums,
  profile: Float64Array,
  makers: Int32Array,
  genes: readonly Gene[],
  names: string[],
): AmbientHint {
  const nGenes = genes.length;
  const used = new Map<number, Evidence>();
  const byGroup = contaminationByGroup(sums.halves, profile, makers, names.length, used);
  if (byGroup.length < 2) return { kind: 'unknown', reason: 'too-few-markers' };
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
