import { describe, expect, it } from 'vitest';
import type { ScreenResult } from '#screen/types.ts';
import { screenEvidence } from '#ranking/evidence.ts';
import { makeScreen } from './make-ranking.ts';

describe('what a screen says of each gene', () => {
  const marked = (screen: ScreenResult) =>
    screenEvidence(screen, 'monocyte', 'remove').genes.map(({ isForetold }) => isForetold);

  it('is marked as foretold where stages did not compute the gene, unless they fell back', async () => {
    const screen = await makeScreen();
    const rows = screenEvidence(screen, 'monocyte', 'remove').genes.map(({ gene }) => screen.plan.genes.indexOf(gene));
    expect(new Set(marked(screen))).toEqual(new Set([false]));
    const exact = rows.filter((_, i) => i % 3 === 0);
    const staged = (fellBack: string[]) =>
      ({ ...screen, stages: { exact, fellBack, agreement: [] } }) as unknown as ScreenResult;
    expect(marked(staged([]))).toEqual(rows.map((_, i) => i % 3 !== 0));
    expect(new Set(marked(staged(['remove'])))).toEqual(new Set([false]));
  });

  it('tells candidates that too few cells express, with how many do', async () => {
    const screen = await makeScreen();
    const { genes, cells } = screen.plan;
    const effects = screen.effects.remove as Float32Array;
    const perCell = effects.length / genes.length / cells.length;
    const told = (row: number) =>
      cells.flatMap((_, cell) => (Number.isNaN(effects[(row * cells.length + cell) * perCell]) ? [] : [cell]));
    const row = screenEvidence(screen, 'monocyte', 'remove')
      .genes.map(({ gene }) => genes.indexOf(gene))
      .find((each) => told(each).length > 4)!;
    const without = (dropped: readonly number[]) => {
      for (const cell of dropped)
        effects.fill(NaN, (row * cells.length + cell) * perCell, (row * cells.length + cell + 1) * perCell);
      return screenEvidence(screen, 'monocyte', 'remove');
    };
    const three = without(told(row).slice(3));
    expect(three.genes.find(({ gene }) => gene === genes[row])?.nCells).toBe(3);
    for (const { gene, nCells } of three.genes) expect(nCells).toBe(told(genes.indexOf(gene)).length);
    const two = without(told(row).slice(2));
    expect(two.genes.map(({ gene }) => gene)).not.toContain(genes[row]);
    expect(two.notRanked).toContainEqual({
      gene: genes[row].symbol,
      reason: `2 of ${cells.length} start cells express it, too few to remove it`,
    });
  });
});
