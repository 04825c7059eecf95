import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
/** Folders below `src` to this depth have a line; what lies deeper belongs to them. */
const DEPTH = 3;

const tracked = execFileSync('git', ['ls-files', '-z', 'src', 'build', 'tests'], { cwd: root, encoding: 'utf8' }).split(
  '\0',
);
const folders = new Set(tracked.flatMap((name) => parentsOf(path.posix.dirname(name))));
const roomsOfSource = new Set(['shared', 'renderer', ...childrenOf('src/main')]);

function parentsOf(folder: string): string[] {
  return folder === '.' || folder === '' ? [] : [folder, ...parentsOf(path.posix.dirname(folder))];
}

function childrenOf(parent: string): string[] {
  return [...folders].filter((one) => path.posix.dirname(one) === parent).map((one) => path.posix.basename(one));
}

/** Rooms that need a line: those of `src`, and those of `build` and `tests` that mirror none of them. */
function needed(all: ReadonlySet<string>): string[] {
  return [...all].filter((folder) => {
    const [top, ...inside] = folder.split('/');
    if (inside.length === 0 || folder === 'src/main') return false;
    if (top === 'src') return inside.length <= DEPTH;
    return inside.length === 1 && !roomsOfSource.has(inside[0]);
  });
}

/** Folders that have a line in the table. */
function named(text: string): string[] {
  return [...text.matchAll(/^\| `((?:src|build|tests)\/[\w/-]+)` \|/gm)].map(([, folder]) => folder);
}

describe('ARCHITECTURE.md', () => {
  const lines = named(readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8'));

  it('names every room', () => {
    expect(needed(folders).filter((folder) => !lines.includes(folder))).toEqual([]);
  });

  it('names no room that is gone', () => {
    expect(lines.filter((folder) => !folders.has(folder))).toEqual([]);
  });

  it('would miss a new room, and sees one that is named', () => {
    const samples = [
      'src/main/screen/attic',
      'src/main/screen/attic/box',
      'tests/attic',
      'tests/screen/attic',
      'build/attic',
    ];
    expect(needed(new Set(samples))).toEqual(['src/main/screen/attic', 'tests/attic', 'build/attic']);
    expect(named('| `src/main/screen/attic` | old things |\n')).toEqual(['src/main/screen/attic']);
  });
});
