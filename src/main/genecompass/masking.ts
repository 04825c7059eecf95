import { CounterRandom } from '#shared/util/random.ts';
import { IGNORED_LABEL, MASK_TOKEN, MASKED_VALUE } from './names.ts';

/** What happens to a selected position: 80 % hidden, 10 % random gene, 10 % left. */
const HIDE_SHARE = 0.8;
const RANDOM_SHARE = 0.1;
/** Draws a position may use; positions of a cell are this far apart in the counter. */
const DRAWS = 3;

export interface MaskingOptions {
  readonly seed: number;
  readonly maskFraction: number;
  readonly vocabularySize: number;
}

/** A run of tokens of one cell inside batch arrays; padding is not part of it. */
export interface MaskedRow {
  readonly tokenIds: Int32Array;
  readonly values: Float32Array;
  /** Token to be guessed, or -100. */
  readonly labels: Int32Array;
}

/**
 * Hides a share of the genes of a cell in place; returns the number selected.
 *
 * A pure function of (seed, step, cell, position), so a resumed run hides the same genes.
 *
 * Source: spec/genecompass.md §2.5; a hidden and a randomly replaced position both lose their value, the 10 % left keep it.
 * Note: the label of the value is the value before masking; keep it where it is needed.
 */
export function maskCell(row: MaskedRow, step: number, cell: number, options: MaskingOptions): number {
  const random = new CounterRandom(options.seed, `mask:${step}:${cell}`);
  let selected = 0;
  for (let i = 0; i < row.tokenIds.length; i++) {
    row.labels[i] = IGNORED_LABEL;
    const special = row.tokenIds[i] <= MASK_TOKEN;
    if (special || random.uniform(i * DRAWS) >= options.maskFraction) continue;
    row.labels[i] = row.tokenIds[i];
    selected++;
    const action = random.uniform(i * DRAWS + 1);
    if (action >= HIDE_SHARE + RANDOM_SHARE) continue;
    row.values[i] = MASKED_VALUE;
    row.tokenIds[i] = action < HIDE_SHARE ? MASK_TOKEN : random.integer(i * DRAWS + 2, options.vocabularySize);
  }
  return selected;
}
