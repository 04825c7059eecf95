import { beforeAll, describe, expect, it } from 'vitest';
import { comparedGroups } from '#ranking/groups/compared-groups.ts';
import { GROUP_NUMBERS, groupStatistics, groupSummaries } from '#ranking/groups/group-statistics.ts';
import { effectOffset, effectsPerGene } from '#screen/states.ts';
import type { ScreenResult, StartCellGroup } from '#screen/types.ts';
import { makeScreen } from '../make-ranking.ts';

const N_CELLS = 24;
const cells = Array.from({ length: N_CELLS }, (_, cell) => cell);
const group = (kind: StartCellGroup['kind'], name: string, own: (cell: number) => boolean): StartCellGroup => ({
  kind,
  name,
  cells: cells.filter(own),
});
const [A, B] = [group('subgroup', 'A', (cell) => cell % 2 === 0), group('subgroup', 'B', (cell) => cell % 2 === 1)];
/** What gene 0 does in each cell; the numbers below are of the same values in scipy 1.10.1. */
const effectOf = (cell: number) => ((cell * 7) % 11) / 10 - 0.3 + (cell % 2 === 0 ? 0.4 : 0);
const query = { operator: 'over-express', goal: 'monocyte', readOut: 'embedding-shift' } as const;

let made: ScreenResult;
beforeAll(async () => {
  made = await makeScreen({ nCells: N_CELLS, goals: ['monocyte'], alternatives: 'none', operators: ['over-express'] });
});

/** The made screen with other replicates and groups; gene 0 as above, gene 1 as given, all others still. */
function screenOf(
  unit: 'donor' | 'cell',
  cellsPerDonor: number,
  groups: StartCellGroup[],
  second: (cell: number) => number = () => 0,
): ScreenResult {
  const screen = structuredClone(made);
  const { plan } = screen;
  Object.assign(plan, {
    replicates: cells.map((cell) => (unit === 'donor' ? Math.floor(cell / cellsPerDonor) : cell)),
    nReplicates: unit === 'donor' ? N_CELLS / cellsPerDonor : N_CELLS,
    replicateUnit: unit,
    startCellGroups: groups,
  });
  const effects = screen.effects['over-express'] as Float32Array | Float64Array;
  effects.fill(0);
  const stride = effectsPerGene(plan, screen.readOuts);
  const at = effectOffset(plan, screen.readOuts, 'monocyte') + screen.readOuts.indexOf('embedding-shift');
  [effectOf, second].forEach((value, gene) => {
    for (const cell of cells) effects[(gene * N_CELLS + cell) * stride + at] = value(cell);
  });
  return screen;
}

function told(screen: ScreenResult, gene: number, g: number) {
  const { effects, numbers, groups } = groupStatistics(screen, query);
  const at = gene * groups.length + g;
  const own = numbers.subarray(at * GROUP_NUMBERS.length, (at + 1) * GROUP_NUMBERS.length);
  const named = Object.fromEntries(GROUP_NUMBERS.map((name, i) => [name, own[i]]));
  return { effect: effects[at], ...named } as Record<'effect' | (typeof GROUP_NUMBERS)[number], number>;
}

describe('sub-groups of donors', () => {
  it('are compared within the donors that have cells of both: scipy ttest_rel of donors’ means', () => {
    const screen = screenOf('donor', 6, [A, B]);
    const { effect, low, high, difference, differenceLow, differenceHigh, pValue } = told(screen, 0, 0);
    expect(effect).toBeCloseTo(0.5583333, 6);
    expect([low, high].map((one) => one.toFixed(6))).toEqual(['0.340177', '0.776489']);
    expect(difference).toBeCloseTo(0.3416667, 6);
    expect(pValue).toBeCloseTo(0.033637987, 7);
    expect([differenceLow, differenceHigh].map((one) => one.toFixed(6))).toEqual(['0.049942', '0.633391']);
    const mirrored = told(screen, 0, 1);
    expect(mirrored.difference).toBeCloseTo(-0.3416667, 6);
    expect(mirrored.pValue).toBe(pValue);
  });

  it('are compared by donors where no donor has cells of both, with the degrees of freedom of the smaller side', () => {
    const [few, many] = [group('label', 'early', (cell) => cell < 9), group('label', 'late', (cell) => cell >= 9)];
    const screen = screenOf('donor', 3, [few, many]);
    expect(comparedGroups(screen.plan).map(({ test }) => test)).toEqual(['donors', 'donors']);
    const { difference, pValue } = told(screen, 0, 0);
    expect(difference).toBeCloseTo(0.02, 6);
    expect(pValue).toBeCloseTo(0.849749373, 6);
  });

  it('of two donors are told, not compared', () => {
    const screen = screenOf('donor', 12, [A, B]);
    expect(comparedGroups(screen.plan).map(({ test }) => test)).toEqual([null, null]);
    const { effect, low, pValue } = told(screen, 0, 0);
    expect(effect).toBeGreaterThan(0);
    expect(low).toBeLessThan(effect);
    expect(pValue).toBeNaN();
  });

  it('weigh each donor alike, whatever its number of cells', () => {
    const lopsided = group('subgroup', 'mostly donor 1', (cell) => cell < 6 || cell % 6 === 0);
    const screen = screenOf('donor', 6, [lopsided], (cell) => (cell < 6 ? 1 : 0));
    expect(told(screen, 1, 0).effect).toBe(0.25);
  });
});

describe('sub-groups where cells are the replicate', () => {
  it('are compared by cells: Welch’s statistic of scipy, 11 degrees of freedom', () => {
    const { difference, differenceLow, differenceHigh, pValue, low, high } = told(screenOf('cell', 1, [A, B]), 0, 0);
    expect(difference).toBeCloseTo(0.3416667, 6);
    expect(pValue).toBeCloseTo(0.029516124, 7);
    expect([differenceLow, differenceHigh].map((one) => one.toFixed(6))).toEqual(['0.040843', '0.642490']);
    expect([low, high].map((one) => one.toFixed(6))).toEqual(['0.337472', '0.779195']);
  });

  it('get percentiles of a bootstrap from 20 cells on, the same each time', () => {
    const all = group('subgroup', 'all', () => true);
    const screen = screenOf('cell', 1, [all]);
    const first = told(screen, 0, 0);
    expect(told(screen, 0, 0)).toEqual(first);
    const mean = cells.reduce((sum, cell) => sum + effectOf(cell) / N_CELLS, 0);
    expect(first.low).toBeLessThan(mean);
    expect(first.high).toBeGreaterThan(mean);
    expect(first.high - first.low).toBeLessThan(0.35);
    expect(comparedGroups(screen.plan)[0].test).toBeNull();
  });

  it('of fewer than five cells are not compared', () => {
    const [four, rest] = [group('label', 'x', (cell) => cell < 4), group('label', 'y', (cell) => cell >= 4)];
    expect(comparedGroups(screenOf('cell', 1, [four, rest]).plan).map(({ test }) => test)).toEqual([null, null]);
  });
});

describe('every group', () => {
  const donors = [0, 1, 2, 3].map((d) => group('donor', String(d + 1), (cell) => Math.floor(cell / 6) === d));

  it('that is a donor has the interval of its cells and no comparison', () => {
    const screen = screenOf('donor', 6, [...donors, A, B]);
    const { effect, low, high, pValue } = told(screen, 0, 1);
    expect(effect).toBeCloseTo(0.35, 6);
    expect([low, high].map((one) => one.toFixed(6))).toEqual(['-0.103813', '0.803813']);
    expect(pValue).toBeNaN();
  });

  it('has a false discovery rate over candidates and groups of its kind, and none for genes that reach too few cells', () => {
    const screen = screenOf('donor', 6, [...donors, A, B], (cell) => (cell < 2 ? 0.1 : 0));
    screen.plan.genes[0].isCandidate = true;
    const { fdr, pValue } = told(screen, 0, 4);
    // The same test twice, once from each side.
    expect(fdr).toBeCloseTo(pValue, 8);
    expect(told(screen, 1, 4).pValue).toBeNaN();
    const summaries = groupSummaries(groupStatistics(screen, query));
    expect(summaries.map(({ name, nCompared, nDiffer }) => [name, nCompared, nDiffer])).toEqual([
      ...donors.map(({ name }) => [name, 0, 0]),
      ['A', 1, 1],
      ['B', 1, 1],
    ]);
    screen.plan.genes[0].isCandidate = false;
    expect(told(screen, 0, 4).fdr).toBeNaN();
  });

  it('that no cell tells of has nothing to say', () => {
    const screen = screenOf('cell', 1, [A, B], (cell) => (cell % 2 === 0 ? NaN : 1));
    const { effects, nCells } = groupStatistics(screen, query);
    expect([nCells[2], nCells[3]]).toEqual([0, 12]);
    expect([effects[2], effects[3]]).toEqual([NaN, 1]);
  });
});
