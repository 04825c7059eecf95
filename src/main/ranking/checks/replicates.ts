import { hundredths } from '../report/numbers.ts';
import type { Check } from './subject.ts';
import { percent } from './subject.ts';

/** Donors from which an interval over donors is no longer mostly Student's t. */
const ENOUGH_DONORS = 6;
/** Split-half correlation from which a screen repeats itself, and below which it does not at all. */
export const STABLE_HALVES = 0.5;
const UNSTABLE_HALVES = 0.2;

/** Donors as the replicate, or cells with a warning. */
export const replicateCheck: Check = ({ evidence: { replicates }, screen }) => {
  const { unit, n } = replicates;
  if (unit === 'cell') {
    const told = screen.plan.warnings.find((warning) => warning.includes('cells are the replicate'));
    return {
      id: 'replicate',
      verdict: 'caution',
      value: n,
      sentence: `${told ?? 'Cells are the replicate, which overstates certainty.'} Choose a donor column with at least three donors in the screen where there is one.`,
    };
  }
  return {
    id: 'replicate',
    verdict: n >= ENOUGH_DONORS ? 'good' : 'caution',
    value: n,
    sentence:
      n >= ENOUGH_DONORS
        ? `Donors are the replicate: an effect is the mean over ${n} donors, and its interval says what other donors would show.`
        : `Donors are the replicate, but there are only ${n}: intervals are wide, and one odd donor can move a gene. Add donors before more cells.`,
  };
};

export const splitHalfCheck: Check = ({ evidence: { splitHalf } }) => {
  if (splitHalf === null)
    return {
      id: 'split-half',
      verdict: 'caution',
      value: null,
      sentence: 'There are too few start cells to see whether the screen repeats itself; screen at least four.',
    };
  const at = hundredths(splitHalf);
  return splitHalf >= STABLE_HALVES
    ? {
        id: 'split-half',
        verdict: 'good',
        value: splitHalf,
        sentence: `The screen repeats itself: two halves of the start cells correlate at ${at} (Spearman, mean of 20 halvings).`,
      }
    : {
        id: 'split-half',
        verdict: splitHalf < UNSTABLE_HALVES ? 'bad' : 'caution',
        value: splitHalf,
        sentence: `The screen does not repeat itself well: two halves of the start cells correlate at ${at} only. Screen more start cells.`,
      };
};

/** Halves of donors ask more than halves of cells, in which every donor stands on both sides. */
export const donorHalvesCheck: Check = ({ evidence: { halves, replicates } }) => {
  if (replicates.unit !== 'donor' || halves === null) return null;
  const at = hundredths(halves.spearman);
  const isStable = halves.spearman >= STABLE_HALVES;
  return {
    id: 'donor-halves',
    verdict: isStable ? 'good' : halves.spearman < UNSTABLE_HALVES ? 'bad' : 'caution',
    value: halves.spearman,
    sentence: isStable
      ? `Other donors say the same: two halves of the donors correlate at ${at} (Spearman, mean of ${halves.nSplits} halvings).`
      : `Donors disagree: two halves of the donors correlate at ${at} only (lowest ${hundredths(halves.lowest)}). Look at the leading genes donor by donor, or add donors.`,
  };
};

/** How many of the first genes come back with other start cells. */
export const topStabilityCheck: Check = ({ evidence: { genes, stability } }) => {
  const { top, topShare, nDraws } = stability;
  if (genes.length < 2 * top) return null;
  const first = genes
    .map((gene, i) => ({ effect: gene.effect, share: topShare[i] }))
    .sort((a, b) => b.effect - a.effect)
    .slice(0, top);
  const value = first.reduce((sum, { share }) => sum + share / first.length, 0);
  const told = `of the first ${top} genes by effect, ${percent(value)} are there again when start cells are drawn anew (${nDraws} draws)`;
  if (value >= 0.7) return { id: 'top-stability', verdict: 'good', value, sentence: `The top holds: ${told}.` };
  return {
    id: 'top-stability',
    verdict: value < 0.4 ? 'bad' : 'caution',
    value,
    sentence: `The top changes with the cells: ${told}. Prefer genes whose range of ranks stays near the top, or screen more start cells.`,
  };
};
