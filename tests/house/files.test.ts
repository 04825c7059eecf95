import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
const MAX_LINES = 400;

/** What is wrong with one source file, in words; empty when nothing is. */
function complaints(name: string, text: string): string[] {
  const found: string[] = [];
  const lines = text.split('\n').length;
  if (lines > MAX_LINES) found.push(`${name}: ${lines} lines; split it (at most ${MAX_LINES})`);
  if (/\b(TODO|FIXME|XXX)\b(?! #\d+)/.test(text)) found.push(`${name}: an open end without an issue number`);
  if (/(^|[^\w/])\/(work|root|home)\/\w/.test(text)) found.push(`${name}: a path of one machine`);
  if (/@ts-(ignore|nocheck)/.test(text)) found.push(`${name}: a silenced type error`);
  if (/\b(it|test|describe)\.only\(/.test(text)) found.push(`${name}: a focused test`);
  return found;
}

const tracked = execFileSync('git', ['ls-files', '-z', 'src', 'build', 'tests'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((name) => /\.(ts|js|cjs|vue)$/.test(name) && name !== 'tests/house/files.test.ts');

describe('source files', () => {
  it('are small, finished and free of machine paths', () => {
    expect(tracked.length).toBeGreaterThan(10);
    expect(tracked.flatMap((name) => complaints(name, readFileSync(path.join(root, name), 'utf8')))).toEqual([]);
  });

  it.each([
    ['x\n'.repeat(MAX_LINES + 1), /split it/],
    ['// TODO later', /issue number/],
    [`const p = '/home/me/data';`, /path of one machine/],
    ['// @ts-ignore', /silenced/],
    [`it.only('x', () => {})`, /focused/],
  ])('complain about a bad sample', (text, expected) => {
    expect(complaints('bad.ts', text).join()).toMatch(expected);
  });
});

describe('README', () => {
  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const readme =
      readFileSync(path.join(root, 'README.md'), 'utf8') + readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
    const named = [...readme.matchAll(/npm (?:run )?([a-z][\w:]*)/g)]
      .map((match) => match[1])
      .filter((name) => !['ci', 'run'].includes(name));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
