import { describe, expect, it } from 'vitest';
import type { ScreenPlan } from '#screen/types.ts';
import { goalMarkers } from '#ranking/goal-markers.ts';
import { log2FoldChanges, PSEUDO_COUNT } from '#singlecell/baselines/ranking/scores.ts';
import { groupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { memoryCounts } from '#singlecell/count-source.ts';

/** One cell of each state, ten genes; means and shares are set by hand. */
const genes = Array.from({ length: 10 }, (_, i) => ({ id: `G${i}`, symbol: `G${i}`, isTranscriptionFactor: false }));
const counts = memoryCounts({
  nGenes: 10,
  indptr: [0, 1, 2],
  indices: Int32Array.of(0, 0),
  data: Float32Array.of(1, 1),
});
const expression = await groupExpression(counts, [0, 1], 2);
const set = (gene: number, goalMean: number, goalShare: number) => {
  [expression.means[gene], expression.means[10 + gene]] = [1, goalMean];
  [expression.fractions[gene], expression.fractions[10 + gene]] = [1, goalShare];
};

describe('markers of the goal among null genes', () => {
  it('are higher in the goal, seen in a twentieth of its cells, no candidates, strongest first', () => {
    expression.means.fill(1);
    set(1, 2, 0.05);
    set(2, 4, 0.5);
    set(3, 8, 0.04);
    set(4, 1.3, 1);
    set(5, 8, 1);
    set(6, 8, 1);
    const of = (gene: number, isNull: boolean, isCandidate: boolean) => ({ geneId: `G${gene}`, isNull, isCandidate });
    const planned = [1, 2, 3, 4].map((gene) => of(gene, true, false));
    const plan = { genes: [...planned, of(5, false, true), of(6, true, true)] } as unknown as ScreenPlan;
    expect(goalMarkers(plan, genes, expression)).toEqual(['G2', 'G1']);
  });

  it('are 1.4 times as high at least, and ten at most, equal ones by id', () => {
    const many = {
      ...expression,
      nGenes: 14,
      means: new Float64Array(28).fill(1),
      fractions: new Float64Array(28).fill(1),
    };
    const raised = log2FoldChanges(many, 0, 1);
    expect(raised[0]).toBe(0);
    // 13 genes with the fold change of gene 0 and of 0.55, one with 0.45.
    const meanFor = (foldChange: number) => 2 ** foldChange * (1 + PSEUDO_COUNT) - PSEUDO_COUNT;
    for (let gene = 0; gene < 14; gene++) many.means[14 + gene] = meanFor(gene === 0 ? 0.45 : gene === 13 ? 2 : 0.55);
    const list = Array.from({ length: 14 }, (_, i) => ({ ...genes[0], id: `G${String(i).padStart(2, '0')}` }));
    const plan = { genes: list.toReversed().map(({ id }) => ({ geneId: id, isNull: true, isCandidate: false })) };
    const expected = ['G13', ...Array.from({ length: 9 }, (_, i) => `G0${i + 1}`)];
    expect(goalMarkers(plan as unknown as ScreenPlan, list, many)).toEqual(expected);
  });
});
