/** The study of depth as Markdown tables: docs/reference/screen-study-depth.md takes them as they are. */
import { depthDependence } from '#ranking/depth-dependence.ts';
import { compareOrders } from '../screen/composites.ts';
import { mean } from '../screen/measure.ts';
import type { StudyTask } from '../screen/read-project.ts';
import { differenceCells, summaryTable, table } from '../screen/report.ts';
import { AS_IT_IS, CORRECTIONS, inScale, onlyRead } from './corrections.ts';
import { anatomyOf, following, RATIO_PERCENTILES } from './follows.ts';
import { LENGTHS, type Unread } from './reading.ts';
import { DRAW_RULES, measureDraws } from './draws.ts';
import { DEPTH_WORLDS, measureMadeUp } from './made-up.ts';
import {
  composite,
  correct,
  type Corrected,
  type CorrectionResult,
  meanByCase,
  measureCorrection,
  shrunk,
} from './measure-corrections.ts';
import { cellsMoved, type DepthMatrix } from './matrix.ts';
import { type DepthTask, LOOKED_AT } from './read-depth.ts';

const NAMES = { 'over-express': 'over-expression', 'to-rank': 'front of the cell' } as const;

export function anatomyMarkdown(tasks: readonly DepthTask[]): string {
  return ['### What follows depth', fates(tasks), halves(tasks)].join('\n\n');
}

/** Sums over the fates of a run from one start. */
function fates(tasks: readonly DepthTask[]): string {
  const keyOf = ({ task }: DepthTask) => [`${task.case}-${String(task.seed)}`, task.start];
  const keys = [...new Set(tasks.map((one) => keyOf(one).join('\t')))];
  const rows = LOOKED_AT.flatMap((operator) =>
    keys.map((key) => {
      const own = tasks.filter((one) => keyOf(one).join('\t') === key);
      const found = own.map(({ matrices, reads }) => {
        const matrix = matrices[operator]!;
        const { counts } = reads;
        const { nTested, nByReading, nWithin } = depthDependence(cellsOf(matrix), counts, null);
        return {
          ...following(matrix, counts),
          ...anatomyOf(matrix, reads),
          nTested,
          nByReading,
          nWithin,
          inScale: following(inScale(matrix), counts).n,
          both: following(inScale(onlyRead(matrix)), counts).n,
        };
      });
      type Found = (typeof found)[number];
      const sum = (pick: (one: Found) => number) => String(found.reduce((total, one) => total + pick(one), 0));
      const middle = (pick: (one: Found) => number) => decimal(mean(found.map(pick)));
      return [
        NAMES[operator],
        ...key.split('\t'),
        String(own.length),
        `${sum(({ n }) => n)} of ${sum(({ nTested }) => nTested)}`,
        sum(({ less }) => less),
        sum(({ nByReading }) => nByReading),
        sum(({ inScale: n }) => n),
        sum(({ nWithin }) => nWithin),
        sum(({ both }) => both),
        middle(({ scaleWithCounts }) => scaleWithCounts),
        `${middle(({ exponent }) => exponent)} (${middle(({ explained }) => explained)})`,
        middle(({ slopeWithEffect }) => slopeWithEffect),
      ];
    }),
  );
  return table(
    [
      'operator',
      'run',
      'start',
      'fates',
      'genes that follow counts',
      'less far in deep cells',
      'by whether they are read',
      'left in the scale of the cell',
      'left in cells that read them',
      'left with both',
      'scale of a cell with its counts',
      'exponent (share explained)',
      'slope of a gene with its effect',
    ],
    rows,
  );
}

/** As a ranking looks at them: each cell is its own replicate. */
function cellsOf({ effects, nCells }: DepthMatrix) {
  return {
    effects,
    nGenes: effects.length / nCells,
    nCells,
    replicates: Array.from({ length: nCells }, (_, cell) => cell),
    nReplicates: nCells,
  };
}

function halves(tasks: readonly DepthTask[]): string {
  const names = [...new Set(tasks.map(({ task }) => task.case))];
  const rows = LOOKED_AT.flatMap((operator) =>
    names.map((name) => {
      const own = tasks.filter(({ task }) => task.case === name);
      const found = own.map(({ matrices, reads }) => anatomyOf(matrices[operator]!, reads));
      const of = (pick: (one: (typeof found)[number]) => number) => decimal(mean(found.map(pick)));
      const read = found.map(({ scaleWithRead }) => scaleWithRead);
      return [
        NAMES[operator],
        name,
        of(({ spreadOfCounts }) => spreadOfCounts),
        of(({ goalOverStart }) => goalOverStart),
        ...RATIO_PERCENTILES.map((_, i) => of(({ ratios }) => ratios[i])),
        `${of(({ unread }) => unread[0])}, ${of(({ unread }) => unread[1])}`,
        operator === 'over-express' ? rate(mean(own.map(({ atDose }) => atDose))) : '–',
        read.includes(null) ? '–' : decimal(mean(read as number[])),
      ];
    }),
  );
  return table(
    [
      'operator',
      'data set',
      'counts: 90th / 10th percentile',
      'counts: goal / start',
      ...RATIO_PERCENTILES.map((percent) => `deep / shallow at ${percent} %`),
      'share of effects that are 0: shallow, deep',
      'of which the gene has the dose already',
      'scale with genes read',
    ],
    rows,
  );
}

export function correctionMarkdown(tasks: readonly DepthTask[]): string {
  const parts = LOOKED_AT.map((operator) => {
    const results = CORRECTIONS.map((correction) => measureCorrection(tasks, operator, correction));
    const cases = [...results[0].model.byCase.keys()];
    const share = ({ following: found }: CorrectionResult) =>
      cases.map((name) => (found ? percent(found.get(name)!) : '–'));
    const stability = table(
      [
        'read-out',
        'like the order as it is',
        'two halves',
        'two seeds',
        ...cases.map((name) => `follow counts, ${name}`),
      ],
      results.map((one) => [
        one.correction.name,
        decimal(one.likeBefore),
        one.splitHalf.toFixed(3),
        one.seeds.toFixed(3),
        ...share(one),
      ]),
    );
    const orders = (['model', 'shrunk', 'composite'] as const).map(
      (of) =>
        `${ORDERS[of]}\n\n${summaryTable(
          'read-out',
          results.map((one) => [one.correction.name, one[of]]),
        )}`,
    );
    return [`### Corrections, ${NAMES[operator]}`, stability, ...orders].join('\n\n');
  });
  return parts.join('\n\n');
}

const ORDERS = {
  model: 'Mean effect alone:',
  shrunk: 'As the composite takes it (shrunk by detections):',
  composite: 'The default composite with it:',
} as const;

export function readingMarkdown(found: ReadonlyMap<string, readonly Unread[]>): string {
  return [
    '### Raised genes that are not read, by the length of the model',
    'Share of the candidates at their dose, in the shallower and in the deeper half of the start cells of the first seed. No model is asked.',
    table(
      ['data set', ...LENGTHS.map((length) => `${String(length)} genes of a cell`)],
      [...found].map(([name, unread]) => [
        name,
        ...LENGTHS.map((length) => {
          const one = unread.find((each) => each.length === length);
          return one ? `${percent(one.shallow)}, ${percent(one.deep)}` : '–';
        }),
      ]),
    ),
  ].join('\n\n');
}

export function dosesMarkdown(standard: readonly DepthTask[], byDepth: readonly DepthTask[]): string {
  const rows = [
    ['dose: a value', standard, 'over-express'],
    ['dose by depth', byDepth, 'over-express'],
    ['front of the cell', standard, 'to-rank'],
  ] as const;
  const results = rows.map(([name, tasks, operator]) => ({
    name,
    unread: [0, 1].map((half) =>
      mean([
        ...meanByCase(tasks, ({ matrices, reads }) => anatomyOf(matrices[operator]!, reads).unread[half]).values(),
      ]),
    ),
    neverRead: meanByCase(tasks, ({ matrices }) => {
      const { effects, nCells } = matrices[operator]!;
      const moved = cellsMoved(effects, nCells);
      return moved.filter((n) => n === 0).length / moved.length;
    }),
    ...measureCorrection(tasks, operator, AS_IT_IS),
  }));
  const cases = [...results[0].model.byCase.keys()];
  const stability = table(
    [
      'operator',
      'effects of 0: shallow, deep',
      'two halves',
      'two seeds',
      ...cases.map((name) => `follow counts, ${name}`),
      ...cases.map((name) => `read by no cell, ${name}`),
    ],
    results.map((one) => [
      one.name,
      one.unread.map(percent).join(', '),
      one.splitHalf.toFixed(3),
      one.seeds.toFixed(3),
      ...cases.map((name) => percent(one.following!.get(name)!)),
      ...cases.map((name) => percent(one.neverRead.get(name)!)),
    ]),
  );
  const orders = (['model', 'shrunk', 'composite'] as const).map(
    (of) =>
      `${ORDERS[of]}\n\n${summaryTable(
        'operator',
        results.map((one) => [one.name, one[of]]),
      )}`,
  );
  return ['### Doses by depth', stability, ...orders, differences(standard, byDepth)].join('\n\n');
}

/** Each dose beside the other, fate by fate. */
function differences(standard: readonly DepthTask[], byDepth: readonly DepthTask[]): string {
  const correctedOf = (tasks: readonly DepthTask[]) => {
    const found = new Map(tasks.map((one) => [one.task, correct(one, 'over-express', AS_IT_IS)]));
    return (task: StudyTask) => found.get(task)!;
  };
  const [before, after] = [correctedOf(standard), correctedOf(byDepth)];
  const rows = (
    [
      ['mean effect alone', ({ effect }: Corrected) => effect],
      ['as the composite takes it', shrunk],
      ['default composite', composite],
    ] as const
  ).map(([name, order]) => [
    name,
    ...differenceCells(
      compareOrders(
        byDepth.map(({ task }) => task),
        (task) => order(after(task)),
        (task) => order(before(task)),
      ),
    ),
  ]);
  return [
    'Average precision by depth less that by value; every biology has the same say, the interval resamples biologies and fates:',
    table(['order', 'mean difference', '95 % interval', 'fates better', 'fates worse'], rows),
  ].join('\n\n');
}

export function drawsMarkdown(tasks: readonly DepthTask[]): string {
  const names = [...new Set(tasks.map(({ task }) => task.case))];
  const rows = Object.entries(DRAW_RULES).map(([name, rule]) => {
    const byCase = names.map((one) =>
      measureDraws(
        tasks.filter(({ task }) => task.case === one),
        rule,
      ),
    );
    const told = byCase.filter((one) => one !== null);
    const of = (key: 'alike' | 'likeAll' | 'precision') => mean(told.map((one) => one[key])).toFixed(3);
    return [
      name,
      of('alike'),
      of('likeAll'),
      percent(mean(told.map((one) => one.following))),
      of('precision'),
      ...byCase.map((one) => (one ? `${one.alike.toFixed(2)} · ${one.precision.toFixed(3)}` : '–')),
    ];
  });
  return [
    '### Start cells drawn with regard to depth',
    table(
      [
        '24 start cells of 96',
        'two draws alike',
        'a draw like all 96',
        'genes that follow counts',
        'average precision',
        ...names.map((one) => `${one}: alike · precision`),
      ],
      rows,
    ),
  ].join('\n\n');
}

/** Effect of a regulator in standard deviations of what random genes do. */
const PLANTED = 8;

export function madeUpMarkdown(nScreens: number): string {
  const rows = DEPTH_WORLDS.flatMap((world) =>
    CORRECTIONS.map((correction) => {
      const nothing = measureMadeUp(world, correction, { nScreens, planted: 0, world: { shape: 't3' } });
      const found = measureMadeUp(world, correction, { nScreens: Math.ceil(nScreens / 4), planted: PLANTED });
      return [
        world.name,
        correction.name,
        correction.isPerCell ? percent(nothing.following) : '–',
        rate(nothing.anyWrong),
        rate(found.power),
      ];
    }),
  );
  return [
    '### Made-up screens',
    `${nScreens} screens without an effect and ${Math.ceil(nScreens / 4)} with 20 regulators of effect ${PLANTED}, each of 24 cells without donors. Random genes move cells as t with 3 degrees of freedom in the first, the worst kind for the test, and normally in the others.`,
    table(['what follows counts', 'read-out', 'genes that follow counts', 'any gene at an FDR of 5 %', 'power'], rows),
  ].join('\n\n');
}

function decimal(value: number): string {
  return value.toFixed(2).replace('-', '−');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

function rate(value: number): string {
  return value.toFixed(3);
}
