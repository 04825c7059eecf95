import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Gene, Species } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { GeneResolver } from '#singlecell/genes/resolver.ts';

const MARKER = path.join('genes', 'manifest.json');

/** Folder of shipped tables: `resources` beside the program, whether it runs from sources or from a bundle. */
export function resourcesFolder(from = import.meta.dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'resources');
    if (existsSync(path.join(candidate, MARKER))) return candidate;
    if (path.dirname(folder) === folder) {
      throw new WorkbenchError(
        'unavailable',
        `Resources: ${MARKER} is in no folder above ${from}; install the workbench again.`,
      );
    }
  }
}

let loaded: Promise<GeneResolver> | null = null;

/** The shipped gene tables, read once per process. */
export function geneResolver(): Promise<GeneResolver> {
  return (loaded ??= GeneResolver.load(resourcesFolder()));
}

/** Ids of the protein-coding and miRNA genes among those of a dataset. */
export function coreGeneIds({ sets }: GeneResolver, genes: readonly Gene[], species: Species): Set<string> {
  return new Set(genes.map(({ id }) => id).filter((id) => sets.isCoreGene(id, species)));
}

/** Finds the gene id a name stands for; null where none or several genes go by it. */
export function resolveGeneId(resolver: GeneResolver, species: Species): (name: string) => string | null {
  return (name) => {
    const resolution = resolver.resolve(name, species);
    return resolution.status === 'matched' ? resolution.gene.id : null;
  };
}

/** Genes of a dataset with what the gene tables say of them. */
export function describeGenes(resolver: GeneResolver, genes: readonly Gene[], species: Species) {
  return genes.map((gene) => ({
    ...gene,
    isTranscriptionFactor: resolver.sets.isTranscriptionFactor(gene.id, species),
  }));
}
