import type { Operator } from '#shared/domain/screen.ts';

/** Settings of an operator. */
const OPERATOR_OF: Readonly<Record<string, Operator>> = {
  dosePercentile: 'over-express',
  knockDownLevel: 'knock-down',
  rankPercentile: 'to-rank',
};

/** Whether a setting of a screen says anything beside the others. */
export function isOfThisScreen(field: string, values: Readonly<Record<string, unknown>>): boolean {
  const operator = OPERATOR_OF[field];
  if (operator) return (values.operators as string[] | undefined)?.includes(operator) ?? false;
  if (field === 'nExact') return values.computation !== 'exact';
  if (field === 'nTop') return values.computation === 'adaptive';
  return true;
}
