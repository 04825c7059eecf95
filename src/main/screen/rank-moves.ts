import type { RankMove } from '#shared/domain/rank-move.ts';
import type { Operator } from '#shared/domain/screen.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { perturb } from './shard.ts';
import { encoderInput } from './state-embeddings.ts';
import type { ScreenPlan } from './types.ts';

/** Start cells that show a move: a median over more would not change. */
const CELLS_SHOWN = 24;

/** How an operator moves each gene of the plan in the ranks of the start cells. Order: `plan.genes`. */
export function rankMoves(plan: ScreenPlan, tokens: TokenSet, operator: Operator): RankMove[] {
  const step = Math.max(1, plan.cells.length / CELLS_SHOWN);
  const shown = Array.from(
    { length: Math.min(CELLS_SHOWN, plan.cells.length) },
    (_, i) => plan.cells[Math.floor(i * step)],
  );
  const cells = shown.map((cell) => {
    const input = encoderInput(tokens, cell, plan.maxLength);
    return { input, rankOf: new Map(Array.from(input.tokenIds, (id, position) => [id, position + 1])) };
  });
  const nGenes = median(cells.map(({ input }) => input.tokenIds.length)) ?? 0;
  return plan.genes.map((gene): RankMove => {
    const before: number[] = [];
    const after: number[] = [];
    let nApplied = 0;
    for (const { input, rankOf } of cells) {
      const rank = rankOf.get(gene.tokenId);
      if (rank !== undefined) before.push(rank);
      const perturbed = perturb(operator, input, gene, rank !== undefined, plan);
      if (!perturbed) continue;
      nApplied++;
      const position = perturbed === 'unchanged' ? (rank ?? 0) - 1 : perturbed.tokenIds.indexOf(gene.tokenId);
      const isHidden = perturbed !== 'unchanged' && perturbed.hiddenPositions?.includes(position);
      if (position >= 0 && !isHidden) after.push(position + 1);
    }
    return {
      nGenes,
      nCells: cells.length,
      nBefore: before.length,
      before: median(before),
      nApplied,
      nAfter: after.length,
      after: median(after),
    };
  });
}

/** The lower one of two in the middle, so that a rank stays a rank. */
function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
