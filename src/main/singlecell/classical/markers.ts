import type { MarkerGene, MarkersConfig } from '#shared/domain/classical.ts';
import type { Gene } from '#shared/domain/gene.ts';
import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { StepHook } from '../count-source.ts';
import { countMatrix, unitTotal, type Entries } from './log-matrix.ts';
import { scranSession, type Hold, type Scran } from './scran-session.ts';

/** Counts that are read gene by gene. */
export interface GeneCounts {
  readonly nGenes: number;
  readonly nCells: number;
  /** nGenes + 1: where the entries of each gene begin. */
  readonly offsets: Float64Array;
  /** Genes [first, last); indices are cells, ascending. */
  genes(first: number, last: number): Entries;
}

export interface MarkerInput {
  genes: readonly Gene[];
  counts: GeneCounts;
  /** Total count of every cell. */
  totals: Float64Array;
  /** Group of every cell, -1 for cells left out; from 0 to `nGroups` - 1, none of them empty. */
  groups: Int32Array;
  nGroups: number;
  /** Donor or batch of every cell within which groups are compared. */
  blocks: Int32Array | null;
}

/** Entries computed at once. */
const CHUNK_ENTRIES = 8_000_000;
/** Pairs of groups times genes held at once. */
const CHUNK_PAIRS = 4_000_000;
const MOST_GROUPS = 200;

/**
 * Genes that set every group apart from the others: AUC, Cohen's d, log fold change and detection, each the mean over
 * the comparisons with every other group, so that a large group does not outweigh the small ones.
 *
 * Shape: one list per group, best first. Only genes higher in the group (AUC above 0.5 and log fold change above 0) are listed;
 * ties go to the larger Cohen's d, then to the gene that comes first.
 * Throws: invalid-input with fewer than two or more than 200 groups.
 * Source: scran's scoreMarkers (Lun, libscran).
 */
export async function findMarkers(
  input: MarkerInput,
  { order, top }: Pick<MarkersConfig, 'order' | 'top'>,
  onGenes?: StepHook,
): Promise<MarkerGene[][]> {
  const { nGroups, counts } = input;
  if (nGroups < 2) {
    throw new WorkbenchError(
      'invalid-input',
      `markers: ${nGroups} group is large enough, and it takes two to compare; choose other groups or allow smaller ones.`,
    );
  }
  if (nGroups > MOST_GROUPS) {
    throw new WorkbenchError(
      'invalid-input',
      `markers: there are ${nGroups} groups, at most ${MOST_GROUPS} are compared; choose an annotation with fewer values.`,
    );
  }
  const cells = usedCells(input);
  const lists: Candidate[][] = Array.from({ length: nGroups }, () => []);
  try {
    await scranSession(async (scran) => {
      for (const [first, last] of geneRanges(counts.offsets, Math.max(1, Math.floor(CHUNK_PAIRS / nGroups ** 2)))) {
        const found = scoreGenes(scran, input, cells, first, last);
        found.forEach((genes, group) => {
          lists[group] = [...lists[group], ...genes].sort(byOrder(order)).slice(0, top);
        });
        await onGenes?.(last, counts.nGenes);
      }
    });
  } catch (thrown) {
    throw toWorkbenchError(thrown, 'markers');
  }
  return lists.map((list) =>
    list.map(({ gene, ...rest }, i) => {
      const { id, symbol } = input.genes[gene];
      return { geneId: id, symbol, rank: i + 1, ...rest };
    }),
  );
}

type Candidate = Omit<MarkerGene, 'geneId' | 'symbol' | 'rank'> & { gene: number };

interface UsedCells {
  /** Column of each cell of the dataset, -1 where it is not compared. */
  column: Int32Array;
  groups: Int32Array;
  blocks: Int32Array | null;
  sizeFactors: Float64Array;
}

function usedCells({ groups, blocks, totals }: MarkerInput): UsedCells {
  const column = new Int32Array(groups.length).fill(-1);
  const used: number[] = [];
  groups.forEach((group, cell) => {
    if (group < 0 || totals[cell] <= 0) return;
    column[cell] = used.length;
    used.push(cell);
  });
  const blockOf = new Map<number, number>();
  const usedBlocks =
    blocks &&
    Int32Array.from(used, (cell) => {
      const block = blockOf.get(blocks[cell]) ?? blockOf.size;
      blockOf.set(blocks[cell], block);
      return block;
    });
  const usedTotals = Float64Array.from(used, (cell) => totals[cell]);
  const unit = unitTotal(usedTotals, usedBlocks);
  return {
    column,
    groups: Int32Array.from(used, (cell) => groups[cell]),
    blocks: usedBlocks,
    sizeFactors: usedTotals.map((total) => total / unit),
  };
}

function scoreGenes(scran: Scran, input: MarkerInput, cells: UsedCells, first: number, last: number): Candidate[][] {
  const held: { free(): void }[] = [];
  const hold: Hold = (object) => {
    held.push(object);
    return object;
  };
  try {
    const size = { nGenes: last - first, nCells: cells.groups.length };
    const raw = countMatrix(scran, hold, size, usedEntries(input.counts.genes(first, last), cells.column), true);
    const log = hold(scran.normalizeCounts(raw, { sizeFactors: cells.sizeFactors }));
    const scores = hold(scran.scoreMarkers(log, cells.groups, { block: cells.blocks }));
    const detected = Array.from({ length: input.nGroups }, (_, group) => scores.detected(group));
    return detected.map((detectedIn, group) => {
      const auc = scores.auc(group);
      const minAuc = scores.auc(group, { summary: 'minimum' });
      const cohensD = scores.cohensD(group);
      const logFoldChange = scores.deltaMean(group);
      const meanIn = scores.mean(group);
      const found: Candidate[] = [];
      for (let i = 0; i < size.nGenes; i++) {
        let detectedOut = 0;
        for (let other = 0; other < detected.length; other++) if (other !== group) detectedOut += detected[other][i];
        detectedOut /= input.nGroups - 1;
        const candidate = {
          gene: first + i,
          auc: auc[i],
          minAuc: minAuc[i],
          cohensD: cohensD[i],
          logFoldChange: logFoldChange[i],
          meanIn: meanIn[i],
          detectedIn: detectedIn[i],
          detectedOut,
        };
        // Not comparable within any block: NaN, which fails both.
        if (candidate.auc > 0.5 && candidate.logFoldChange > 0) found.push(candidate);
      }
      return found;
    });
  } finally {
    for (const object of held.reverse()) object.free();
  }
}

/** The entries of compared cells, by their columns. */
function usedEntries({ indptr, indices, data }: Entries, column: Int32Array): Entries {
  const begins = new Float64Array(indptr.length);
  const cells = new Int32Array(indices.length);
  const counts = new Float32Array(indices.length);
  let n = 0;
  for (let gene = 0; gene + 1 < indptr.length; gene++) {
    for (let i = indptr[gene]; i < indptr[gene + 1]; i++) {
      if (column[indices[i]] < 0) continue;
      cells[n] = column[indices[i]];
      counts[n++] = data[i];
    }
    begins[gene + 1] = n;
  }
  return { indptr: begins, indices: cells.subarray(0, n), data: counts.subarray(0, n) };
}

/** Runs of genes that fit at once. */
function* geneRanges(offsets: Float64Array, mostGenes: number): Generator<[first: number, last: number]> {
  const nGenes = offsets.length - 1;
  for (let first = 0; first < nGenes;) {
    let last = first + 1;
    while (last < nGenes && last - first < mostGenes && offsets[last + 1] - offsets[first] <= CHUNK_ENTRIES) last++;
    yield [first, last];
    first = last;
  }
}

const VALUE: Record<MarkersConfig['order'], (gene: Candidate) => number> = {
  auc: ({ auc }) => auc,
  'cohens-d': ({ cohensD }) => cohensD,
  'log-fold-change': ({ logFoldChange }) => logFoldChange,
  detection: ({ detectedIn, detectedOut }) => detectedIn - detectedOut,
};

function byOrder(order: MarkersConfig['order']): (a: Candidate, b: Candidate) => number {
  const value = VALUE[order];
  return (a, b) => value(b) - value(a) || b.cohensD - a.cohensD || a.gene - b.gene;
}
