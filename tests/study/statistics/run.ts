import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { TESTS } from './alternatives.ts';
import { binomialRange, measureReplicates, measureTests } from './measure.ts';
import type { SyntheticScreen } from './synthetic-screen.ts';

/** Screens in which nothing has an effect: shapes of what random genes do, from light to heavy tails. */
export const NOTHING: readonly [name: string, world: Partial<SyntheticScreen>][] = [
  ['over-expression, normal', {}],
  ['over-expression, Laplace', { shape: 'laplace' }],
  ['over-expression, t with 5 df', { shape: 't5' }],
  ['over-expression, t with 3 df', { shape: 't3' }],
  ['over-expression, modules of 20 genes, r = .5', { moduleCorrelation: 0.5 }],
  ['over-expression, t with 5 df, modules', { shape: 't5', moduleCorrelation: 0.5 }],
  ['mask, normal', { operator: 'mask' }],
  ['mask, t with 5 df', { operator: 'mask', shape: 't5' }],
  ['mask, t with 3 df', { operator: 'mask', shape: 't3' }],
  ['cells as replicates, 24 cells', { nDonors: 1, cellsPerDonor: 24, knowsDonors: false }],
];

const planted = (effect: number) => ({ planted: { n: 20, effect } });

const PLANTED: readonly [name: string, world: Partial<SyntheticScreen>][] = [
  ...[3, 4, 5, 6, 8].map((effect): [string, Partial<SyntheticScreen>] => [
    `${effect}, 6 donors × 8 cells`,
    planted(effect),
  ]),
  ...[
    [3, 8],
    [12, 8],
    [6, 2],
    [6, 32],
  ].map(([nDonors, cellsPerDonor]): [string, Partial<SyntheticScreen>] => [
    `5, ${nDonors} donors × ${cellsPerDonor} cells`,
    { ...planted(5), nDonors, cellsPerDonor },
  ]),
  ['5, 800 null genes', { ...planted(5), nNull: 800 }],
  ['5, 40 candidates (20 of them planted)', { ...planted(5), nCandidates: 40 }],
  ['8, t with 5 df', { ...planted(8), shape: 't5' }],
  ['5, mask', { ...planted(5), operator: 'mask' }],
];

const REPLICATES: readonly [donors: number, cells: number][] = [
  [3, 16],
  [4, 12],
  [6, 8],
  [12, 4],
  [24, 4],
];

/** `npm run study -- statistics [--screens 200] [--only nothing] [--markdown FILE]`: the tables of docs/reference/statistics.md. */
export async function runStatisticsStudy(words: string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: words,
    options: { screens: { type: 'string', default: '200' }, markdown: { type: 'string' }, only: { type: 'string' } },
  });
  const n = Number(flags.screens);
  const lines: string[] = [];
  const say = (line: string) => {
    lines.push(line);
    console.log(line);
  };
  const names = Object.keys(TESTS);
  const wants = (part: string) => (flags.only ?? part).split(',').includes(part);
  if (wants('nothing')) nothing();
  if (wants('planted')) planted20();
  if (wants('replicates')) replicates();
  if (flags.markdown) writeFileSync(flags.markdown, `${lines.join('\n')}\n`);

  function nothing() {
    const [low, high] = binomialRange(n, 0.05);
    say(`### Nothing to find (${n} screens each)`);
    say('');
    say(
      `Share of screens with any gene at an FDR of 5 %. A rate of .05 shows ${rate(low)} to ${rate(high)} in ${n} screens.`,
    );
    table(['what random genes do', ...names]);
    for (const [name, world] of NOTHING) {
      const found = measureTests(world, n);
      row([name, ...names.map((test) => rate(found[test].anyWrong))]);
    }
  }

  function planted20() {
    say('');
    say(`### Planted regulators (${Math.ceil(n / 4)} screens each, 20 regulators)`);
    say('');
    say(
      'Power at an FDR of 5 %, in brackets the share of wrong genes among those found. Effects in standard deviations of what random genes do.',
    );
    table(['effect, replicates', ...names]);
    for (const [name, world] of PLANTED) {
      const found = measureTests(world, Math.ceil(n / 4));
      row([name, ...names.map((test) => `${rate(found[test].power)} (${rate(found[test].fdr)})`)]);
    }
  }

  function replicates() {
    say('');
    say('### Donors and cells as replicates');
    say('');
    say('Share of genes without an effect at p < .05, and how often a 95 % interval over donors holds the truth.');
    table([
      'donors × cells',
      'means of donors, t',
      'mixed model',
      'cells, t',
      'cells, rank-sum',
      'interval by t',
      'interval by bootstrap',
    ]);
    for (const [nDonors, cellsPerDonor] of REPLICATES) {
      const found = measureReplicates({ nDonors, cellsPerDonor, nNull: 20 }, Math.max(1, Math.round(n / 100)));
      const { pseudoBulk, mixedModel, cells, rankSum, coverT, coverBootstrap } = found;
      row([
        `${nDonors} × ${cellsPerDonor}`,
        ...[pseudoBulk, mixedModel, cells, rankSum, coverT, coverBootstrap].map(rate),
      ]);
    }
  }

  function table(header: readonly string[]) {
    say('');
    row(header);
    row(header.map(() => '---'));
  }

  function row(cells: readonly string[]) {
    say(`| ${cells.join(' | ')} |`);
  }
}

function rate(value: number): string {
  return value >= 0.9995 ? '1.00' : value.toFixed(value < 0.0995 ? 3 : 2).replace(/^0/, '');
}
