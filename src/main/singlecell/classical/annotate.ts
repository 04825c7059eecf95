import { toWorkbenchError, WorkbenchError } from '#shared/errors/workbench-error.ts';
import { subsetCounts, type StepHook } from '../count-source.ts';
import { selectGenes } from '../expression/log-normalise.ts';
import { sortedQuantile } from '../statistics/quantile.ts';
import type { CountSource } from '../types.ts';
import { countMatrix } from './log-matrix.ts';
import { buildReference, type ReferenceInput } from './reference.ts';
import { scranSession } from './scran-session.ts';

export interface AnnotateInput {
  counts: CountSource;
  /** Cells to label, ascending. */
  cells: Int32Array;
  /** Genes both datasets have: column here, and column in the reference. */
  shared: readonly { gene: number; referenceGene: number }[];
  reference: Omit<ReferenceInput, 'genes'>;
  uncertainBelow: number;
}

/** One entry per labelled cell, in the order of `cells`. */
export interface CellLabels {
  labels: Int32Array;
  /** Spearman correlation with the label's profiles (80th percentile over them). */
  scores: Float32Array;
  /** Lead over the next label after fine-tuning. */
  deltas: Float32Array;
  isUncertain: Uint8Array;
  nMarkers: number;
}

export type AnnotateStep = 'reference' | 'labels';

const CHUNK_CELLS = 2000;
const MIN_SHARED = 100;
/** Makes the median absolute deviation of normal data its standard deviation. */
const MAD_SCALE = 1.4826;

/**
 * Labels cells by the profiles they correlate with best (SingleR), with fine-tuning between close labels.
 *
 * Throws: invalid-input with fewer than two labels or fewer than 100 shared genes.
 * Source: Aran 2019 Nat Immunol 20:163; uncertain cells as in SingleR's pruneScores.
 */
export async function annotateCells(
  input: AnnotateInput,
  onStep?: (step: AnnotateStep, ...progress: Parameters<StepHook>) => void | Promise<void>,
): Promise<CellLabels> {
  const { cells, reference } = input;
  if (reference.nLabels < 2) {
    throw new WorkbenchError(
      'invalid-input',
      `reference labels: ${reference.nLabels} label has enough cells, and it takes two to choose from; choose another column or allow smaller labels.`,
    );
  }
  if (input.shared.length < MIN_SHARED) {
    throw new WorkbenchError(
      'invalid-input',
      `reference labels: the datasets share ${input.shared.length} genes, and at least ${MIN_SHARED} are needed; choose a reference that measured the same genes.`,
    );
  }
  try {
    const shared = [...input.shared].sort((a, b) => a.referenceGene - b.referenceGene);
    const built = await buildReference(
      { ...reference, genes: Int32Array.from(shared, ({ referenceGene }) => referenceGene) },
      (done, total) => onStep?.('reference', done, total),
    );
    const hereOf = new Map(shared.map(({ gene, referenceGene }) => [referenceGene, gene]));
    // The reference keeps its order of genes; the columns here are read in their own.
    const here = Int32Array.from(built.markers, (gene) => hereOf.get(gene)!);
    const columns = here.slice().sort();
    const narrowed = subsetCounts(selectGenes(input.counts, columns), cells);
    const result = await scranSession(async (scran, hold) => {
      const loaded = hold(scran.loadLabelCellsReferenceFromBuffers(built.ranks, built.pairs, built.labels));
      const trained = hold(
        scran.trainLabelCellsReference(Array.from(columns, String), loaded, Array.from(here, String), {
          top: reference.markersPerPair,
          approximate: false,
        }),
      );
      const found = emptyLabels(cells.length);
      for (let start = 0; start < cells.length; start += CHUNK_CELLS) {
        const chunk = narrowed.rows(start, Math.min(cells.length, start + CHUNK_CELLS));
        const held: { free(): void }[] = [];
        try {
          const size = { nGenes: columns.length, nCells: chunk.nCells };
          const matrix = countMatrix(scran, (one) => (held.push(one), one), size, chunk, false);
          const labelled = scran.labelCells(matrix, trained);
          held.push(labelled);
          const scores = Array.from({ length: reference.nLabels }, (_, label) => labelled.scoreForLabel(label));
          const deltas = labelled.delta();
          labelled.predicted().forEach((predicted, i) => {
            const label = Number(predicted);
            found.labels[start + i] = label;
            found.scores[start + i] = scores[label][i];
            found.deltas[start + i] = deltas[i];
            found.leads[start + i] = scores[label][i] - median(scores.map((ofLabel) => ofLabel[i]));
          });
        } finally {
          for (const object of held.reverse()) object.free();
        }
        await onStep?.('labels', start + chunk.nCells, cells.length);
      }
      return found;
    });
    const { leads, ...labels } = result;
    const isUncertain = uncertain(labels.labels, leads, reference.nLabels, input.uncertainBelow);
    return { ...labels, isUncertain, nMarkers: built.markers.length };
  } catch (thrown) {
    throw toWorkbenchError(thrown, 'reference labels');
  }
}

function emptyLabels(n: number) {
  return {
    labels: new Int32Array(n).fill(-1),
    scores: new Float32Array(n),
    deltas: new Float32Array(n),
    /** Score of the label less the median over all labels, before fine-tuning. */
    leads: new Float32Array(n),
  };
}

/** Cells whose lead is unusually small for their label, or no number. */
function uncertain(labels: Int32Array, leads: Float32Array, nLabels: number, nMads: number): Uint8Array {
  const byLabel: number[][] = Array.from({ length: nLabels }, () => []);
  labels.forEach((label, i) => Number.isFinite(leads[i]) && byLabel[label].push(leads[i]));
  const limits = byLabel.map((ofLabel) => {
    if (ofLabel.length === 0) return -Infinity;
    const middle = median(ofLabel);
    return middle - nMads * MAD_SCALE * median(ofLabel.map((lead) => Math.abs(lead - middle)));
  });
  return Uint8Array.from(labels, (label, i) => (leads[i] >= limits[label] ? 0 : 1));
}

function median(values: readonly number[]): number {
  return sortedQuantile(Float64Array.from(values).sort(), 0.5);
}
