import { describe, expect, it } from 'vitest';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import type { ScreenResult } from '#screen/types.ts';
import { competingStates } from '#ranking/competing-states.ts';
import { makeScreen } from './make-ranking.ts';

/** A screen towards monocytes with b-cells as the alternative, if any, in which the effects are given: gene → goal, start, b-cell. */
async function screenWith(
  effects: Record<string, [goal: number, start: number, other?: number]>,
  config: Partial<ScreenConfig> = {},
): Promise<ScreenResult> {
  const screen = await makeScreen({ goals: ['monocyte'], ...config });
  const { plan, readOuts } = screen;
  const all = screen.effects['over-express'] as Float32Array;
  plan.genes.forEach(({ symbol }, gene) => {
    const given = effects[symbol];
    if (!given) return;
    plan.cells.forEach((_, cell) => {
      // Cells differ, the same way for every state, so that differences within a cell are sure.
      const wobble = 1 + (cell % 3) / 10;
      given.forEach((effect, state) => {
        all[((gene * plan.cells.length + cell) * given.length + state) * readOuts.length] = effect! * wobble;
      });
    });
  });
  return screen;
}

describe('states that compete with the goal', () => {
  it('tells of every gene where else it leads, in plain words', async () => {
    const screen = await screenWith({
      GENE0: [0.2, -0.1, 0.05],
      GENE1: [0.1, -0.1, 0.3],
      GENE3: [0.1, 0.02, 0.1],
      GENE6: [-0.1, 0.02, 0.1],
      GENE9: [0.1, 0.02, -0.1],
      GENE12: [-0.1, 0.02, -0.2],
    });
    const readings = competingStates(screen, 'monocyte', 'over-express');
    const of = (symbol: string) => readings[screen.plan.genes.findIndex((gene) => gene.symbol === symbol)];
    expect(of('GENE0').leads).toBe('more');
    expect(of('GENE1').leads).toBe('less');
    expect(of('GENE3').leads).toBe('level');
    expect(of('GENE6').leads).toBe('elsewhere');
    expect(of('GENE9').leads).toBe('only');
    expect(of('GENE12').leads).toBe('nowhere');
    // 12 cells wobble by 0, 10 and 20 %: means are 1.1 times what was given.
    expect(of('GENE0').awayFromStart).toBeCloseTo(0.11, 6);
    expect(of('GENE0').competing).toMatchObject({ state: 'b-cell' });
    expect(of('GENE1').competing?.effect).toBeCloseTo(0.33, 6);
  });

  it('takes another goal for a competitor too', async () => {
    const readings = competingStates(await makeScreen({ alternatives: 'none' }), 'monocyte', 'over-express');
    expect(new Set(readings.map(({ competing }) => competing?.state))).toEqual(new Set(['b-cell']));
  });

  it('says nothing where nothing else was measured', async () => {
    const screen = await screenWith({ GENE0: [0.2, -0.1], GENE3: [0.1, 0.02] }, { alternatives: 'none' });
    const readings = competingStates(screen, 'monocyte', 'over-express');
    for (const { competing, leads } of readings) expect([competing, leads]).toEqual([null, null]);
    const away = (symbol: string) =>
      readings[screen.plan.genes.findIndex((gene) => gene.symbol === symbol)].awayFromStart;
    expect(away('GENE0')).toBeCloseTo(0.11, 6);
    expect(away('GENE3')).toBeCloseTo(-0.022, 6);
  });

  describe('of several others', () => {
    /** States in the order of the effects; the same in every cell, so that means are what was given. */
    const STATES = ['monocyte', 'b-cell', 'progenitor', 'nk-cell', 't-cell'];
    const GIVEN: Record<string, number[]> = {
      GENE0: [0.2, 0.05, -0.1, 0.3, 0.1],
      GENE1: [0.3, 0.2, -0.1, 0.1, 0.2],
      GENE3: [0.1, 0.2, 0.9, 0.15, 0.02],
      GENE4: [NaN, 0.2, 0.1, NaN, -0.3],
      GENE6: [0, 0, 0.1, 0, 0],
      GENE7: [0.1, 0, 0.1, -0.1, -0.1],
      GENE9: [-0.2, -0.1, 0.1, 0, -0.1],
      GENE10: [0, -0.1, 0, -0.2, -0.1],
      GENE12: [0, -0.2, 0, -0.2, 0.1],
    };

    async function read(goal: string) {
      const screen = await makeScreen();
      const { plan, readOuts } = screen;
      const alternative = (name: string) => ({ name, role: 'alternative' as const, labels: [name], cells: [] });
      plan.states.push(alternative('nk-cell'), alternative('t-cell'));
      plan.measured = STATES.map((name) => plan.states.findIndex((state) => state.name === name));
      const width = STATES.length * readOuts.length;
      const all = new Float32Array(plan.genes.length * plan.cells.length * width);
      plan.genes.forEach(({ symbol }, gene) =>
        plan.cells.forEach((_, cell) =>
          GIVEN[symbol]?.forEach((effect, state) => {
            all[(gene * plan.cells.length + cell) * width + state * readOuts.length] = effect;
          }),
        ),
      );
      screen.effects['over-express'] = all;
      const readings = competingStates(screen, goal, 'over-express');
      return (symbol: string) => readings[plan.genes.findIndex((gene) => gene.symbol === symbol)];
    }

    it('takes the one the gene leads to most, neither the goal nor the start, the first of equals', async () => {
      const of = await read('b-cell');
      expect(of('GENE0').competing).toMatchObject({ state: 'nk-cell', effect: expect.closeTo(0.3, 6) as number });
      expect(of('GENE1').competing).toMatchObject({ state: 'monocyte', effect: expect.closeTo(0.3, 6) as number });
      expect(of('GENE3').competing?.state).toBe('nk-cell');
      expect(of('GENE4').competing?.state).toBe('t-cell');
      expect(of('GENE7').competing?.state).toBe('monocyte');
      expect(of('GENE9').competing?.state).toBe('nk-cell');
      expect((await read('monocyte'))('GENE1').competing?.state).toBe('b-cell');
    });

    it('tells a shift of exactly 0 from one either way', async () => {
      const of = await read('monocyte');
      expect(of('GENE6')).toMatchObject({ competing: { effect: 0 }, leads: null });
      expect(of('GENE7').leads).toBe('only');
      expect(of('GENE9').leads).toBe('nowhere');
      expect(of('GENE10').leads).toBe('nowhere');
      expect(of('GENE12').leads).toBe('elsewhere');
      expect(of('GENE3').leads).toBe('less');
    });

    it('says nothing of a gene without an effect on the goal', async () => {
      expect((await read('monocyte'))('GENE4')).toMatchObject({ competing: null, leads: null });
    });
  });
});
