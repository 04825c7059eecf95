import type { QcRules } from '#shared/domain/qc-rules.ts';
import type { Histogram, QualityMeasure } from '#shared/domain/quality.ts';

export type RuleName = keyof QcRules;

/** The rules that are limits of a measure and can be dragged on its histogram. */
export const LIMITS: Readonly<Record<QualityMeasure, { min?: RuleName; max?: RuleName }>> = {
  totalCounts: { min: 'minCounts', max: 'maxCounts' },
  detectedGenes: { min: 'minGenes' },
  mitoFraction: { max: 'maxMitoFraction' },
  ribosomalFraction: { max: 'maxRiboFraction' },
  complexity: { min: 'minComplexity' },
  doubletScore: { max: 'maxDoubletScore' },
  topFraction: {},
  haemoglobinFraction: {},
};
const DRAGGED = new Set(Object.values(LIMITS).flatMap(({ min, max }) => [min, max]));

/** Whether a rule is no limit of a measure. */
export function isOther(rule: string): boolean {
  return !DRAGGED.has(rule as RuleName);
}

/** Where a value lies on the axis of a histogram, 0 left to 1 right; values beyond it lie at its ends. */
export function shareOf({ scale, edges }: Histogram, value: number): number {
  const at = scale === 'log' ? Math.log10(Math.max(value, Number.MIN_VALUE)) : value;
  const share = (at - edges[0]) / (edges[edges.length - 1] - edges[0]);
  return Math.min(1, Math.max(0, share));
}

/** The value at a place of the axis, rounded to what a person would type. */
export function valueAt({ scale, edges }: Histogram, share: number): number {
  const at = edges[0] + Math.min(1, Math.max(0, share)) * (edges[edges.length - 1] - edges[0]);
  if (scale === 'linear') return Math.round(at * 1000) / 1000;
  const value = 10 ** at;
  const unit = value < 100 ? 1 : 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
}

/** Values to write below the axis with their places. */
export function ticksOf(histogram: Histogram): { value: number; share: number }[] {
  const { scale, edges } = histogram;
  const [low, high] = [edges[0], edges[edges.length - 1]];
  if (scale === 'log') {
    const all: number[] = [];
    for (let decade = Math.floor(low); decade <= Math.ceil(high); decade++) {
      for (const digit of high - low > 2.5 ? [1] : [1, 2, 5]) all.push(digit * 10 ** decade);
    }
    const within = all.filter((value) => Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9);
    return within.map((value) => ({ value, share: shareOf(histogram, value) }));
  }
  const span = high - low;
  const step = [0.01, 0.02, 0.05, 0.1, 0.2].find((one) => span / one <= 6) ?? 0.25;
  const first = Math.ceil(low / step - 1e-9);
  const n = Math.floor((high + 1e-9) / step) - first + 1;
  return Array.from({ length: n }, (_, i) => {
    const value = Math.round((first + i) * step * 1000) / 1000;
    return { value, share: shareOf(histogram, value) };
  });
}
