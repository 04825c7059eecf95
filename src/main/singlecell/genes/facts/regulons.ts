import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Species } from '#shared/domain/gene.ts';
import type { RegulonMode } from '#shared/domain/gene-evidence.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';

export interface RegulonTarget {
  geneId: string;
  symbol: string;
  mode: RegulonMode;
  pubmed: readonly string[];
}

/** Targets of each factor, both by Ensembl id. */
export type Regulons = ReadonlyMap<string, readonly RegulonTarget[]>;

const MODES: Record<string, RegulonMode> = { Activation: 'activates', Repression: 'represses' };

/** Finds the id and current symbol of a name; null where it stands for no gene or for several. */
type Resolve = (names: readonly string[]) => ({ id: string; symbol: string } | null)[];

/**
 * TRRUST v2 of one species, names brought up to date.
 *
 * Several rows of a pair are joined: a sign next to unknown is kept, activation next to repression is unknown.
 * Source: Han et al. 2018, Nucleic Acids Res 46:D380. Throws: `unavailable` where the table is missing.
 */
export async function loadRegulons(resourcesDir: string, species: Species, resolve: Resolve): Promise<Regulons> {
  const name = `trrust_rawdata.${species}.tsv`;
  let text: string;
  try {
    text = await readFile(path.join(resourcesDir, 'genes', 'trrust', name), 'utf8');
  } catch (cause) {
    throw new WorkbenchError('unavailable', `${name}: this table is missing; install the workbench again.`, { cause });
  }
  const rows = text
    .trimEnd()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split('\t'));
  return joinRegulons(rows, resolve);
}

/** Rows: factor, target, mode, PubMed ids separated by semicolons. */
export function joinRegulons(rows: readonly (readonly string[])[], resolve: Resolve): Regulons {
  const names = [...new Set(rows.flatMap(([factor, target]) => [factor, target]))];
  const found = resolve(names);
  const geneOf = new Map(names.map((name, i) => [name, found[i]]));
  const regulons = new Map<string, Map<string, { target: RegulonTarget; modes: Set<RegulonMode> }>>();
  for (const [factorName, targetName, modeName, pubmed] of rows) {
    const [factor, gene] = [geneOf.get(factorName), geneOf.get(targetName)];
    if (!factor || !gene) continue;
    const targets = regulons.get(factor.id) ?? new Map<string, { target: RegulonTarget; modes: Set<RegulonMode> }>();
    regulons.set(factor.id, targets);
    const known = targets.get(gene.id);
    const modes = (known?.modes ?? new Set<RegulonMode>()).add(MODES[modeName] ?? 'unknown');
    const ids = [...new Set([...(known?.target.pubmed ?? []), ...(pubmed ?? '').split(';').filter(Boolean)])].sort();
    const target = { geneId: gene.id, symbol: gene.symbol, mode: joined(modes), pubmed: ids };
    targets.set(gene.id, { target, modes });
  }
  return new Map([...regulons].map(([id, targets]) => [id, [...targets.values()].map(({ target }) => target)]));
}

function joined(modes: ReadonlySet<RegulonMode>): RegulonMode {
  const signs = [...modes].filter((mode) => mode !== 'unknown');
  return signs.length === 1 ? signs[0] : 'unknown';
}
