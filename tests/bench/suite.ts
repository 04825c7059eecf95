import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** How much of a suite is run. */
export const LEVELS = ['quick', 'usual', 'full'] as const;
export type Level = (typeof LEVELS)[number];

/** What `npm run bench` was asked for. */
export interface BenchFlags {
  quick?: boolean;
  full?: boolean;
  threads?: string;
  device?: string;
  only?: string;
  json?: string;
  markdown?: string;
}

export const GIB = 2 ** 30;
/** Load average per core from which a machine counts as busy. */
const BUSY_SHARE = 0.4;

export function levelOf({ quick, full }: BenchFlags): Level {
  return quick ? 'quick' : full ? 'full' : 'usual';
}

/** Prints lines of cells in columns; the first two are words, the others numbers. */
export function columnPrinter(widths: readonly number[]): (cells: readonly string[]) => void {
  return (cells) =>
    console.log(`  ${cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' ')}`);
}

/** Prints what a reader must know of a run and writes the files asked for; `page` gets the command that made it. */
export function endSuite<R extends { readonly loadBefore: number }>(
  flags: BenchFlags,
  words: readonly string[],
  report: R,
  told: { machineLines: (report: R) => string[]; page: (report: R, command: string) => string },
): void {
  const busy = busyLine(report);
  for (const line of [...told.machineLines(report), ...(busy ? [busy] : [])]) console.log(`  ${line}`);
  if (flags.json) write(flags.json, `${JSON.stringify(report, null, 1)}\n`);
  if (flags.markdown) write(flags.markdown, told.page(report, `npm run bench -- ${words.join(' ')}`));
}

/** The machine in one line. */
export function machineLine({ loadBefore }: { readonly loadBefore: number }): string {
  const cpu = os.cpus();
  return `Machine: ${cpu[0]?.model.trim()}, ${cpu.length} cores, ${(os.totalmem() / GIB).toFixed(0)} GiB; ${os.type()} ${os.release()}; load ${loadBefore.toFixed(1)} before the first row`;
}

/** What a reader must know of numbers taken on a busy machine; null on a quiet one. */
export function busyLine({ loadBefore }: { readonly loadBefore: number }): string | null {
  if (loadBefore < BUSY_SHARE * os.availableParallelism()) return null;
  return 'Provisional: other programs used the machine during this run, so the times by the clock are rough; ratios of CPU time are less so.';
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, text);
  console.log(`  wrote ${file}`);
}
