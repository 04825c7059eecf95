import { assertNever } from '#shared/util/assert-never.ts';
import {
  knockDownGenes,
  maskGenes,
  moveToRank,
  overExpressGenes,
  removeGenes,
  type CellTokens,
  type PerturbedCell,
} from './operators.ts';

/** What is done to one gene. */
export type Change =
  | { kind: 'raise'; tokenId: number; value: number }
  | { kind: 'rank'; tokenId: number; percentile: number }
  | { kind: 'lower'; tokenId: number; level: number }
  | { kind: 'remove'; tokenId: number }
  | { kind: 'mask'; tokenId: number };

/** Whether a change has a meaning only in cells that express the gene. */
export function silences(change: Change): boolean {
  return change.kind === 'lower' || change.kind === 'remove' || change.kind === 'mask';
}

/**
 * Several changes of one cell at once.
 *
 * What makes room comes first and hiding last: genes are removed, lowered, raised (an insertion may push the lowest gene
 * out of a full context), put at ranks, and then hidden where they stand by then. So a cell does not depend on the order
 * in which changes are named, but for genes put at ranks, which are placed one after the other.
 *
 * Answer: null where a gene that would be silenced is not expressed, or no gene would be left to read: the combination
 * has no meaning in this cell; 'unchanged' where the model would read the cell it has.
 */
export function combineChanges(
  cell: CellTokens,
  changes: readonly Change[],
  maxLength: number,
): PerturbedCell | 'unchanged' | null {
  const expressed = new Set(cell.tokenIds);
  if (changes.some((change) => silences(change) && !expressed.has(change.tokenId))) return null;
  const of = <K extends Change['kind']>(kind: K) =>
    changes.filter((change): change is Extract<Change, { kind: K }> => change.kind === kind);
  let current: PerturbedCell = cell;
  const take = (next: PerturbedCell | null) => {
    if (next) current = next;
  };
  const removed = of('remove');
  if (removed.length > 0) take(removeGenes(current, tokensOf(removed)));
  // One level after the other: a gene is lowered once, so their order does not matter.
  for (const { tokenId, level } of of('lower')) take(knockDownGenes(current, [tokenId], level));
  const raised = of('raise');
  // Doses go by the depth of the cell as it was sequenced.
  if (raised.length > 0) take(overExpressGenes({ ...current, depth: cell.depth }, raised, maxLength));
  for (const { tokenId, percentile } of of('rank')) take(moveToRank(current, tokenId, percentile, maxLength));
  const masked = of('mask');
  // A gene that was pushed out is gone already.
  if (masked.length > 0) take(maskGenes(current, tokensOf(masked)));
  if (current.tokenIds.length - (current.hiddenPositions?.length ?? 0) === 0) return null;
  return current === cell ? 'unchanged' : current;
}

/** Equal texts, equal changes: what names a condition. */
export function changeKey(change: Change): string {
  const { kind, tokenId } = change;
  switch (kind) {
    case 'raise':
      return `raise:${tokenId}:${change.value}`;
    case 'rank':
      return `rank:${tokenId}:${change.percentile}`;
    case 'lower':
      return `lower:${tokenId}:${change.level}`;
    case 'remove':
    case 'mask':
      return `${kind}:${tokenId}`;
    default:
      return assertNever(kind);
  }
}

function tokensOf(changes: readonly Change[]): number[] {
  return changes.map(({ tokenId }) => tokenId);
}
