import type { RankingCheck } from '#shared/domain/ranking-checks.ts';
import type { Operator } from '#shared/domain/screen.ts';
import type { ScreenResult } from '#screen/types.ts';
import type { ScreenEvidence } from '../evidence.ts';

/** What every check may look at. */
export interface CheckSubject {
  screen: ScreenResult;
  goal: string;
  operator: Operator;
  evidence: ScreenEvidence;
  /** Of each perturbed start cell; null where the counts were not read. */
  depth: CellDepth | null;
  /** Ids of regulators the user knows of. */
  known: ReadonlySet<string>;
  /** Ids of genes that mark the goal: positive controls. */
  markers: ReadonlySet<string>;
}

/** How much was read of each start cell. */
export interface CellDepth {
  counts: ArrayLike<number>;
  genes: ArrayLike<number>;
}

/** Null where there is nothing to say. */
export type Check = (subject: CheckSubject) => RankingCheck | null;

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export function chance(p: number): string {
  return p < 0.001 ? p.toExponential(0) : p.toPrecision(2);
}
