import type { KnownList } from '../screen/cases.ts';

const START = 'Ngn3 high EP';
const GOALS = ['Beta', 'Alpha'];

/** The command sequence of docs/reference/pancreas.md, as words of `gcw`. */
export function pancreasCommands(input: {
  cells: string;
  project: string;
  known: readonly KnownList[];
  out: (name: string) => string;
}): string[][] {
  const { cells, project, known, out } = input;
  const on = ['--project', project];
  return [
    ['project', 'create', ...on],
    ['dataset', 'import', ...on, '--input', cells, '--label-column', 'cluster'],
    ['preprocess', 'run', ...on, '--dataset', 'latest'],
    ['model', 'pretrain', ...on, '--tokens', 'latest', '--max-steps', '80'],
    ['training', 'finetune', ...on, '--model', 'latest', '--tokens', 'latest', '--label-column', 'cluster'],
    [
      ...['screen', 'run', ...on, '--model', 'latest', '--tokens', 'latest', '--label-column', 'cluster'],
      ...['--start', START, ...GOALS.flatMap((goal) => ['--goals', goal])],
    ],
    ...GOALS.flatMap((goal) => {
      const genes = known.find((list) => list.start === START && list.goal === goal)?.genes ?? [];
      const file = out(goal.toLowerCase());
      return [
        ['ranking', 'run', ...on, '--screen', 'latest', '--goal', goal, '--known-regulators', genes.join(',')],
        ['ranking', 'export', ...on, '--ranking', 'latest', '--format', 'csv', '--out', `${file}.csv`],
        ['ranking', 'export', ...on, '--ranking', 'latest', '--format', 'html', '--out', `${file}.html`],
      ];
    }),
  ];
}
