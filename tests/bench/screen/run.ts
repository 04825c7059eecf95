import os from 'node:os';
import { screenPage } from './markdown.ts';
import { COLUMNS, linesOf, machineLines, rowFacts } from './report.ts';
import { benchScreen } from './screen-bench.ts';
import { type BenchFlags, columnPrinter, endSuite, levelOf } from '../suite.ts';

/** The screen suite: rows on stdout as they come, and files where they are asked for. */
export function runScreenSuite(flags: BenchFlags, words: readonly string[]): void {
  const show = columnPrinter([7, 46, 8, 16, 20, 26, 30, 16, 9, 10]);
  show(COLUMNS);
  const report = benchScreen({
    level: levelOf(flags),
    threads: Number(flags.threads ?? os.availableParallelism()),
    devices: flags.device ? [...new Set(['cpu', flags.device])] : ['cpu'],
    only: flags.only ?? '',
    onRow: (row) => {
      linesOf(row).forEach(show);
      rowFacts(row).forEach((line) => console.log(`  ${line}`));
    },
  });
  endSuite(flags, words, report, { machineLines, page: screenPage });
}
