import type { ClassifierReport, ClassifierScore } from '#shared/domain/training.ts';

export interface Verdict {
  key: 'model' | 'tie' | 'baseline';
  /** The best simple method. */
  rival: ClassifierScore | null;
  /** Macro-F1 of the model minus that of the rival. */
  difference: number;
}

/** Below this difference of macro-F1 nobody wins: a handful of cells would turn it. */
const TIE = 0.01;

/** Who tells the states apart best, by macro-F1 (every state counts the same). */
export function verdictOf(report: ClassifierReport): Verdict {
  const rival = [...report.baselines].sort((a, b) => b.macroF1 - a.macroF1)[0] ?? null;
  const difference = report.model.macroF1 - (rival?.macroF1 ?? 0);
  const key = Math.abs(difference) < TIE ? 'tie' : difference > 0 ? 'model' : 'baseline';
  return { key, rival, difference };
}
