import { benchData } from './data-bench.ts';
import { dataPage } from './markdown.ts';
import { COLUMNS, linesOf, machineLines, memoryLine, MEMORY_COLUMNS } from './report.ts';
import { type BenchFlags, columnPrinter, endSuite, levelOf } from '../suite.ts';

/** The data suite: rows on stdout as they come, and files where they are asked for. */
export async function runDataSuite(flags: BenchFlags, words: readonly string[]): Promise<void> {
  const show = columnPrinter([8, 19, 7, 6, 8, 9, 15, 9, 17, 10, 11]);
  show(COLUMNS);
  const report = await benchData({
    level: levelOf(flags),
    only: flags.only ?? '',
    onRow: (row) => linesOf(row).forEach(show),
  });
  for (const row of report.rows) {
    const line = memoryLine(row);
    if (line) console.log(`  ${MEMORY_COLUMNS.map((name, i) => `${name}: ${line[i]}`).join(' · ')}`);
  }
  endSuite(flags, words, report, { machineLines, page: dataPage });
}
