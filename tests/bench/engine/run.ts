import os from 'node:os';
import { benchEngine } from './engine-bench.ts';
import { goalLines } from './goal.ts';
import { benchmarkPage } from './markdown.ts';
import { cellsOf, growthLine, machineLines } from './report.ts';
import { type BenchFlags, columnPrinter, endSuite, levelOf } from '../suite.ts';

/** The engine suite: rows on stdout as they come, and files where they are asked for. */
export async function runEngineSuite(flags: BenchFlags, words: readonly string[]): Promise<void> {
  const show = columnPrinter([26, 8, 9, 9, 14, 9, 14, 14, 24, 20, 18, 6]);
  show(['', '', 'ours', 'published', '', 'same work', '', 'tuned', 'products', 'peak GiB', 'repeats', 'diff.']);
  const report = await benchEngine({
    level: levelOf(flags),
    device: flags.device ?? 'cpu',
    threads: Number(flags.threads ?? os.availableParallelism()),
    only: flags.only ?? '',
    onRow: (row, gigaflops) => show(cellsOf(row, gigaflops)),
  });
  const growth = growthLine(report);
  if (growth) console.log(`  ${growth}`);
  for (const line of goalLines(report.rows, report.gigaflops)) console.log(`  ${line}`);
  endSuite(flags, words, report, { machineLines, page: benchmarkPage });
}
