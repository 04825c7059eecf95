import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ResolveGene } from '../choose-genes.ts';
import type { PlannedGene, ScreenPlan } from '../types.ts';

/** Genes of the screen by name, in the order asked; equal genes once. */
export function findGenes(names: readonly string[], { genes, notRanked }: ScreenPlan, resolve?: ResolveGene) {
  const byName = new Map<string, number>();
  genes.forEach(({ symbol }, row) => {
    if (!byName.has(symbol.toUpperCase())) byName.set(symbol.toUpperCase(), row);
  });
  genes.forEach(({ geneId }, row) => byName.set(geneId.toUpperCase(), row));
  const rowOf = (name: string) =>
    byName.get(name.trim().toUpperCase()) ?? byName.get(resolve?.(name.trim())?.toUpperCase() ?? '');
  const reasons = new Map(notRanked.map(({ gene, reason }) => [gene.toUpperCase(), reason]));
  const rows = new Set<number>();
  const notFound: { gene: string; reason: string }[] = [];
  for (const name of names) {
    if (name.trim() === '') continue;
    const row = rowOf(name);
    if (row !== undefined) rows.add(row);
    else
      notFound.push({ gene: name.trim(), reason: reasons.get(name.trim().toUpperCase()) ?? 'no gene of this screen' });
  }
  const found = [...rows].map((row): PlannedGene => genes[row]);
  if (found.length === 0)
    throw new WorkbenchError(
      'not-found',
      `follow-up: none of the genes is in this screen (${notFound
        .slice(0, 10)
        .map(({ gene, reason }) => `${gene}: ${reason}`)
        .join('; ')}); choose genes of its ranking, or screen these genes first.`,
      { details: { notFound: notFound.slice(0, 100) } },
    );
  return { found, notFound, indexOf: (name: string) => [...rows].indexOf(rowOf(name) ?? -1) };
}
