import { describe, expect, it } from 'vitest';
import { type ScreenCase, SCREENS } from './bench-case.ts';
import { screenPage } from './markdown.ts';
import {
  agreementOfAll,
  linesOf,
  type PublishedTiming,
  recallOfTop,
  rowFacts,
  type ScreenRow,
  type ScreenTiming,
} from './report.ts';

const given: ScreenCase = {
  preset: 'demo',
  nCells: 4,
  trainingSteps: 1,
  batchSize: 1,
  finetuningEpochs: 0,
  publishedPasses: 8,
  tasks: SCREENS,
};
const screen = (seconds: number, means: (number | null)[]): ScreenTiming => ({
  seconds,
  cpuSeconds: 2 * seconds,
  stages: [{ stage: 'screen', seconds, cpuSeconds: 2 * seconds }],
  nPasses: 1000,
  scaledFrom: null,
  nGenes: means.length,
  nTold: means.filter((mean) => mean !== null).length,
  nCells: 4,
  lengths: [3, 1, 2, 2],
  agreement: null,
  fellBack: [],
  adaptive: [],
  isCandidate: means.map((_, row) => row > 0),
  goals: ['goal'],
  means: [means],
  peakBytes: 2 ** 30,
});
const published = (secondsPerPass: number): PublishedTiming => ({
  batchSize: 1,
  secondsPerPass,
  cpuSecondsPerPass: 2 * secondsPerPass,
  nPasses: 8,
  length: 256,
  firstCls: [1, -2],
  peakBytes: 2 ** 29,
});
const row: ScreenRow = {
  case: given,
  device: 'cpu',
  trainingSeconds: 10,
  screens: {
    exact: screen(10, [9, -3, 2, null, 1]),
    'exact-remove': 'it ended with 1',
    'two-stage': screen(1, [9, -3, 1, null, 2]),
    adaptive: screen(0.5, [9, -3, 1, null, 2]),
  },
  published: { engine: published(0.05), pytorch: published(0.1) },
};

describe('the table', () => {
  it('counts candidates of large effect, whatever their sign, that both screens lead with', () => {
    const [exact, staged] = [row.screens.exact, row.screens['two-stage']] as ScreenTiming[];
    expect(recallOfTop(exact, staged, 1)).toBe(1);
    expect(recallOfTop(exact, staged, 2)).toBe(0.5);
    expect(recallOfTop(exact, staged, 3)).toBe(1);
    expect(agreementOfAll(exact, staged)).toBeCloseTo(0.8, 10);
  });

  it('scales the published passes to those of the exact screen', () => {
    const lines = linesOf(row);
    expect(lines[0].slice(1, 9)).toEqual([
      'exact, mask', '1,000', '10.0 (20.0)', '360,000', '10.0 (10.0)', '5.00 (5.00)', '–', '–',
    ]); // prettier-ignore
    expect(lines[1][2]).toBe('it ended with 1');
    const lineOf = (name: string) => lines.find(([, procedure]) => procedure === name)!;
    expect(lineOf('adaptive stages, remove')[2]).toBe('not run');
    expect(lineOf('two stages, mask').slice(5, 9)).toEqual(['100 (100)', '50.0 (50.0)', '1.00', '0.800']);
    expect(lines.at(-1)!.slice(1, 4)).toEqual(['published, PyTorch, scaled from 8 passes', '1,000', '100 (200)']);
  });

  it('scales them to the passes that the same question takes', () => {
    const over = { ...screen(10, [9, -3, 2, null, 1]), nPasses: 3000 };
    const screens = { ...row.screens, 'exact-over': over, 'adaptive-over': { ...over, nPasses: 20, seconds: 1 } };
    const [, , , exact, adaptive] = linesOf({
      ...row,
      screens,
      case: { ...given, tasks: ['exact', 'adaptive', 'exact-remove', 'exact-over', 'adaptive-over'] },
    });
    expect(exact.slice(1, 6)).toEqual(['exact, over-express', '3,000', '10.0 (20.0)', '1,080,000', '30.0 (30.0)']);
    expect(adaptive.slice(1, 6)).toEqual([
      'adaptive stages, over-express', '20', '1.0 (20.0)', '10,800,000', '300 (30.0)',
    ]); // prettier-ignore
  });

  it('tells recall of a sample apart from recall of all', () => {
    const exact = { ...screen(10, [null, -3, 2, null, 1]), scaledFrom: { genes: 3, passes: 100 } };
    const sampled: ScreenRow = { ...row, screens: { exact, adaptive: screen(0.5, [9, -3, 1, 7, 2]) } };
    const lines = linesOf({ ...sampled, case: { ...given, tasks: ['exact', 'adaptive'] } });
    expect(lines[0][1]).toBe('exact, mask, scaled from 100 passes');
    expect(lines[1].slice(7, 9)).toEqual(['–', '0.500 of the sample']);
    expect(rowFacts({ ...sampled, case: { ...given, tasks: ['exact', 'adaptive'] } })[1]).toContain(
      '3 random genes were computed exactly in all start cells',
    );
  });

  it('says on its page what it cannot know', () => {
    const without: ScreenRow = { ...row, published: { ...row.published, pytorch: 'skipped: no PyTorch' } };
    const page = screenPage({ loadBefore: 99, threads: 2, torch: null, rows: [without] }, 'npm run bench -- screen');
    expect(page).toContain('absent, its rows were skipped');
    expect(page).toContain('**Provisional');
    expect(page).toContain('| demo, 4 cells | published, PyTorch | skipped: no PyTorch |');
  });
});
