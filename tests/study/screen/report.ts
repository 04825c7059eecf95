/** The study as Markdown tables: docs/reference/screen-study.md takes them as they are. */
import type { RankingMethod } from '#shared/domain/ranking.ts';
import { DEFAULT_WEIGHTS, WITNESSES } from '#shared/domain/witness.ts';
import { CASES, SOURCES } from './cases.ts';
import {
  CANDIDATES,
  compareOrders,
  type Difference,
  gainsOf,
  leaveOneOut,
  leaveOneOutVotes,
  nameOf,
  namesOf,
  PRODUCT_MODEL,
  type Scored,
  scoreSets,
  subsets,
  type Witness,
} from './composites.ts';
import type { StudyProject } from './make-screens.ts';
import { chancePrecision, mean, summarise, type Summary } from './measure.ts';
import type { StudyTask } from './read-project.ts';
import { type ModelChoice, modelScores, simpleScores, STANDARD, together } from './scores.ts';

const SIMPLE: readonly RankingMethod[] = [
  'fold-change',
  'specific-fold-change',
  'detection-difference',
  't-statistic',
  'co-expression-projection',
  'linear-screen',
  'target-shift',
  'universal-response',
  'expression',
  'random',
];
/** The composite of the product's default weights. */
const DEFAULT: readonly Witness[] = WITNESSES.filter((name) => DEFAULT_WEIGHTS[name] > 0).map((name) =>
  name === 'model' ? PRODUCT_MODEL : name,
);

type Score = (task: StudyTask) => ArrayLike<number> | null;

export function studyMarkdown(tasks: readonly StudyTask[], projects: readonly StudyProject[]): string {
  return [
    dataTable(tasks, projects),
    witnessTable(tasks),
    modelTable(tasks),
    crossValidation(tasks),
    comparisons(tasks),
    sourceList(),
  ].join('\n\n');
}

function dataTable(tasks: readonly StudyTask[], projects: readonly StudyProject[]): string {
  const rows = CASES.flatMap((study) => {
    const own = projects.filter((project) => project.case === study.name);
    return study.known.flatMap(({ start, goal }) => {
      const [task] = tasks.filter((one) => one.case === study.name && one.start === start && one.goal === goal);
      if (!task) return [];
      const f1 = (pick: (one: StudyProject) => number) => own.map((one) => pick(one).toFixed(2)).join(', ');
      const ranked = task.isKnown.filter(Boolean).length;
      const unseen =
        task.notMeasured.length > 0 ? `; not among the factors measured: ${task.notMeasured.join(', ')}` : '';
      return [
        [
          study.name,
          `${start} → ${goal}`,
          String(task.symbols.length),
          `${task.nKnown} (${ranked} ranked${unseen})`,
          `${f1(({ classifier }) => classifier.model)} beside ${f1(({ classifier }) => classifier.bestBaseline)}`,
        ],
      ];
    });
  });
  return table(
    ['data set', 'fate', 'genes ranked', 'known regulators', 'macro-F1 beside the best simple, by seed'],
    rows,
  );
}

function witnessTable(tasks: readonly StudyTask[]): string {
  const orders: [string, Score][] = [
    ['**default composite**', (task) => together(task, DEFAULT)],
    ['model, as the composite takes it', (task) => modelScores(task, PRODUCT_MODEL)],
    ['model, mean effect', (task) => modelScores(task, STANDARD)],
    ...SIMPLE.map((method): [string, Score] => [method, (task) => simpleScores(task, method)]),
  ];
  const chance = summariseChance(tasks);
  return `### Every order by itself\n\n${summaryTable('order', [
    ...orders.map(([name, score]): [string, Summary] => [name, summarise(tasks, score)]),
    ['chance (expected)', chance],
  ])}`;
}

function modelTable(tasks: readonly StudyTask[]): string {
  const first = tasks.filter(({ seed }) => seed === Math.min(...tasks.map((task) => task.seed)));
  const row = (name: string, change: Partial<ModelChoice>): [string, Summary] => [
    name,
    summarise(first, (task) => modelScores(task, { ...STANDARD, ...change })),
  ];
  const odds = { readOut: 'probability-shift' } as const;
  const rows: [string, Summary][] = [
    row('embedding shift, 90th percentile, CLS (standard)', {}),
    row('log2 odds', odds),
    row('z against matched null genes', { value: 'z' }),
    row('log2 odds, z against matched null genes', { ...odds, value: 'z' }),
    row('dose: median', { variant: 'dose-median' }),
    row('dose: highest seen', { variant: 'dose-highest' }),
    row('front of the cell (to-rank)', { operator: 'to-rank' }),
    row('mean of the genes instead of CLS', { variant: 'mean-pooling' }),
    row('less half of the mean effect on other states', { universal: 0.5 }),
    row('less the mean effect on other states', { universal: 1 }),
    ...[3, 10, 30, 100].map((half) => row(`shrunk by detections / (detections + ${half})`, { half })),
    ...[10, 30].map((half) =>
      row(`to-rank, shrunk by detections / (detections + ${half})`, { operator: 'to-rank', half }),
    ),
    row('hidden (mask)', { operator: 'mask' }),
    row('knock-down', { operator: 'knock-down' }),
  ];
  const told = ['mask', 'knock-down'].map((operator) => {
    const shares = first.map((task) => {
      const witness = task.model.find((one) => one.operator === operator && one.variant === 'standard');
      return (witness?.effect.filter((value) => Number.isFinite(value ?? NaN)).length ?? 0) / task.symbols.length;
    });
    return `${operator} ${(100 * mean(shares)).toFixed(0)} %`;
  });
  return `### What the model says, by read-out, operator, dose and correction\n\nFirst seed only.\n\n${summaryTable('screen', rows)}\n\nShare of the ranked genes that an operator which needs the gene in the cell can tell of at all: ${told.join(', ')}.`;
}

function crossValidation(tasks: readonly StudyTask[]): string {
  const scored = scoreSets(tasks, subsets(CANDIDATES));
  const biologies = [...scored[0].byBiology.keys()];
  const whole = ({ byBiology }: Scored) => mean([...byBiology.values()]);
  const cells = (one: Scored) => [
    whole(one).toFixed(3),
    ...biologies.map((name) => (one.byBiology.get(name) as number).toFixed(3)),
  ];
  const all = scored.find(({ witnesses }) => witnesses.length === CANDIDATES.length) as Scored;
  const singles = scored.filter(({ witnesses }) => witnesses.length === 1);
  const best = [...scored].sort((a, b) => whole(b) - whole(a)).slice(0, 6);
  const sets = table(
    ['witnesses, equal weights', 'mean over biologies', ...biologies],
    [
      [`**all ${CANDIDATES.length}**`, ...cells(all)],
      ...singles.map((one) => [`${namesOf(one.witnesses)} alone`, ...cells(one)]),
      ...best.map((one) => [`${namesOf(one.witnesses)} (best in hindsight)`, ...cells(one)]),
    ],
  );
  const fold = (name: string, tested: readonly { tested: number }[], chosen: readonly string[]) => [
    name,
    mean(tested.map((one) => one.tested)).toFixed(3),
    ...tested.map((one, i) => `${one.tested.toFixed(3)}${chosen[i] ? ` (${chosen[i]})` : ''}`),
  ];
  const chosen = [1, 2, 3, CANDIDATES.length].map((most) => {
    const left = leaveOneOut(scored.filter(({ witnesses }) => witnesses.length <= most));
    return fold(
      most === 1 ? 'the best witness' : most < CANDIDATES.length ? `the best set of up to ${most}` : 'the best set',
      left,
      left.map((one) => namesOf(one.chosen)),
    );
  });
  const voted = fold('weights voted by the best 40 sets', leaveOneOutVotes(tasks, scored), []);
  const equal = fold(
    'all with equal weights: nothing is chosen',
    biologies.map((name) => ({ tested: all.byBiology.get(name) as number })),
    [],
  );
  const gains = CANDIDATES.map((witness) => {
    const { byBiology, nBetter, nSets } = gainsOf(scored, witness);
    return [nameOf(witness), signed(mean(byBiology)), ...byBiology.map(signed), `${nBetter} of ${nSets}`];
  });
  return [
    '### Composites',
    `Mean average precision of sets of witnesses, ${scored.length} in all; every biology has the same say, and within it every data set:`,
    sets,
    'Chosen on all biologies but one, tested on the one left out:',
    table(
      ['what is chosen', 'mean over biologies', ...biologies.map((name) => `${name} left out`)],
      [...chosen, voted, equal],
    ),
    'What a witness adds to the sets that lack it (mean gain in average precision):',
    table(['witness', 'mean over biologies', ...biologies, 'sets it helps'], gains),
  ].join('\n\n');
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function comparisons(tasks: readonly StudyTask[]): string {
  const composite = (task: StudyTask) => together(task, DEFAULT);
  const rows: [string, Score][] = [
    ['model, as the composite takes it', (task) => modelScores(task, PRODUCT_MODEL)],
    ...SIMPLE.map((method): [string, Score] => [method, (task) => simpleScores(task, method)]),
    [
      'the composite without the model',
      (task) =>
        together(
          task,
          DEFAULT.filter((one) => typeof one === 'string'),
        ),
    ],
  ];
  const told = (score: Score) => tasks.filter((task) => score(task) !== null);
  return `### The default composite beside each order\n\nDifference in average precision; every biology has the same say, and within it every fate, which differs by a thousandth or two from the table above; the interval resamples biologies and fates.\n\n${table(
    ['beside', 'mean difference', '95 % interval', 'fates better', 'fates worse'],
    rows.map(([name, score]) => [
      name,
      ...differenceCells(compareOrders(told(score), composite, (task) => score(task)!)),
    ]),
  )}`;
}

function sourceList(): string {
  const genes = [
    ...new Set(
      CASES.filter(({ name }) => name !== 'blood').flatMap(({ known }) => known.flatMap((list) => list.genes)),
    ),
  ].sort();
  return `### Where the known regulators come from\n\n${genes.map((gene) => `- ${gene}: ${SOURCES[gene]}`).join('\n')}`;
}

export function differenceCells({ mean: difference, low, high, better, worse }: Difference): string[] {
  return [signed(difference), `${signed(low)} to ${signed(high)}`, String(better), String(worse)];
}

function summariseChance(tasks: readonly StudyTask[]): Summary {
  const byCase: Summary['byCase'] = new Map();
  for (const name of new Set(tasks.map((task) => task.case))) {
    const own = tasks.filter((task) => task.case === name && task.seed === Math.min(...tasks.map(({ seed }) => seed)));
    const expected = (depth: number) =>
      own.reduce(
        (sum, { symbols, isKnown }) =>
          sum + (Math.min(depth, symbols.length) * isKnown.filter(Boolean).length) / symbols.length,
        0,
      );
    byCase.set(name, {
      precision: mean(own.map(chancePrecision)),
      at10: expected(10),
      at20: expected(20),
      at50: expected(50),
      known: own.reduce((sum, { nKnown }) => sum + nKnown, 0),
    });
  }
  return { byCase, precision: mean([...byCase.values()].map(({ precision }) => precision)) };
}

/** Average precision, then known regulators found at 10, 20 and 50, by data set. */
export function summaryTable(head: string, rows: readonly [string, Summary][]): string {
  const cases = [...rows[0][1].byCase.keys()];
  const known = (name: string) => rows[0][1].byCase.get(name)?.known ?? 0;
  const number = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1));
  return table(
    [head, 'mean over data sets', ...cases.map((name) => `${name} (${known(name)} known)`)],
    rows.map(([name, { byCase, precision }]) => [
      name,
      byCase.size < cases.length ? '–' : precision.toFixed(3),
      ...cases.map((one) => {
        const found = byCase.get(one);
        return found
          ? `${found.precision.toFixed(3)} · ${number(found.at10)} / ${number(found.at20)} / ${number(found.at50)}`
          : '–';
      }),
    ]),
  );
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
