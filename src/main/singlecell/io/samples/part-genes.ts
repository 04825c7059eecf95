import type { ImportConfig } from '#shared/domain/dataset.ts';
import type { Gene, Species } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { GeneResolver } from '../../genes/resolver.ts';
import { mapGenes, type GeneMapping } from '../import-genes.ts';
import type { FileGenes } from '../reader.ts';
import type { SpeciesPart } from './species-parts.ts';

/** Share of known genes below which a sample is refused, and below which it is only warned of. */
const REFUSED_SHARE = 0.1;
const WARNED_SHARE = 0.7;

/** Resolves each different list of genes once. */
export class PartGenes {
  readonly #resolver: GeneResolver;
  readonly #choices: Record<Species, readonly string[]>;
  readonly #known = new Map<FileGenes, Map<string, GeneMapping>>();

  constructor(resolver: GeneResolver, { geneChoices = [], species }: Pick<ImportConfig, 'geneChoices' | 'species'>) {
    this.#resolver = resolver;
    this.#choices = { human: geneChoices, mouse: geneChoices };
    // Choices for both species come in one list.
    if (species === 'both') {
      const isMouse = (choice: string) => /=ENSMUSG\d+$/.test(choice);
      this.#choices = { human: geneChoices.filter((one) => !isMouse(one)), mouse: geneChoices.filter(isMouse) };
    }
  }

  get orthologs(): GeneResolver['orthologs'] {
    return this.#resolver.orthologs;
  }

  /** Throws data-format where hardly any gene is known. */
  of({ plan, genes, species, namedAs }: SpeciesPart, warnings: string[]): GeneMapping {
    const known = this.#known.get(genes) ?? new Map<string, GeneMapping>();
    this.#known.set(genes, known);
    const key = `${namedAs} ${species}`;
    const mapping = known.get(key) ?? this.#map(genes, species, namedAs);
    known.set(key, mapping);
    const { nMatched, nInFile, missingExamples } = mapping;
    const n = (value: number) => value.toLocaleString('en');
    if (namedAs !== species) {
      warnings.push(
        `The ${species} cells were read through one-to-one orthologs: ${n(nMatched)} of ${n(nInFile)} ${namedAs} gene names lead to a ${species} gene, the other ${n(nInFile - nMatched)} were left out.`,
      );
    }
    const fact = `${n(nMatched)} of ${n(nInFile)} gene names are known ${species} genes`;
    const examples = missingExamples.slice(0, 3).join(', ');
    if (nMatched === 0 || nMatched < REFUSED_SHARE * nInFile) {
      throw new WorkbenchError(
        'data-format',
        `${plan.label}: only ${fact} (unknown: ${examples}); check the species, or use symbols or Ensembl ids as gene names.`,
      );
    }
    if (nMatched < WARNED_SHARE * nInFile && namedAs === species) warnings.push(`Only ${fact} (unknown: ${examples}).`);
    return mapping;
  }

  #map(genes: FileGenes, species: Species, namedAs: Species): GeneMapping {
    const mapping = mapGenes(genes, this.#resolver, namedAs, { choices: this.#choices[namedAs] });
    return namedAs === species ? mapping : this.#throughOrthologs(mapping, genes, species);
  }

  #throughOrthologs(from: GeneMapping, { names }: FileGenes, species: Species): GeneMapping {
    const { orthologs } = this.#resolver;
    const genes: Gene[] = [];
    const next = from.genes.map(({ id }) => {
      const other = species === 'mouse' ? orthologs.mouse(id) : orthologs.human(id);
      const gene = other === undefined ? null : this.#resolver.byId(other, species);
      return gene ? genes.push(gene) - 1 : -1;
    });
    const target = from.target.map((gene) => (gene < 0 ? -1 : next[gene]));
    const nMatched = target.reduce((n, gene) => n + (gene < 0 ? 0 : 1), 0);
    const lost = names.filter((_, column) => from.target[column] >= 0 && target[column] < 0);
    return {
      ...from,
      genes,
      target,
      outcomes: from.outcomes.map((outcome, column) => {
        if (outcome?.status !== 'matched') return outcome;
        const gene = target[column] < 0 ? null : genes[target[column]];
        if (gene) return { ...outcome, by: 'ortholog', gene };
        return { ...outcome, status: 'missing', by: null, gene: null, reason: `no one-to-one ${species} ortholog` };
      }),
      nMatched,
      nMissing: from.nInFile - from.nAmbiguous - nMatched,
      matchedBy: { ortholog: nMatched },
      duplicatesSummed: nMatched - genes.length,
      missingExamples: [...from.missingExamples, ...lost].slice(0, Math.max(from.missingExamples.length, 20)),
    };
  }
}
