import { describe, expect, it } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { CASES, SOURCES } from './cases.ts';
import { compareOrders, leaveOneOut, type Scored } from './composites.ts';
import { chancePrecision, mean, measure, summarise } from './measure.ts';
import type { StudyTask } from './read-project.ts';

const task = (change: Partial<StudyTask> = {}): StudyTask => {
  const symbols = Array.from({ length: 60 }, (_, gene) => `G${gene}`);
  return {
    case: 'a',
    biology: 'x',
    seed: 0,
    start: 's',
    goal: 'g',
    symbols,
    tokenIds: symbols.map((_, gene) => gene),
    detections: symbols.map(() => 100),
    isKnown: symbols.map((_, gene) => [0, 2, 19, 55].includes(gene)),
    nKnown: 5,
    notMeasured: [],
    simple: {},
    model: [],
    ...change,
  };
};
const descending = ({ symbols }: StudyTask) => symbols.map((_, gene) => -gene);

describe('measures of the study', () => {
  it('count what a ranking finds; one that is not ranked counts as missed', () => {
    // Ranks 1, 3, 20 and 56: (1/1 + 2/3 + 3/20 + 4/56) / 5
    expect(measure(task(), descending(task()))).toEqual({
      precision: expect.closeTo((1 + 2 / 3 + 3 / 20 + 4 / 56) / 5, 12) as number,
      at10: 2,
      at20: 3,
      at50: 3,
      known: 5,
    });
  });

  it('expect of chance what random orders find', () => {
    const random = new CounterRandom(0, 'chance-precision');
    const drawn = Array.from({ length: 4000 }, (_, i) =>
      measure(
        task(),
        Float64Array.from({ length: 60 }, (_, gene) => random.uniform(60 * i + gene)),
      ),
    );
    expect(chancePrecision(task())).toBeCloseTo(mean(drawn.map(({ precision }) => precision)), 2);
  });

  it('give every data set the same say, and seeds of a fate none of their own', () => {
    const tasks = [task(), task({ seed: 1 }), task({ goal: 'h' }), task({ case: 'b', biology: 'y' })];
    const { byCase, precision } = summarise(tasks, (one) => (one.case === 'a' ? descending(one) : one.tokenIds));
    expect(byCase.get('a')).toMatchObject({ known: 10, at10: 4 });
    expect(precision).toBeCloseTo(mean([...byCase.values()].map((one) => one.precision)), 12);
  });

  it('test what was chosen on others', () => {
    const scored = (name: string, values: number[]): Scored => ({
      witnesses: [name as 'fold-change'],
      byBiology: new Map(['x', 'y', 'z'].map((biology, i) => [biology, values[i]])),
    });
    const folds = leaveOneOut([scored('fold-change', [0.9, 0.1, 0.2]), scored('t-statistic', [0.3, 0.3, 0.3])]);
    expect(folds.map(({ left, chosen: [witness], tested }) => [left, witness, tested])).toEqual([
      ['x', 't-statistic', 0.3],
      ['y', 'fold-change', 0.1],
      ['z', 'fold-change', 0.2],
    ]);
  });

  it('tell a difference with what other fates might have said', () => {
    const tasks = ['x', 'y'].flatMap((biology) => [
      task({ case: biology, biology }),
      task({ case: biology, biology, goal: 'h' }),
    ]);
    const same = compareOrders(tasks, descending, descending);
    expect(same).toEqual({ mean: 0, low: 0, high: 0, better: 0, worse: 0 });
    const better = compareOrders(tasks, descending, (one) => one.tokenIds);
    expect(better).toMatchObject({ better: 4, worse: 0 });
    expect(better.low).toBeGreaterThan(0);
  });
});

describe('known regulators of the study', () => {
  it('have a source each, save those of the shipped blood list', () => {
    const genes = CASES.filter(({ name }) => name !== 'blood').flatMap(({ known }) =>
      known.flatMap((list) => list.genes),
    );
    expect(genes.filter((gene) => !SOURCES[gene])).toEqual([]);
  });

  it('belong to fates that are screened', () => {
    for (const { starts, goals, known } of CASES)
      for (const { start, goal } of known) {
        expect(starts).toContain(start);
        expect(goals).toContain(goal);
      }
  });
});
