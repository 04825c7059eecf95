import { rowName } from './engine-bench.ts';
import type { EngineRow } from './measure-row.ts';
import { productShare, ratio } from './report.ts';

/** Rows are to be so many times as fast as the published computation in PyTorch. */
const GOAL = 3;

/** Which rows reach the goal, and for the others the most that any program with the same products could reach there. */
export function goalLines(rows: readonly EngineRow[], gigaflops: readonly number[]): string[] {
  const compared = rows.flatMap((row) => {
    const times = ratio(row, 'published')?.clock;
    return times === undefined ? [] : [{ row, times }];
  });
  if (compared.length === 0) return ['No row could be compared with PyTorch.'];
  const missed = compared.filter(({ times }) => times < GOAL);
  const reached = compared.length - missed.length;
  return [
    `${reached} of ${compared.length} rows reach ${GOAL} times the published computation in PyTorch by the clock.`,
    ...missed.map(({ row, times }) => {
      const most = 1 / productShare(row, 'published', gigaflops)!;
      return `${rowName(row.case)} does not (${times.toFixed(2)}): with the products of matrices alone, at the full speed of this processor in float32, it would be ${most.toFixed(2)}.`;
    }),
  ];
}
