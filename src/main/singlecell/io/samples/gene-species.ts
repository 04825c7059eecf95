import type { Species } from '#shared/domain/gene.ts';
import { detectSpecies, type SpeciesDetection } from '../../genes/species.ts';
import { isGeneExpression } from '../feature-types.ts';
import type { FileGenes } from '../reader.ts';

/** Each species needs this share of the genes for a file to count as one of both. */
const MIXED_SHARE = 0.2;
/** Samples of one run share their list, and so what is made of it. */
const MARKED: Record<Species, WeakMap<FileGenes, FileGenes>> = { human: new WeakMap(), mouse: new WeakMap() };

/** What the genes of a file say together, spike-ins and antibodies aside. */
export function detectGenes(genes: FileGenes): SpeciesDetection {
  const isGene = isGeneExpression(genes);
  const pick = (texts: readonly string[]) => texts.filter((_, i) => isGene[i]);
  return detectSpecies(pick(genes.names), genes.ids ? pick(genes.ids) : null);
}

/** Whether a file holds genes of human and of mouse. */
export function isMixedGenes({ seen }: SpeciesDetection): boolean {
  const total = Object.values(seen).reduce((sum, n) => sum + n, 0);
  return (['human', 'mouse'] as const).every(
    (species) => (seen[`${species} ids`] ?? 0) + (seen[`${species} symbols`] ?? 0) > MIXED_SHARE * total,
  );
}

/** Species of every column of a file with both; null for what is no gene and for names that do not tell. */
export function speciesOfGenes(genes: FileGenes): (Species | null)[] {
  const isGene = isGeneExpression(genes);
  return genes.names.map((name, i) => {
    if (!isGene[i]) return null;
    const id = genes.ids?.[i];
    return detectSpecies([name], id === undefined ? null : [id]).species;
  });
}

/** The genes of a file with those of other species marked as no genes. */
export function onlySpecies(genes: FileGenes, species: Species): FileGenes {
  const known = MARKED[species].get(genes) ?? marked(genes, species);
  MARKED[species].set(genes, known);
  return known;
}

function marked(genes: FileGenes, species: Species): FileGenes {
  const told = speciesOfGenes(genes);
  const isGene = isGeneExpression(genes);
  return {
    ...genes,
    featureTypes: genes.names.map((_, i) => {
      if (!isGene[i]) return genes.featureTypes?.[i] ?? 'other features';
      return told[i] === species ? 'Gene Expression' : 'genes of the other species';
    }),
  };
}
