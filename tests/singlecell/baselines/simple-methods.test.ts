import { describe, expect, it } from 'vitest';
import { groupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import {
  expressedPercentiles,
  linearScreen,
  principalComponents,
} from '#singlecell/baselines/ranking/linear-screen.ts';
import { specificFoldChanges, specificities } from '#singlecell/baselines/ranking/specificity.ts';
import { targetShifts } from '#singlecell/baselines/ranking/target-shift.ts';
import { welchStatistics } from '#singlecell/baselines/ranking/welch.ts';
import { memoryCounts } from '#singlecell/count-source.ts';

/** Seven cells of three groups, five genes. Golden numbers: numpy 1.24 and scipy 1.10.1 on the same table. */
const TABLE = [
  [3, 0, 1, 0, 6],
  [1, 0, 0, 2, 7],
  [4, 1, 0, 0, 5],
  [0, 6, 0, 3, 1],
  [1, 9, 0, 0, 0],
  [0, 4, 2, 2, 2],
  [0, 0, 8, 0, 2],
];
const seen = TABLE.map((row) => row.flatMap((count, gene) => (count > 0 ? [{ gene, count }] : [])));
const counts = memoryCounts({
  nGenes: 5,
  indptr: seen.reduce((ends, row) => [...ends, ends[ends.length - 1] + row.length], [0]),
  indices: Int32Array.from(seen.flat(), ({ gene }) => gene),
  data: Float32Array.from(seen.flat(), ({ count }) => count),
});
const expression = await groupExpression(counts, [0, 0, 0, 1, 1, 1, 2], 3);
const cells = Int32Array.from(TABLE, (_, cell) => cell);
const close = (values: Float64Array, golden: number[], digits = 9) =>
  golden.forEach((number, i) => expect(values[i]).toBeCloseTo(number, digits));

describe('simple methods beside a ranking', () => {
  it('Welch: scipy.stats.ttest_ind(equal_var=False)', () => {
    close(
      expression.logVariances.slice(0, 5),
      [0.5346555145848679, 15.9102975335703, 15.910297533570299, 19.260439150738343, 0.028359868971223265],
    );
    close(
      welchStatistics(expression, 0, 1),
      [-2.320797848752903, 2.7634451884215587, 0.06743120890656, 0.7345667006808325, -1.5867747623519972],
    );
    expect([...welchStatistics(expression, 2, 2)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('specificity: 1 − scipy.spatial.distance.jensenshannon(base=2)', () => {
    close(
      specificities(expression, 1),
      [0.14008902062457695, 0.8404304134908783, 0.10246723262422142, 0.5998594068342831, 0.14008902062457695],
    );
    close(
      specificFoldChanges(expression, 0, 1),
      [-2.999810662250984, 3.569915189733853, 0.10245614669875579, 0.7929320612825181, -2.5849023901810013],
    );
  });

  it('is 1 for a gene of one group, 0 for one seen only elsewhere or nowhere', async () => {
    const one = await groupExpression(
      memoryCounts({ nGenes: 3, indptr: [0, 1, 2], indices: Int32Array.of(0, 1), data: Float32Array.of(2, 2) }),
      [0, 1],
      2,
    );
    expect([...specificities(one, 1)]).toEqual([0, 1, 0]);
  });

  it('linear screen: numpy.linalg.svd of centred log counts, two components', async () => {
    const components = await principalComponents(counts, cells, { seed: 0, nComponents: 2 });
    close(
      linearScreen(expression, 0, 1, components, { kind: 'delete' }),
      [3.755018187522892, -1.4151853484703414, 0.46663697479773747, -1.45930285202312, 1.0295572444196381],
      5,
    );
    const doses = await expressedPercentiles(counts, cells, { seed: 0, percentile: 0.9 });
    close(doses, [8.208019979832175, 8.983468093176814, 8.710137917196844, 7.92564114326904, 8.776744837983355], 5);
    close(
      linearScreen(expression, 0, 1, components, { kind: 'raise', doses }),
      [-0.22881498920770127, 4.10531993649567, -1.2982855926904644, 3.1053459648919213, -0.010241977179170006],
      5,
    );
  });

  it('target shift: signed mean over at least three targets, the factor itself left out', () => {
    const edge = (gene: number, sign: 1 | -1 = 1) => ({ gene, sign });
    const targets = new Map([
      [0, [edge(1), edge(2, -1), edge(3)]],
      [1, [edge(1), edge(2), edge(3)]],
    ]);
    const shifts = targetShifts([9, 1, 2, 4], targets);
    expect(shifts[0]).toBeCloseTo((1 - 2 + 4) / 3, 12);
    expect([...shifts.slice(1)]).toEqual([NaN, NaN, NaN]);
  });
});
