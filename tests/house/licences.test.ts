import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ALLOWED =
  /^\(?(MIT|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|MPL-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Unlicense)\b/;

/** Packages whose licence field has no SPDX name; the text was read (docs/decisions/0007-dependencies.md). */
const READ_BY_A_PERSON: Record<string, string> = {
  h5wasm: 'SEE LICENSE IN LICENSE.txt',
  // Names none in its package.json; its LICENSE file is the MIT licence.
  'png-js': '',
};

interface LockEntry {
  license?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, LockEntry>;
};
const shipped = Object.entries(lock.packages)
  .filter(([path, entry]) => path !== '' && !entry.dev)
  .map(([path, entry]) => ({ name: path.split('node_modules/').at(-1)!, ...entry }));

/** Names of packages whose licence is neither allowed nor read. */
function refused(packages: { name: string; license?: string }[]): string[] {
  return packages
    .filter(({ name, license }) => !ALLOWED.test(license ?? '') && READ_BY_A_PERSON[name] !== (license ?? ''))
    .map(({ name, license }) => `${name}: ${license}`);
}

describe('licences', () => {
  it('of every shipped package are allowed', () => {
    expect(shipped.length).toBeGreaterThan(20);
    expect(refused(shipped)).toEqual([]);
  });

  it('refuse a copyleft or unnamed licence', () => {
    expect(refused([{ name: 'x', license: 'GPL-3.0' }, { name: 'y' }])).toHaveLength(2);
  });
});

describe('package-lock', () => {
  it('records no download address', () => {
    expect(Object.values(lock.packages).filter((entry) => 'resolved' in entry)).toEqual([]);
  });
});

describe('dependencies', () => {
  it('are all imported by the program', () => {
    const root = path.join(import.meta.dirname, '..', '..');
    const { dependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const sources = execFileSync('git', ['ls-files', '-z', 'src', 'electron.vite.config.ts'], {
      cwd: root,
      encoding: 'utf8',
    })
      .split('\0')
      .filter((name) => /\.(ts|vue|css)$/.test(name))
      .map((name) => readFileSync(`${root}/${name}`, 'utf8'))
      .join('\n');
    const unused = Object.keys(dependencies).filter((name) => !new RegExp(`['"]${name}(/[^'"]*)?['"]`).test(sources));
    expect(unused).toEqual([]);
  });
});
