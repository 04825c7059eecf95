import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Species } from '#shared/domain/gene.ts';

const loaded = new Map<string, Promise<Map<string, Set<string>>>>();

/**
 * Targets of each transcription factor of one species, by symbol in capitals.
 *
 * Source: TRRUST v2, Han et al. 2018, Nucleic Acids Res 46:D380; read once per process.
 */
export function knownTargets(resourcesDir: string, species: Species): Promise<Map<string, Set<string>>> {
  const file = path.join(resourcesDir, 'genes', 'trrust', `trrust_rawdata.${species}.tsv`);
  const known = loaded.get(file) ?? read(file);
  loaded.set(file, known);
  return known;
}

async function read(file: string): Promise<Map<string, Set<string>>> {
  const targets = new Map<string, Set<string>>();
  for (const line of (await readFile(file, 'utf8')).split(/\r?\n/).slice(1)) {
    const [factor, target] = line.split('\t');
    if (!factor || !target) continue;
    const of = targets.get(factor.toUpperCase());
    if (of) of.add(target.toUpperCase());
    else targets.set(factor.toUpperCase(), new Set([target.toUpperCase()]));
  }
  return targets;
}
