import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';
import type { ErrorData } from '#shared/errors/workbench-error.ts';

const PROGRAM = path.join(import.meta.dirname, '..', '..', '..', 'src', 'main', 'hosts', 'cli', 'gcw.ts');

export const PASSPHRASE = 'nobody guesses this';

export interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcess;
  /** Everything written to standard error so far. */
  heard(): string;
  ended: Promise<Ended>;
}

/** Starts `gcw` as a user does: another process, with secrets in the environment and nobody at a terminal. */
export function startGcw(dataFolder: string, words: readonly string[], passphrase = PASSPHRASE): Started {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: {
      PATH: process.env.PATH,
      HOME: dataFolder,
      GCW_DATA_FOLDER: dataFolder,
      GCW_PASSPHRASE: passphrase,
      // A fifth less time for each of the many starts.
      NODE_COMPILE_CACHE: path.join(tmpdir(), 'gcw-tests-compile-cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout!.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr!.on('data', (chunk: Buffer) => err.push(chunk));
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, stdout: text(out), stderr: text(err) })),
  );
  return { child, heard: () => text(err), ended };
}

export function gcw(dataFolder: string, words: readonly string[], passphrase?: string): Promise<Ended> {
  return startGcw(dataFolder, words, passphrase).ended;
}

/** Lines that tell the course of a job, not its end. */
const COURSE = /^warning: | · |^Computing on |^Estimate: |^Stopping at |^Stopped |^Held back, /;

/** Words that leak out of a program that did not expect what happened. */
const INTERNAL_WORDS = /undefined|\bNaN\b|\bnull\b|\[object|Error:|\bZod|SQLITE|TypeError|errno|\bIPC\b|\.ts\b/;

/**
 * What every refusal looks like: exit status of the table, one line `gcw: subject: fact; next step.`, the same as JSON.
 *
 * Note: the words must have been given with `--json`, which prints both.
 */
export function expectRefusal(ended: Ended, code: ErrorCode, ...says: RegExp[]): ErrorData {
  const lines = ended.stderr.trimEnd().split('\n');
  const closing = lines.filter((line) => !COURSE.test(line));
  expect(closing, ended.stderr).toHaveLength(1);
  expect(lines.at(-1)).toBe(closing[0]);
  expect(closing[0]).toMatch(/^gcw: [^:]+: .{10,}[.?]$/);
  const message = closing[0].slice('gcw: '.length);
  expect(message).not.toMatch(INTERNAL_WORDS);
  expect(message, 'a next step').toMatch(/[;.?] \S+.*[.?]$/);
  const { error } = JSON.parse(ended.stdout) as { error: ErrorData };
  expect(error).toMatchObject({ code, message });
  expect(ended.status, message).toBe(ERROR_CODES[code].exitStatus);
  for (const pattern of says) expect(message).toMatch(pattern);
  return error;
}

/** The result of a command that must end well. */
export function resultOf<T = Record<string, unknown>>(ended: Ended): T {
  expect(ended.status, ended.stderr).toBe(0);
  return JSON.parse(ended.stdout) as T;
}
