import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { benchData } from './data-bench.ts';
import { dataPage } from './markdown.ts';
import { busyLine, COLUMNS, linesOf, machineLines, memoryLine, MEMORY_COLUMNS } from './report.ts';

export interface DataFlags {
  quick?: boolean;
  full?: boolean;
  only?: string;
  json?: string;
  markdown?: string;
}

/** The data suite: rows on stdout as they come, and files where they are asked for. */
export async function runDataSuite(flags: DataFlags, words: readonly string[]): Promise<void> {
  const widths = [8, 19, 7, 6, 8, 9, 15, 9, 17, 10, 11];
  const show = (cells: readonly string[]) =>
    console.log(`  ${cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' ')}`);
  show(COLUMNS);
  const report = await benchData({
    level: flags.quick ? 'quick' : flags.full ? 'full' : 'usual',
    only: flags.only ?? '',
    onRow: (row) => linesOf(row).forEach(show),
  });
  for (const row of report.rows) {
    const line = memoryLine(row);
    if (line) console.log(`  ${MEMORY_COLUMNS.map((name, i) => `${name}: ${line[i]}`).join(' · ')}`);
  }
  for (const line of machineLines(report)) console.log(`  ${line}`);
  const busy = busyLine(report);
  if (busy) console.log(`  ${busy}`);
  if (flags.json) write(flags.json, `${JSON.stringify(report, null, 1)}\n`);
  if (flags.markdown) write(flags.markdown, dataPage(report, `npm run bench -- ${words.join(' ')}`));
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, text);
  console.log(`  wrote ${file}`);
}
