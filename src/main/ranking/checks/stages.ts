import { hundredths } from '../report/numbers.ts';
import type { Check } from './subject.ts';

/** What a reader must know of a screen in two stages. */
export const stagesCheck: Check = ({ screen, goal, operator, evidence }) => {
  const told = screen.stages?.agreement.find((one) => one.operator === operator && one.goal === goal);
  if (!screen.stages || !told) return null;
  const agree =
    told.spearman === null ? 'could not be compared' : `correlate at ${hundredths(told.spearman)} (Spearman)`;
  const compared = `on ${told.nCompared} genes not chosen for it, foretold and exact effects ${agree}`;
  if (screen.stages.fellBack.includes(operator))
    return {
      id: 'stages',
      verdict: 'caution',
      value: told.spearman,
      sentence: `The backward pass does not foretell this operator well enough: ${compared}. So every effect was computed exactly.`,
    };
  const n = evidence.genes.filter(({ isForetold }) => isForetold).length;
  const adaptive = screen.stages.adaptive?.find((one) => one.operator === operator);
  const race = adaptive?.goals.find((one) => one.goal === goal);
  if (race)
    return {
      id: 'stages',
      verdict: race.nSettled === race.nTop ? 'good' : 'caution',
      value: told.spearman,
      sentence: `Adaptive stages: ${evidence.genes.length - n} of ${evidence.genes.length} genes were computed exactly in some of their start cells, and ${race.nSettled} of the leading ${race.nTop} are settled; ${compared}. Intervals hold what the cells not computed add.`,
    };
  return {
    id: 'stages',
    verdict: 'caution',
    value: told.spearman,
    sentence: `Two stages: the effects of ${n} of ${evidence.genes.length} genes are foretold by a backward pass and scaled to the exact ones; ${compared}. Leading genes are exact.`,
  };
};
