import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { benchEngine, type Level } from './engine-bench.ts';
import { benchmarkPage } from './markdown.ts';
import { busyLine, cellsOf, growthLine, machineLines } from './report.ts';

export interface EngineFlags {
  quick?: boolean;
  full?: boolean;
  threads?: string;
  device?: string;
  only?: string;
  json?: string;
  markdown?: string;
}

/** The engine suite: rows on stdout as they come, and files where they are asked for. */
export async function runEngineSuite(flags: EngineFlags, words: readonly string[]): Promise<void> {
  const level: Level = flags.quick ? 'quick' : flags.full ? 'full' : 'usual';
  const widths = [26, 8, 9, 9, 14, 9, 14, 14, 24, 20, 18, 6];
  const show = (cells: readonly string[]) =>
    console.log(`  ${cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' ')}`);
  show(['', '', 'ours', 'published', '', 'same work', '', 'AVX-512', 'products', 'peak GiB', 'repeats', 'diff.']);
  const report = await benchEngine({
    level,
    device: flags.device ?? 'cpu',
    threads: Number(flags.threads ?? os.availableParallelism()),
    only: flags.only ?? '',
    onRow: (row, gigaflops) => show(cellsOf(row, gigaflops)),
  });
  const growth = growthLine(report);
  if (growth) console.log(`  ${growth}`);
  for (const line of machineLines(report)) console.log(`  ${line}`);
  const busy = busyLine(report);
  if (busy) console.log(`  ${busy}`);
  if (flags.json) write(flags.json, `${JSON.stringify(report, null, 1)}\n`);
  if (flags.markdown) write(flags.markdown, benchmarkPage(report, `npm run bench -- ${words.join(' ')}`));
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, text);
  console.log(`  wrote ${file}`);
}
