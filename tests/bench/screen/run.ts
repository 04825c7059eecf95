import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { screenPage } from './markdown.ts';
import { busyLine, COLUMNS, linesOf, machineLines, rowFacts } from './report.ts';
import { benchScreen } from './screen-bench.ts';

export interface ScreenFlags {
  quick?: boolean;
  full?: boolean;
  threads?: string;
  device?: string;
  only?: string;
  json?: string;
  markdown?: string;
}

/** The screen suite: rows on stdout as they come, and files where they are asked for. */
export function runScreenSuite(flags: ScreenFlags, words: readonly string[]): void {
  const widths = [7, 46, 8, 16, 20, 26, 30, 16, 9, 10];
  const show = (cells: readonly string[]) =>
    console.log(`  ${cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' ')}`);
  show(COLUMNS);
  const report = benchScreen({
    level: flags.quick ? 'quick' : flags.full ? 'full' : 'usual',
    threads: Number(flags.threads ?? os.availableParallelism()),
    devices: flags.device ? [...new Set(['cpu', flags.device])] : ['cpu'],
    only: flags.only ?? '',
    onRow: (row) => {
      linesOf(row).forEach(show);
      rowFacts(row).forEach((line) => console.log(`  ${line}`));
    },
  });
  for (const line of machineLines(report)) console.log(`  ${line}`);
  const busy = busyLine(report);
  if (busy) console.log(`  ${busy}`);
  if (flags.json) write(flags.json, `${JSON.stringify(report, null, 1)}\n`);
  if (flags.markdown) write(flags.markdown, screenPage(report, `npm run bench -- ${words.join(' ')}`));
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, text);
  console.log(`  wrote ${file}`);
}
