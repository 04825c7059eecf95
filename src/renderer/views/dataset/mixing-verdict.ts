import type { MixingReport } from '#shared/domain/classical.ts';

export type MixingVerdict = 'good' | 'mixed' | 'needless' | 'none' | 'over';

/** Gains of mixing below this are no change worth telling. */
const LITTLE = 0.05;
/** From here on batches were mixed to begin with. */
const MIXED = 0.9;

/** What a correction did, in one word; losing labels outweighs a gain in mixing. */
export function mixingVerdict({ before, after, labelBefore, labelAfter }: MixingReport): MixingVerdict {
  if (labelBefore !== null && labelAfter !== null && labelAfter < labelBefore - LITTLE) return 'over';
  if (before >= MIXED) return 'needless';
  if (after < before + LITTLE) return 'none';
  return labelAfter === null ? 'mixed' : 'good';
}
