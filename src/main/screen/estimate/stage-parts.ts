import { insertsGenes, type Operator } from '#shared/domain/screen.ts';
import { cellTokens } from '#singlecell/perturb/dose.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { FIRST_CELLS } from '../adaptive.ts';
import { cellOrder } from '../cell-order.ts';
import { FEWEST_CELLS, FEWEST_REPLICATES } from '../effects.ts';
import { foretoldOperators } from '../foretell.ts';
import type { Only } from '../passes.ts';
import { namedRows, SAMPLE } from '../stages.ts';
import { goalStates } from '../states.ts';
import type { ScreenPlan } from '../types.ts';
import type { OnlyOf } from './screen-work.ts';

/**
 * What two stages compute in any case, null genes and those asked for by name, and parts between which they usually end while no operator falls back.
 *
 * Null genes are known before the start, leading genes are not: those that lead for every operator and goal may be the same
 * or have nothing to do with each other. Genes at even steps of how many start cells show them stand for any.
 */
export function stagedParts(plan: ScreenPlan, tokens: TokenSet): Record<'known' | 'least' | 'likely', OnlyOf> {
  const { nulls, told } = countTelling(plan, tokens);
  const operators = foretoldOperators(plan);
  const nLists = operators.length * goalStates(plan).length;
  const leads = told.length > 0 ? Math.min(1, plan.config.nExact / told.length) : 0;
  const drawn = told.length > 0 ? Math.min(1, SAMPLE / told.length) : 0;
  const part = (share: number): OnlyOf => {
    const only = onlyRows(operators, new Set([...nulls, ...namedRows(plan), ...evenly(told, share * told.length)]));
    return () => only;
  };
  const shareOf = (lists: number) => 1 - (1 - leads) ** lists * (1 - drawn);
  return { known: part(0), least: part(shareOf(1)), likely: part(shareOf(nLists)) };
}

/** The first round of adaptive stages: a sample of the candidates and one of the null genes, each in a few start cells. */
export function adaptiveParts(plan: ScreenPlan, tokens: TokenSet): { least: OnlyOf } {
  const { toldNulls, told } = countTelling(plan, tokens);
  const rows = [...new Set([...evenly(told, SAMPLE), ...evenly(toldNulls, SAMPLE)])];
  const order = cellOrder(plan);
  const first = new Set(order.slice(0, FIRST_CELLS));
  const expressing = plan.cells.map(() => new Set<number>());
  const left = new Map(rows.map((row) => [plan.genes[row].tokenId, { row, cells: FIRST_CELLS }]));
  for (const ordinal of order)
    for (const id of cellTokens(tokens, plan.cells[ordinal], plan.maxLength).tokenIds) {
      const one = left.get(id);
      if (!one || one.cells === 0) continue;
      one.cells--;
      expressing[ordinal].add(one.row);
    }
  const [all, none] = [new Set(rows), new Set<number>()];
  const operators = foretoldOperators(plan);
  return {
    least: (ordinal) =>
      Object.fromEntries(
        operators.map((operator) => [
          operator,
          insertsGenes(operator) ? (first.has(ordinal) ? all : none) : expressing[ordinal],
        ]),
      ),
  };
}

/** So many of the rows, at even steps. */
function evenly(rows: readonly number[], count: number): number[] {
  const n = Math.min(rows.length, Math.round(count));
  return Array.from({ length: n }, (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / n)]);
}

/**
 * Null genes, and candidates and null genes that enough start cells tell of: all, where an operator brings genes into cells.
 *
 * Rows of `plan.genes`, those that fewest start cells show first.
 */
function countTelling(plan: ScreenPlan, tokens: TokenSet) {
  const { genes, cells, replicates, nReplicates } = plan;
  const telling = new Int32Array(genes.length);
  const seen = genes.map(() => new Set<number>());
  const rowOf = new Map(genes.map(({ tokenId }, row) => [tokenId, row]));
  for (const [ordinal, cell] of cells.entries())
    for (const id of cellTokens(tokens, cell, plan.maxLength).tokenIds) {
      const row = rowOf.get(id);
      if (row === undefined) continue;
      telling[row]++;
      if (seen[row].size < FEWEST_REPLICATES) seen[row].add(replicates[ordinal]);
    }
  const inserts = foretoldOperators(plan).some(insertsGenes);
  const isTold = (row: number) =>
    inserts ||
    (telling[row] >= Math.min(FEWEST_CELLS, cells.length) &&
      seen[row].size >= Math.min(FEWEST_REPLICATES, nReplicates));
  const rows = [...genes.keys()].sort((a, b) => telling[a] - telling[b] || a - b);
  return {
    nulls: rows.filter((row) => genes[row].isNull),
    toldNulls: rows.filter((row) => genes[row].isNull && isTold(row)),
    told: rows.filter((row) => genes[row].isCandidate && isTold(row)),
  };
}

function onlyRows(operators: readonly Operator[], rows: ReadonlySet<number>): Only {
  return Object.fromEntries(operators.map((operator) => [operator, rows]));
}
