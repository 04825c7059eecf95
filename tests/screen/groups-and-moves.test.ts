import { describe, expect, it } from 'vitest';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import { planScreen } from '#screen/plan.ts';
import { rankMoves } from '#screen/rank-moves.ts';
import { currentPlan } from '#screen/states.ts';
import type { ScreenPlan } from '#screen/types.ts';
import type { ObsColumn } from '#singlecell/types.ts';
import { screenConfig } from './make-screen.ts';
import { makeTokenSet } from './make-token-set.ts';

const world = makeTokenSet();
const planOf = (
  config: Partial<ScreenConfig> = {},
  columns: { donors?: ObsColumn | null; subgroups?: ObsColumn } = {},
) =>
  planScreen({
    ...world,
    ...columns,
    maxLength: 64,
    config: screenConfig({
      goals: ['monocyte'],
      operators: ['mask', 'remove', 'over-express', 'to-rank', 'knock-down', 'published-over-express'],
      nCells: 12,
      ...config,
    }),
  });
const phases: ObsColumn = {
  name: 'phase',
  kind: 'text',
  values: Array.from({ length: 120 }, (_, cell) => (cell % 2 === 0 ? 'G1' : cell % 7 === 0 ? null : 'S')),
};

describe('groups of start cells', () => {
  it('are donors by number, never by name', () => {
    const { startCellGroups, cells } = planOf();
    expect(startCellGroups.map(({ kind, name, cells: own }) => [kind, name, own.length])).toEqual([
      ['donor', '1', 3],
      ['donor', '2', 3],
      ['donor', '3', 3],
      ['donor', '4', 3],
    ]);
    for (const { name, cells: own } of startCellGroups)
      for (const ordinal of own) expect(Math.floor(cells[ordinal] / 3) % 4).toBe(Number(name) - 1);
    expect(JSON.stringify(planOf())).not.toMatch(/"d[1-4]"/);
  });

  it('number donors alike however their column is stored', () => {
    const names = Array.from({ length: 120 }, (_, cell) => `d${1 + (Math.floor(cell / 3) % 4)}`);
    const text: ObsColumn = { name: 'donor', kind: 'text', values: names };
    expect(planOf({}, { donors: text }).startCellGroups).toEqual(planOf().startCellGroups);
  });

  it('are the labels of a start that is a group, and sub-groups where they are asked for', () => {
    const plan = planOf(
      { stateGroups: { early: ['progenitor', 'b-cell'] }, start: 'early' },
      { donors: null, subgroups: phases },
    );
    const told = (kind: string) => plan.startCellGroups.filter((group) => group.kind === kind);
    expect(told('label').map(({ name }) => name)).toEqual(['b-cell', 'progenitor']);
    expect(told('label').flatMap(({ cells }) => cells)).toHaveLength(12);
    expect(told('subgroup').map(({ name }) => name)).toEqual(['G1', 'S']);
    expect(told('donor')).toEqual([]);
  });

  it('of an older screen are its donors', () => {
    const stored = planOf() as Partial<ScreenPlan>;
    const { replicates } = stored;
    delete stored.startCellGroups;
    const groups = currentPlan(stored as ScreenPlan).startCellGroups;
    groups.forEach(({ cells }, donor) => expect(cells.every((cell) => replicates![cell] === donor)).toBe(true));
    const alone = { ...planOf({}, { donors: null }), startCellGroups: undefined } as unknown as ScreenPlan;
    expect(currentPlan(alone).startCellGroups).toEqual([]);
  });
});

describe('moves in rank', () => {
  const plan = planOf();
  const ranksOf = (tokenId: number) =>
    plan.cells.flatMap((cell) => {
      const position = world.tokens.tokenIds
        .subarray(world.tokens.offsets[cell], world.tokens.offsets[cell + 1])
        .indexOf(tokenId);
      return position < 0 ? [] : [position + 1];
    });

  it('begin at the median rank among the cells in which the gene is read', () => {
    rankMoves(plan, world.tokens, 'mask').forEach((move, g) => {
      const ranks = ranksOf(plan.genes[g].tokenId).sort((a, b) => a - b);
      expect(move).toMatchObject({ nCells: 12, nBefore: ranks.length, nApplied: ranks.length, nAfter: 0, after: null });
      expect(move.before).toBe(ranks[Math.floor((ranks.length - 1) / 2)] ?? null);
    });
  });

  it('end where the operator puts the gene', () => {
    for (const move of rankMoves(plan, world.tokens, 'remove')) expect(move.after).toBeNull();
    for (const move of rankMoves(plan, world.tokens, 'to-rank'))
      expect(move).toMatchObject({ nApplied: 12, nAfter: 12, after: 1 });
    for (const move of rankMoves(plan, world.tokens, 'published-over-express'))
      if (move.nBefore > 0) expect(move).toMatchObject({ nApplied: move.nBefore, after: 1 });
    for (const move of rankMoves(plan, world.tokens, 'over-express'))
      expect(move.nAfter).toBeGreaterThanOrEqual(move.nBefore);
    for (const move of rankMoves(plan, world.tokens, 'knock-down'))
      if (move.before !== null) expect(move.after).toBeGreaterThanOrEqual(move.before);
  });
});
