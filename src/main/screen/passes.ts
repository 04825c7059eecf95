import type { Operator } from '#shared/domain/screen.ts';
import { assertNever } from '#shared/util/assert-never.ts';
import { cellTokens } from '#singlecell/perturb/dose.ts';
import { type CellTokens, compareRank, valueAtDepth } from '#singlecell/perturb/operators.ts';
import type { TokenSet } from '#singlecell/types.ts';
import type { PlannedGene, ScreenPlan } from './types.ts';

/** Rows of `ScreenPlan.genes` that each operator is run for; all rows where an operator is not named. */
export type Only = Partial<Record<Operator, ReadonlySet<number>>>;

type Perturbing = Pick<ScreenPlan, 'maxLength' | 'config'>;

/**
 * Genes the model reads of a perturbed cell, without perturbing it; 0 where no pass is needed, since the operator has no
 * meaning in the cell or changes nothing.
 *
 * `position` is that of the gene in the cell, −1 where the cell lacks it. Note: the rules are those of the operators, whose
 * answers the tests compare; a screen is planned in a thousandth of the time that its perturbations take.
 */
export function perturbedLength(
  operator: Operator,
  cell: CellTokens,
  gene: Pick<PlannedGene, 'tokenId' | 'dose'>,
  position: number,
  { maxLength, config }: Perturbing,
): number {
  const n = cell.tokenIds.length;
  const isPresent = position >= 0;
  switch (operator) {
    case 'mask':
      return isPresent && n > 1 ? n : 0;
    case 'remove':
      return isPresent && n > 1 ? n - 1 : 0;
    case 'knock-down':
    case 'published-over-express':
      return isPresent ? n : 0;
    case 'to-rank': {
      const nAfter = Math.min(isPresent ? n : n + 1, maxLength);
      return isPresent && Math.round(config.rankPercentile * (nAfter - 1)) === position ? 0 : nAfter;
    }
    case 'over-express': {
      const dose = Math.fround(valueAtDepth(gene.dose, cell.depth));
      if (isPresent) return cell.values[position] < dose ? n : 0;
      if (n < maxLength) return n + 1;
      return compareRank(gene.tokenId, dose, cell.tokenIds[n - 1], cell.values[n - 1]) < 0 ? n : 0;
    }
    default:
      return assertNever(operator);
  }
}

/** Calls back with the length of every perturbed cell that the model reads of one start cell. */
export function eachPass(
  plan: ScreenPlan,
  tokens: TokenSet,
  ordinal: number,
  only: Only,
  onPass: (length: number, row: number, operator: Operator) => void,
): void {
  const cell = cellTokens(tokens, plan.cells[ordinal], plan.maxLength);
  const positionOf = new Map<number, number>();
  cell.tokenIds.forEach((id, position) => positionOf.set(id, position));
  for (const operator of plan.operators) {
    const wanted = only[operator];
    const visit = (row: number) => {
      const gene = plan.genes[row];
      const length = perturbedLength(operator, cell, gene, positionOf.get(gene.tokenId) ?? -1, plan);
      if (length > 0) onPass(length, row, operator);
    };
    if (wanted) wanted.forEach(visit);
    else for (let row = 0; row < plan.genes.length; row++) visit(row);
  }
}

/** Perturbed cells the model reads of each start cell: what progress is measured in. */
export function passesByCell(plan: ScreenPlan, tokens: TokenSet, onlyOf: (ordinal: number) => Only): number[] {
  return plan.cells.map((_, ordinal) => {
    let passes = 0;
    eachPass(plan, tokens, ordinal, onlyOf(ordinal), () => passes++);
    return passes;
  });
}
