import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { cellMoves, changesOf, firstOrderEffects, joiningOf, rankShifts } from '#screen/first-order.ts';
import { type ForetoldOperator, ScreenConfig } from '#shared/domain/screen.ts';
import {
  type CellTokens,
  compareRank,
  knockDownGenes,
  maskGenes,
  moveToRank,
  overExpressGenes,
  type PerturbedCell,
  removeGenes,
} from '#singlecell/perturb/operators.ts';

const MAX_LENGTH = 12;
const N_GENES = 16;
const genes = Array.from({ length: N_GENES }, (_, i) => ({ tokenId: i + 2 }));

/** Few values, so that many are equal and ranks go by token. */
const anyCell = fc
  .uniqueArray(fc.integer({ min: 2, max: N_GENES + 1 }), { minLength: 1, maxLength: MAX_LENGTH })
  .chain((ids) =>
    fc
      .array(fc.integer({ min: 1, max: 6 }), { minLength: ids.length, maxLength: ids.length })
      .chain((values) => fc.constantFrom(undefined, 0.5, 3).map((depth) => ({ values, depth })))
      .map(({ values, depth }): CellTokens => {
        const order = ids.map((id, i) => ({ id, value: values[i] / 2 }));
        order.sort((a, b) => compareRank(a.id, a.value, b.id, b.value));
        return {
          tokenIds: Int32Array.from(order, ({ id }) => id),
          values: Float32Array.from(order, ({ value }) => value),
          ...(depth === undefined ? {} : { depth }),
        };
      }),
  );
const anyPlan = fc.record({
  dose: fc.integer({ min: 1, max: 8 }).map((x) => x / 2),
  knockDownLevel: fc.constantFrom(0, 0.25, 0.5, 0.9),
  rankPercentile: fc.constantFrom(0, 0.3, 0.5, 1),
});

function planOf({ dose, ...levels }: { dose: number; knockDownLevel: number; rankPercentile: number }) {
  const config = ScreenConfig.parse({ model: 'm', tokens: 't', labelColumn: 'l', start: 'a', goals: ['b'], ...levels });
  return { maxLength: MAX_LENGTH, config, genes: genes.map((gene) => ({ ...gene, dose })) } as unknown as Parameters<
    typeof cellMoves
  >[3];
}

function perturbed(
  operator: ForetoldOperator,
  cell: CellTokens,
  row: number,
  plan: ReturnType<typeof planOf>,
): PerturbedCell | null {
  const { tokenId, dose } = plan.genes[row];
  switch (operator) {
    case 'mask':
      return maskGenes(cell, [tokenId]);
    case 'remove':
      return removeGenes(cell, [tokenId]);
    case 'knock-down':
      return knockDownGenes(cell, [tokenId], plan.config.knockDownLevel);
    case 'over-express':
      return overExpressGenes(cell, [{ tokenId, value: dose }], MAX_LENGTH);
    case 'to-rank':
      return moveToRank(cell, tokenId, plan.config.rankPercentile, MAX_LENGTH);
  }
}

const positionsIn = (cell: CellTokens) => Int32Array.from(genes, ({ tokenId }) => cell.tokenIds.indexOf(tokenId));

describe('what backward passes are asked', () => {
  it.each<ForetoldOperator>(['knock-down', 'over-express', 'to-rank'])(
    'is where the operator puts every gene: %s',
    (operator) => {
      fc.assert(
        fc.property(anyCell, anyPlan, (cell, given) => {
          const plan = planOf(given);
          const asked = cellMoves(operator, cell, positionsIn(cell), plan);
          const moved = new Map(asked.moves.map((move) => [move.row, move]));
          const joining = joiningOf([asked], plan.genes);
          const changes = changesOf(asked, cell);
          let joined = 0;
          genes.forEach(({ tokenId }, row) => {
            const after = perturbed(operator, cell, row, plan);
            const move = moved.get(row);
            const from = cell.tokenIds.indexOf(tokenId);
            if (!after) {
              expect(move).toBeUndefined();
              expect(asked.unmoved.includes(row)).toBe(operator !== 'knock-down');
              return;
            }
            const to = after.tokenIds.indexOf(tokenId);
            expect(move).toEqual({ row, from, to, value: after.values[to] });
            if (from >= 0) {
              expect([changes.ranks[from], changes.values[from]]).toEqual([to, after.values[to]]);
            } else {
              const at = joined++;
              expect([joining.tokenIds[at], joining.ranks[at], joining.values[at]]).toEqual([
                tokenId,
                to,
                after.values[to],
              ]);
            }
          });
          expect(joining.tokenIds).toHaveLength(joined);
        }),
        { seed: 7, numRuns: 300 },
      );
    },
  );
});

/**
 * A score that is a sum over genes of what each adds at its rank is foretold without error, whatever the operator.
 *
 * A model of that kind: gene g of value v at rank p adds weight(g, v, p); what is told of it is exact.
 */
const weight = (id: number, value: number, rank: number) => Math.sin(id) + value * 0.1 + rank * rank * 0.01;
function score({ tokenIds, values, hiddenPositions = [] }: PerturbedCell): number {
  return tokenIds.reduce(
    (sum, id, rank) => sum + (hiddenPositions.includes(rank) ? 0 : weight(id, values[rank], rank)),
    0,
  );
}

function toldOf(
  cell: CellTokens,
  of: { ranks: Int32Array; values: Float32Array },
  joining: ReturnType<typeof joiningOf>,
) {
  const { tokenIds, values } = cell;
  const step = (by: number) =>
    Float32Array.from(tokenIds, (id, p) => (p + by < 0 ? 0 : weight(id, values[p], p + by) - weight(id, values[p], p)));
  return {
    score: 0,
    gate: Float32Array.from(tokenIds, (id, p) => weight(id, values[p], p)),
    up: step(-1),
    down: step(1),
    changed: [Float32Array.from(tokenIds, (id, p) => weight(id, of.values[p], of.ranks[p]) - weight(id, values[p], p))],
    joined: Float32Array.from(joining.tokenIds, (id, i) => weight(id, joining.values[i], joining.ranks[i])),
  };
}

describe('effects made of what backward passes tell', () => {
  it.each<ForetoldOperator>(['mask', 'remove', 'knock-down', 'over-express', 'to-rank'])(
    'are those of the operator where genes do not bear on each other: %s',
    (operator) => {
      fc.assert(
        fc.property(anyCell, anyPlan, (cell, given) => {
          const plan = planOf(given);
          const n = cell.tokenIds.length;
          const asked = cellMoves(operator, cell, positionsIn(cell), plan);
          const joining = joiningOf([asked], plan.genes);
          const told = toldOf(cell, changesOf(asked, cell), joining);
          const upper = n > 1 ? removeGenes(cell, [cell.tokenIds[0]])! : cell;
          const none = { tokenIds: new Int32Array(0), ranks: new Int32Array(0), values: new Float32Array(0) };
          const own = (of: CellTokens) => ({ ranks: Int32Array.from(of.values.keys()), values: of.values });
          const nLower = Math.min(n + 1, MAX_LENGTH);
          const lower = {
            tokenIds: Int32Array.of(cell.tokenIds[0], ...cell.tokenIds).slice(0, nLower),
            values: Float32Array.of(cell.values[0], ...cell.values).slice(0, nLower),
          };
          const shifts = rankShifts(n, told, toldOf(upper, own(upper), none), toldOf(lower, own(lower), none));
          const of = { nGenes: n, isFull: n === MAX_LENGTH, change: 0, firstJoining: 0 };
          const base = score(cell);
          firstOrderEffects(asked, told, shifts, of, (row, effect) => {
            const after = perturbed(operator, cell, row, plan)!;
            expect(effect).toBeCloseTo(score(after) - base, 4);
          });
        }),
        { seed: 3, numRuns: 300 },
      );
    },
  );
});
