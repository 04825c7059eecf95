import { CounterRandom } from '#shared/util/random.ts';
import { annotateCells, type AnnotateInput } from './annotate.ts';

/** A held-out cell for every so many of a label. */
const ONE_IN = 5;
const MOST_HELD_OUT = 100;

/**
 * How well a reference tells its own labels apart: share of held-out cells of each label that get it back from the
 * others, by the genes the labelled dataset has as well.
 *
 * Shape: one share per label, 0 to 1. Note: labels low here cannot be told apart anywhere else either.
 */
export async function referenceRecall(
  { reference, shared }: Pick<AnnotateInput, 'reference' | 'shared'>,
  onCells?: (done: number, total: number) => void | Promise<void>,
): Promise<number[]> {
  const { labels, nLabels, seed = 0 } = reference;
  const left = labels.slice();
  const heldOut: number[] = [];
  for (let label = 0; label < nLabels; label++) {
    const cells = Array.from(labels.keys()).filter((cell) => labels[cell] === label);
    const order = new CounterRandom(seed, `held out ${label}`).permutation(cells.length);
    const n = Math.min(MOST_HELD_OUT, Math.max(1, Math.floor(cells.length / ONE_IN)));
    for (const at of order.subarray(0, n)) {
      heldOut.push(cells[at]);
      left[cells[at]] = -1;
    }
  }
  const cells = Int32Array.from(heldOut).sort();
  const found = await annotateCells(
    {
      counts: reference.counts,
      cells,
      shared: shared.map(({ referenceGene }) => ({ gene: referenceGene, referenceGene })),
      reference: { ...reference, labels: left },
      uncertainBelow: 3,
    },
    (step, done, total) => (step === 'labels' ? onCells?.(done, total) : undefined),
  );
  const right = new Float64Array(nLabels);
  const all = new Float64Array(nLabels);
  cells.forEach((cell, i) => {
    all[labels[cell]]++;
    if (found.labels[i] === labels[cell]) right[labels[cell]]++;
  });
  return Array.from(all, (n, label) => right[label] / n);
}
