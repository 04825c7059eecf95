import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Species } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Regulons } from '#singlecell/baselines/ranking/target-shift.ts';

/** One curated statement: a factor acts on a target. */
export interface RegulonEdge {
  factor: string;
  target: string;
  sign: 1 | -1;
}

/**
 * Activations and repressions of TRRUST v2 by symbol; statements of unknown direction, and pairs of which as many
 * studies say one as the other, are left out.
 *
 * Source: Han 2018, Nucleic Acids Res 46:D380.
 */
export async function readRegulons(resourcesDir: string, species: Species): Promise<RegulonEdge[]> {
  const name = `trrust_rawdata.${species}.tsv`;
  let text: string;
  try {
    text = await readFile(path.join(resourcesDir, 'genes', 'trrust', name), 'utf8');
  } catch (cause) {
    throw new WorkbenchError('unavailable', `${name}: this table is missing; install the workbench again.`, { cause });
  }
  const votes = new Map<string, { factor: string; target: string; sum: number }>();
  for (const line of text.trimEnd().split('\n')) {
    const [factor, target, mode] = line.split('\t');
    const vote = mode === 'Activation' ? 1 : mode === 'Repression' ? -1 : 0;
    const key = `${factor}\t${target}`;
    const entry = votes.get(key) ?? { factor, target, sum: 0 };
    entry.sum += vote;
    votes.set(key, entry);
  }
  return [...votes.values()]
    .filter(({ sum }) => sum !== 0)
    .map(({ factor, target, sum }) => ({ factor, target, sign: sum > 0 ? 1 : -1 }));
}

/** The same by row of a dataset; `rowOf` gives −1 for a symbol that is not measured. Statements about such genes are dropped. */
export function regulonRows(edges: readonly RegulonEdge[], rowOf: (symbol: string) => number): Regulons {
  const rows = new Map<string, number>();
  const row = (symbol: string) => {
    const known = rows.get(symbol) ?? rowOf(symbol);
    rows.set(symbol, known);
    return known;
  };
  const targets = new Map<number, { gene: number; sign: 1 | -1 }[]>();
  for (const { factor, target, sign } of edges) {
    const [from, to] = [row(factor), row(target)];
    if (from < 0 || to < 0) continue;
    const own = targets.get(from);
    if (own) own.push({ gene: to, sign });
    else targets.set(from, [{ gene: to, sign }]);
  }
  return { targets };
}
