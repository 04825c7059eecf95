import { readFileSync } from 'node:fs';
import path from 'node:path';
import { resourcesFolder } from './resources.ts';

interface GeneTableFile {
  sources: { name: string; version: string; licence: string; credit: string }[];
}

/** Version of the workbench, for methods paragraphs and reports. */
export function programVersion(): string {
  return readJson<{ version: string }>('..', 'package.json').version;
}

/** The workbench, what computes for it and the gene tables, each with its version. */
export function programVersions(): string[] {
  const { version, dependencies } = readJson<{ version: string; dependencies: Record<string, string> }>(
    '..',
    'package.json',
  );
  const tables = geneTables().map((source) => `${source.name} ${source.version}`);
  return [
    `GeneCompass Workbench ${version}`,
    `ONNX Runtime ${dependencies['onnxruntime-node']}`,
    `scran.js ${dependencies['scran.js']}`,
    `gene tables: ${[...new Set(tables)].join(', ')}`,
  ];
}

/** Whom the shipped gene tables come from, one line each. */
export function geneTableCredits(): string[] {
  const lines = geneTables().map(({ name, version, licence, credit }) => `${name} ${version} (${licence}). ${credit}.`);
  return [...new Set(lines)];
}

function geneTables(): GeneTableFile['sources'] {
  return readJson<{ files: GeneTableFile[] }>('genes', 'manifest.json').files.flatMap(({ sources }) => sources);
}

function readJson<T>(...parts: string[]): T {
  return JSON.parse(readFileSync(path.join(resourcesFolder(), ...parts), 'utf8')) as T;
}
