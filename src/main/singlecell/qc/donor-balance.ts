import type { DonorBalance, DonorWarning } from '#shared/domain/quality.ts';

/** A donor with more than this share of the cells of a state speaks for it alone. */
const MOST = 0.5;
/** Below this many donors a difference between states cannot be told from one between people. */
const ENOUGH_DONORS = 3;
/** States of fewer cells are named in no warning about single donors. */
const LEAST_CELLS = 10;

/** A categorical annotation of every cell; −1 where a cell has none. */
export interface Annotation {
  column: string;
  categories: readonly string[];
  codes: Int32Array;
}

/**
 * How the cells of each state are spread over donors, and where that stands in the way of a comparison: donors are the
 * replicates, so a state that comes from one donor cannot be told from that donor.
 */
export function donorBalance(donors: Annotation, labels: Annotation | null): DonorBalance {
  const nDonors = donors.categories.length;
  const nLabels = labels?.categories.length ?? 0;
  const cells = new Array<number>(nLabels * nDonors).fill(0);
  const perDonor = new Array<number>(nDonors).fill(0);
  let nMissing = 0;
  donors.codes.forEach((donor, cell) => {
    if (donor < 0) return void nMissing++;
    perDonor[donor]++;
    const label = labels ? labels.codes[cell] : -1;
    if (label >= 0) cells[label * nDonors + donor]++;
  });
  const present = perDonor.flatMap((n, donor) => (n > 0 ? [donor] : []));
  const warnings: DonorWarning[] = [];
  if (nMissing > 0) warnings.push({ kind: 'donor-missing', nCells: nMissing });
  if (present.length === 1) warnings.push({ kind: 'one-donor' });
  if (present.length > 1) {
    if (present.length < ENOUGH_DONORS) warnings.push({ kind: 'few-donors', nDonors: present.length });
    const most = largest(perDonor);
    // Of two donors one always holds half or more.
    if (present.length > 2 && most.share > MOST)
      warnings.push({ kind: 'donor-dominates', donor: most.at, share: most.share });
    labels?.categories.forEach((label, l) => {
      const row = cells.slice(l * nDonors, (l + 1) * nDonors);
      const warning = ofLabel(label, row, present.length);
      if (warning) warnings.push(warning);
    });
  }
  return {
    donorColumn: donors.column,
    labelColumn: labels?.column ?? null,
    donors: present,
    labels: [...(labels?.categories ?? [])],
    cells: Array.from({ length: nLabels * present.length }, (_, i) => {
      const label = Math.floor(i / present.length);
      return cells[label * nDonors + present[i % present.length]];
    }),
    warnings,
  };
}

function ofLabel(label: string, row: readonly number[], nPresent: number): DonorWarning | null {
  const nCells = row.reduce((sum, n) => sum + n, 0);
  if (nCells < LEAST_CELLS) return null;
  const nWith = row.filter((n) => n > 0).length;
  if (nWith === 1) return { kind: 'label-in-one-donor', label, nCells };
  const most = largest(row);
  if (nPresent > 2 && most.share > MOST) {
    return { kind: 'donor-dominates-label', label, donor: most.at, share: most.share };
  }
  if (nWith === 2 && nPresent > 2) return { kind: 'label-in-two-donors', label };
  return null;
}

/** The first of the largest. */
function largest(numbers: readonly number[]): { at: number; share: number } {
  const at = numbers.indexOf(Math.max(...numbers));
  const total = numbers.reduce((sum, n) => sum + n, 0);
  return { at, share: total > 0 ? numbers[at] / total : 0 };
}
