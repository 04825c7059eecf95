import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { TYPICAL } from '../statistics/synthetic-screen.ts';
import { CORRECTIONS, foretoldScales, inScale, scalesOf } from './corrections.ts';
import { DRAW_RULES } from './draws.ts';
import { anatomyOf, following } from './follows.ts';
import { deepScreen, DEPTH_WORLDS, measureMadeUp } from './made-up.ts';
import { type CellReads, type DepthMatrix, rowMeans, takeCells } from './matrix.ts';

const reads = (counts: number[], goalCounts: number): CellReads => ({
  counts,
  genes: counts,
  read: counts.map(() => 256),
  goalCounts,
});
const named = (name: string) => CORRECTIONS.find((one) => one.name === name)!;

describe('corrections for depth', () => {
  const matrix: DepthMatrix = {
    effects: Float64Array.of(1, 2, 4, 8),
    nulls: Float64Array.of(1, 2, 4, 8, -2, 1, NaN, 3),
    nCells: 4,
  };
  const depth = reads([100, 200, 400, 1000], 300);

  it('scale a cell by the root mean square of its null genes (numpy 1.24.2)', () => {
    const golden = [1.5811388300841898, 1.5811388300841898, 4, 6.041522986797286];
    [...scalesOf(matrix)].forEach((scale, cell) => expect(scale).toBeCloseTo(golden[cell], 12));
    expect(inScale(matrix).effects[3]).toBeCloseTo(8 / golden[3], 12);
  });

  it('foretell a scale from counts, and set each gene at the depth of the goal (numpy 1.24.2 polyfit)', () => {
    const scales = foretoldScales([3, 2, 2, 1], depth.counts);
    const golden = [3.0176743262427537, 2.222692070889867, 1.637141556010065, 1.0928066908466048];
    golden.forEach((scale, cell) => expect(scales[cell]).toBeCloseTo(scale, 12));
    const moved = named('each gene by regression, at the depth of the goal').of(matrix, depth).effects;
    [4.374793281917866, 3.245535788202817, 3.116278294487768, 4.3015529922963935].forEach((effect, cell) =>
      expect(moved[cell]).toBeCloseTo(effect, 12),
    );
  });

  it('weigh cells so that the mean of a row is the weighted mean', () => {
    const { effects } = named('cells weighted by counts').of(matrix, depth);
    expect(rowMeans(effects, 4)[0]).toBeCloseTo((100 + 400 + 1600 + 8000) / 1700, 12);
    const middle = named('the half of the cells in the middle of depth').of(matrix, depth);
    expect([...middle.effects]).toEqual([NaN, 2, 4, NaN]);
  });

  it('take cells in the order asked for', () => {
    expect([...takeCells(matrix, [3, 0]).nulls]).toEqual([8, 1, 3, -2]);
  });
});

describe('draws of start cells', () => {
  it.each(Object.entries(DRAW_RULES))('%s: 24 and 24 without a cell in common', (_name, rule) => {
    const byDepth = Array.from({ length: 96 }, (_, cell) => 95 - cell);
    const [first, second] = rule(byDepth, new CounterRandom(1, 'draws'), 3);
    expect([first.length, second.length, new Set([...first, ...second]).size]).toEqual([24, 24, 48]);
    expect([...first, ...second].every((cell) => cell >= 0 && cell < 96)).toBe(true);
  });
});

describe('made-up screens', () => {
  const small = { nCandidates: 120, nNull: 80 };
  const world = {
    ...TYPICAL,
    ...small,
    nDonors: 1,
    cellsPerDonor: 24,
    knowsDonors: false,
    seed: 7,
    planted: { n: 20, effect: 12 },
  };
  const worldOf = (name: string) => DEPTH_WORLDS.find((one) => one.name === name)!;
  const made = (name: string) => {
    const { screen, reads: own } = deepScreen(world, worldOf(name));
    const all = Float64Array.from(screen.effects['over-express']!);
    const nFirst = small.nCandidates * 24;
    return { matrix: { effects: all.slice(0, nFirst), nulls: all.slice(nFirst), nCells: 24 }, reads: own };
  };

  it('follow counts as they were made to', () => {
    const [alike, factor, read] = [
      'nothing follows counts',
      'one factor of the cell',
      'deep cells read fewer genes',
    ].map(made);
    expect(following(alike.matrix, alike.reads.counts).n).toBeLessThan(5);
    expect(anatomyOf(factor.matrix, factor.reads).exponent).toBeCloseTo(-1, 0);
    expect(following(factor.matrix, factor.reads.counts).n).toBeGreaterThan(10);
    expect(following(inScale(factor.matrix), factor.reads.counts).n).toBeLessThan(5);
    const { unread } = anatomyOf(read.matrix, read.reads);
    expect(unread[1]).toBeGreaterThan(unread[0] + 0.1);
  });

  it('give a false finding no more often for a correction by scale', () => {
    const rates = measureMadeUp(worldOf('one factor of the cell'), named('divided by the scale of the cell'), {
      nScreens: 40,
      planted: 0,
      world: small,
    });
    // Golden: scipy 1.10.1 stats.binom.ppf(.975, 40, .05) = 5.
    expect(rates.anyWrong).toBeLessThanOrEqual(5 / 40);
  });
});
