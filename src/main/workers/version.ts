import { readFileSync } from 'node:fs';
import path from 'node:path';
import { resourcesFolder } from './resources.ts';

/** Version of the workbench, for methods paragraphs and reports. */
export function programVersion(): string {
  return readJson<{ version: string }>('..', 'package.json').version;
}

/** Whom the shipped gene tables come from, one line each. */
export function geneTableCredits(): string[] {
  const { files } = readJson<{
    files: { sources: { name: string; version: string; licence: string; credit: string }[] }[];
  }>('genes', 'manifest.json');
  const lines = files.flatMap(({ sources }) =>
    sources.map(({ name, version, licence, credit }) => `${name} ${version} (${licence}). ${credit}.`),
  );
  return [...new Set(lines)];
}

function readJson<T>(...parts: string[]): T {
  return JSON.parse(readFileSync(path.join(resourcesFolder(), ...parts), 'utf8')) as T;
}
