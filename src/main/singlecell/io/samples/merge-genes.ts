import type { ImportConfig } from '#shared/domain/dataset.ts';
import type { Gene } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { GeneMapping } from '../import-genes.ts';

export interface MergedGenes {
  /** In the order in which the samples first name them. */
  genes: Gene[];
  /** Index into `genes` by column of the file; -1 where it is dropped. */
  targets: ReadonlyMap<GeneMapping, Int32Array>;
  /** Genes of every sample. */
  shared: number;
  /** Genes of any sample. */
  all: number;
  /** Of the sample with the fewest. */
  smallest: number;
  isShared(id: string): boolean;
}

/** Shared genes below this share of the shortest list are warned of. */
const WARNED_SHARE = 0.8;

/** The genes of several samples by Ensembl id. Throws data-format where no gene is in all of them. */
export function mergeGenes(mappings: ReadonlySet<GeneMapping>, policy: ImportConfig['genes']): MergedGenes {
  if (mappings.size === 1) {
    const [only] = mappings;
    return {
      genes: only.genes,
      targets: new Map([[only, only.target]]),
      shared: only.genes.length,
      all: only.genes.length,
      isShared: () => true,
      smallest: only.genes.length,
    };
  }
  const nSamples = new Map<string, number>();
  const geneOf = new Map<string, Gene>();
  for (const { genes } of mappings) {
    for (const gene of genes) {
      nSamples.set(gene.id, (nSamples.get(gene.id) ?? 0) + 1);
      if (!geneOf.has(gene.id)) geneOf.set(gene.id, gene);
    }
  }
  const isShared = (id: string) => nSamples.get(id) === mappings.size;
  const every = [...geneOf.values()];
  const shared = every.filter(({ id }) => isShared(id)).length;
  const genes = policy === 'union' ? every : every.filter(({ id }) => isShared(id));
  if (genes.length === 0) {
    throw new WorkbenchError(
      'data-format',
      'Samples: no gene is in all of them; check that they are of one species and named alike, import them apart, or choose union for Genes of several samples.',
    );
  }
  const smallest = Math.min(...[...mappings].map((mapping) => mapping.genes.length));
  const indexOf = new Map(genes.map(({ id }, index) => [id, index]));
  const targets = new Map<GeneMapping, Int32Array>();
  for (const mapping of mappings) {
    const next = mapping.genes.map(({ id }) => indexOf.get(id) ?? -1);
    targets.set(
      mapping,
      mapping.target.map((gene) => (gene < 0 ? -1 : next[gene])),
    );
  }
  return { genes, targets, isShared, shared, all: every.length, smallest };
}

/** What the difference between the samples' genes means for the dataset; null where there is none. `sharedCounts` is a share. */
export function overlapWords(
  policy: ImportConfig['genes'],
  { shared, all, smallest }: Pick<MergedGenes, 'shared' | 'all' | 'smallest'>,
  sharedCounts: number,
): string | null {
  if (shared === all) return null;
  const n = (value: number) => value.toLocaleString('en');
  const fact = `${n(shared)} of ${n(all)} genes are measured in every sample`;
  const other = `the other ${n(all - shared)}, with ${(100 * (1 - sharedCounts)).toFixed(1)} % of the counts,`;
  if (policy === 'union') return `${fact}; ${other} count 0 in the samples that did not measure them.`;
  const few = shared < WARNED_SHARE * smallest ? ' That is few: check that the samples were annotated alike.' : '';
  return `${fact} and kept; ${other} were left out.${few}`;
}
