import type { GeneChanges, GeneGradient, GradientPart, JoiningGenes } from '#genecompass/gene-gradients.ts';
import type { ForetoldOperator } from '#shared/domain/screen.ts';
import { type CellTokens, compareRank, valueAtDepth } from '#singlecell/perturb/operators.ts';
import type { PlannedGene, ScreenPlan } from './types.ts';

/** One gene of a plan in a cell, and where an operator puts it. */
interface Move {
  readonly row: number;
  /** Rank in the cell; −1 where the cell lacks the gene. */
  readonly from: number;
  /** Rank among the other genes of the cell. */
  readonly to: number;
  readonly value: number;
}

/** What an operator asks of the backward passes through one cell. */
export interface CellMoves {
  readonly operator: ForetoldOperator;
  readonly moves: readonly Move[];
  /** Rows of the plan whose gene has its dose or rank already: an effect of 0. */
  readonly unmoved: readonly number[];
}

type Perturbing = Pick<ScreenPlan, 'genes' | 'maxLength' | 'config'>;

/**
 * What an operator does to each gene of a plan in a cell.
 *
 * `positions`: of each row of the plan in the cell, −1 where it is absent. Note: the rules are those of the operators, with whose
 * answers the tests compare.
 */
export function cellMoves(
  operator: ForetoldOperator,
  cell: CellTokens,
  positions: Int32Array,
  plan: Perturbing,
): CellMoves {
  const moves: Move[] = [];
  const unmoved: number[] = [];
  plan.genes.forEach((gene, row) => {
    const from = positions[row];
    const target = targetOf(operator, cell, gene, from, plan);
    if (target === 'nothing') unmoved.push(row);
    else if (target) moves.push({ row, from, ...target });
  });
  return { operator, moves, unmoved };
}

/** Rank and value of a gene after an operator; null where it has no meaning in the cell. */
function targetOf(
  operator: ForetoldOperator,
  cell: CellTokens,
  { tokenId, dose }: PlannedGene,
  from: number,
  { maxLength, config }: Perturbing,
): { to: number; value: number } | 'nothing' | null {
  const { tokenIds, values } = cell;
  const n = tokenIds.length;
  const isPresent = from >= 0;
  switch (operator) {
    // A cell of a single gene has nothing left to read without it.
    case 'mask':
    case 'remove':
      return isPresent && n > 1 ? { to: n, value: 0 } : null;
    case 'knock-down': {
      if (!isPresent) return null;
      const value = Math.fround(config.knockDownLevel * values[from]);
      return { to: standingBefore(cell, tokenId, value, from + 1, n) - 1, value };
    }
    case 'over-express': {
      const value = Math.fround(valueAtDepth(dose, cell.depth));
      if (isPresent && values[from] >= value) return 'nothing';
      const to = standingBefore(cell, tokenId, value, 0, isPresent ? from : n);
      return to < maxLength ? { to, value } : 'nothing';
    }
    case 'to-rank': {
      const nOthers = isPresent ? n - 1 : n;
      const to = Math.round(config.rankPercentile * (Math.min(nOthers + 1, maxLength) - 1));
      if (isPresent && to === from) return 'nothing';
      const displaced = Math.min(to, nOthers - 1);
      return { to, value: values[isPresent && displaced >= from ? displaced + 1 : Math.max(0, displaced)] };
    }
  }
}

/** Genes of a cell that stand before one of some value, where `low` do for certain and `high` at most. */
function standingBefore(
  { tokenIds, values }: CellTokens,
  id: number,
  value: number,
  low: number,
  high: number,
): number {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareRank(tokenIds[middle], values[middle], id, value) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What backward passes must tell of a cell; `shifted`: of the cell with all genes one rank up, or one rank down. */
export interface Needs {
  readonly parts: readonly GradientPart[];
  readonly shiftedUp: boolean;
  readonly shiftedDown: boolean;
}

/** What the operators of a plan need; the answers are the same for all cells, so that few graphs serve them. */
export function needsOf(operators: readonly ForetoldOperator[], { rankPercentile }: ScreenPlan['config']): Needs {
  const has = (...some: ForetoldOperator[]) => some.some((operator) => operators.includes(operator));
  const shiftedUp = has('remove', 'knock-down') || (has('to-rank') && rankPercentile > 0);
  const shiftedDown = has('over-express', 'to-rank');
  const parts: GradientPart[] = [];
  if (has('mask', 'remove') || shiftedDown) parts.push('gate');
  if (shiftedUp) parts.push('up');
  if (shiftedDown) parts.push('down');
  if (has('knock-down') || shiftedDown) parts.push('changed');
  if (shiftedDown) parts.push('joined');
  return { parts, shiftedUp, shiftedDown };
}

/** Operators that give genes of the cell another rank and value. */
export function changing(operators: readonly ForetoldOperator[]): ForetoldOperator[] {
  return operators.filter((operator) => operator !== 'mask' && operator !== 'remove');
}

/** Ranks and values of the genes of a cell after their moves; their own where they do not move. */
export function changesOf({ moves }: CellMoves, { values }: CellTokens): GeneChanges {
  const changes = { ranks: Int32Array.from(values.keys()), values: values.slice() };
  for (const { from, to, value } of moves)
    if (from >= 0) {
      changes.ranks[from] = to;
      changes.values[from] = value;
    }
  return changes;
}

/** The genes that moves bring into a cell, in their order. */
export function joiningOf(all: readonly CellMoves[], genes: Perturbing['genes']): JoiningGenes {
  const joining = all.flatMap(({ moves }) => moves.filter(({ from }) => from < 0));
  return {
    tokenIds: Int32Array.from(joining, ({ row }) => genes[row].tokenId),
    ranks: Int32Array.from(joining, ({ to }) => to),
    values: Float32Array.from(joining, ({ value }) => value),
  };
}

/** What it does that genes move by one rank. Shape: genes of the cell + 1 each. */
export interface RankShifts {
  /** All genes from a position on, one rank up. */
  readonly up: Float64Array;
  /** One rank down. */
  readonly down: Float64Array;
}

/**
 * Sums of the first-order effects of single steps, each the mean of both ends (trapezoid).
 *
 * `told` of the cell as it is; `upper.down` of the cell without its first gene, `lower.up` of the cell with a hidden gene in front, which
 * loses its last gene where it is full. Null where it is not needed.
 */
export function rankShifts(
  nGenes: number,
  told: Pick<GeneGradient, 'up' | 'down'>,
  upper: Pick<GeneGradient, 'down'> | null,
  lower: Pick<GeneGradient, 'up'> | null,
): RankShifts {
  const sum = (step: (position: number) => number) => {
    const sums = new Float64Array(nGenes + 1);
    for (let position = nGenes - 1; position >= 0; position--) sums[position] = sums[position + 1] + step(position);
    return sums;
  };
  const none = new Float64Array(nGenes + 1);
  return {
    up: upper ? sum((q) => (q > 0 ? (told.up[q] - upper.down[q - 1]) / 2 : 0)) : none,
    // What falls out of a full cell takes no step: that is the business of its gate.
    down: lower ? sum((q) => (q + 1 < lower.up.length ? (told.down[q] - lower.up[q + 1]) / 2 : 0)) : none,
  };
}

/**
 * First-order effects of the moves of an operator in a cell, called back one by one.
 *
 *   mask     -gate(p)
 *   remove   -gate(p), and the genes behind p one rank up
 *   to a lower rank    changed(p), and the genes between one rank up
 *   to a higher rank   changed(p), and the genes between one rank down
 *   into the cell      joined(g), and the genes from there one rank down; the last of a full cell falls out: -gate(last)
 *
 * `change` and `firstJoining`: which of the told changes, and from which place on which of the told joining genes, are the operator's.
 */
export function firstOrderEffects(
  { operator, moves }: CellMoves,
  { gate, changed, joined }: GeneGradient,
  { up, down }: RankShifts,
  of: { nGenes: number; isFull: boolean; change: number; firstJoining: number },
  onEffect: (row: number, effect: number) => void,
): void {
  const { nGenes, isFull } = of;
  const lost = isFull ? gate[nGenes - 1] : 0;
  let joining = of.firstJoining;
  for (const { row, from, to } of moves) {
    if (from < 0) onEffect(row, joined[joining++] + down[to] - lost);
    else if (operator === 'mask') onEffect(row, -gate[from]);
    else if (operator === 'remove') onEffect(row, up[from + 1] - gate[from]);
    else if (to < from) onEffect(row, changed[of.change][from] + down[to] - down[from]);
    else onEffect(row, changed[of.change][from] + up[from + 1] - up[to + 1]);
  }
}
