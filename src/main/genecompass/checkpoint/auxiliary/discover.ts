import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PriorName } from '#shared/domain/model.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { AuxiliaryFiles } from '../summary.ts';
import { readTokenDictionary } from './token-dictionary.ts';

const TABLE = /\.(pickle|pkl|npy|csv|tsv)$/i;
const HOMOLOGS = /homolog|tongyuan/i;
const TOKENS = /token/i;
const MEDIANS = /median/i;
const GENE_NAMES = /gene_id_name/i;
const PRIORS: Readonly<Record<PriorName, RegExp>> = {
  promoter: /promoter/i,
  co_exp: /co[_-]?exp/i,
  gene_family: /family/i,
  peca_grn: /peca|grn/i,
};
/** Names like those of priors that hold lists of genes. Source: spec/genecompass.md §1.1, §6. */
const NOT_PRIORS = /gene_id_hpromoter|^GRNgene|name_dict|network/i;
const MAX_FILES = 2000;

/**
 * Finds the files that belong to a checkpoint by their published names, in its folder and the folders directly in it.
 *
 * Several dictionaries may lie together, as published drops do; the one with `vocabularySize` tokens is taken. What has the
 * right name and cannot be read is listed with the reason.
 */
export function discoverFiles(folder: string, vocabularySize?: number): AuxiliaryFiles {
  const files = listTables(folder);
  const named = (pattern: RegExp, not: RegExp) =>
    files.filter((file) => pattern.test(nameOf(file)) && !not.test(nameOf(file)));
  const refused: { file: string; reason: string }[] = [];
  const dictionaries = named(TOKENS, HOMOLOGS).flatMap((file) => {
    try {
      return [{ file, size: readTokenDictionary(join(folder, file)).tokens.length }];
    } catch (error) {
      if (!(error instanceof WorkbenchError)) throw error;
      refused.push({ file, reason: error.message });
      return [];
    }
  });
  const fitting = dictionaries.find(({ size }) => size === vocabularySize);
  const nothing = /$^/;
  return {
    tokens: (fitting ?? dictionaries[0])?.file ?? null,
    homologs: named(HOMOLOGS, nothing)[0] ?? null,
    medians: named(MEDIANS, nothing),
    priors: files.filter((file) => priorNameOf(file) !== null),
    geneNames: named(GENE_NAMES, nothing)[0] ?? null,
    refused,
  };
}

/** Which prior a file holds, told by its name; null for other files. */
export function priorNameOf(file: string): PriorName | null {
  const name = nameOf(file);
  if (!TABLE.test(name) || NOT_PRIORS.test(name) || MEDIANS.test(name) || TOKENS.test(name)) return null;
  const found = Object.entries(PRIORS).find(([, pattern]) => pattern.test(name));
  return found ? (found[0] as PriorName) : null;
}

/** Paths from the folder, those of the folder itself first, then by name. */
function listTables(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const found: string[] = [];
  const folders: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isFile() && TABLE.test(entry.name)) found.push(entry.name);
    else if (entry.isDirectory()) folders.push(entry.name);
  }
  for (const child of folders) {
    const inside = entriesOf(join(folder, child));
    const names = inside.filter((entry) => entry.isFile() && TABLE.test(entry.name)).map(({ name }) => name);
    found.push(...names.sort().map((name) => `${child}/${name}`));
  }
  return found.slice(0, MAX_FILES);
}

/** A folder that may not be read holds nothing for us. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}
