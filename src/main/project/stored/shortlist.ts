import { PlateConfig, type PlateGene, Shortlist } from '#shared/domain/plate.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Project } from '../project.ts';
import type { Setting } from '../settings.ts';

const setting = (ranking: string): Setting<Shortlist> => ({
  name: `shortlist/${ranking}`,
  schema: Shortlist,
  fallback: { genes: [], plates: PlateConfig.parse({}) },
});

export function readShortlist({ settings }: Pick<Project, 'settings'>, ranking: string): Shortlist {
  return settings.read(setting(ranking));
}

export function writeShortlist({ settings }: Pick<Project, 'settings'>, ranking: string, shortlist: Shortlist): void {
  settings.write(setting(ranking), shortlist);
}

/** Genes of a ranking by symbol, in any case, or id; each once. Throws: `not-found` naming those it has not. */
export function chosenGenes(ranked: readonly RankedGene[], names: readonly string[]): PlateGene[] {
  const byName = new Map<string, RankedGene>();
  for (const gene of ranked) {
    byName.set(gene.geneId.toUpperCase(), gene);
    if (!byName.has(gene.symbol.toUpperCase())) byName.set(gene.symbol.toUpperCase(), gene);
  }
  const missing = names.filter((name) => !byName.has(name.trim().toUpperCase()));
  if (missing.length > 0) {
    throw new WorkbenchError(
      'not-found',
      `Shortlist: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}: not in this ranking; choose genes of its table.`,
    );
  }
  const chosen = new Map(
    names.map((name) => byName.get(name.trim().toUpperCase())!).map((gene) => [gene.geneId, gene]),
  );
  return [...chosen.values()].map(({ geneId, symbol }) => ({ geneId, symbol }));
}
