import { type OrthologCoverage, OrthologPolicy } from '#shared/domain/gene-report.ts';
import type { Gene } from '#shared/domain/gene.ts';
import type { GeneResolver } from './resolver.ts';

interface Pair {
  mouse: string;
  human: string;
  hasSameSymbol: boolean;
  detections: number;
}

/**
 * Which mouse genes are written with the token of which human gene, by Ensembl id.
 *
 * One-to-many adds one pair for a family: of the human and mouse genes that have no one-to-one partner, pairs with the same
 * symbol come first, then those whose mouse gene is seen in most cells, then the lowest ids; a gene is in one pair only, so
 * a token stays one gene and counts are never added up. Shape: `detections` has one value per gene.
 */
export function homologsUnder(
  policy: OrthologPolicy,
  resolver: Pick<GeneResolver, 'orthologs' | 'byId'>,
  genes: readonly Gene[],
  detections: ArrayLike<number>,
  minCells: number,
): ReadonlyMap<string, string> {
  const { orthologs } = resolver;
  if (policy === 'none') return new Map();
  if (policy === 'one-to-one') return orthologs.homologs();
  const pairs = genes.flatMap(({ id, symbol }, i): Pair[] =>
    detections[i] < minCells || orthologs.human(id) !== undefined
      ? []
      : orthologs
          .relatives(id, 'mouse')
          .filter((human) => orthologs.mouse(human) === undefined)
          .map((human) => {
            const other = resolver.byId(human, 'human')?.symbol;
            return { mouse: id, human, hasSameSymbol: other === symbol.toUpperCase(), detections: detections[i] };
          }),
  );
  pairs.sort(
    (a, b) =>
      Number(b.hasSameSymbol) - Number(a.hasSameSymbol) ||
      b.detections - a.detections ||
      (a.mouse < b.mouse ? -1 : a.mouse > b.mouse ? 1 : a.human < b.human ? -1 : 1),
  );
  const homologs = new Map(orthologs.homologs());
  const written = new Set<string>();
  for (const { mouse, human } of pairs) {
    if (homologs.has(mouse) || written.has(human)) continue;
    homologs.set(mouse, human);
    written.add(human);
  }
  return homologs;
}

/** What each policy comes to in the cells of a mouse dataset. Shape: one value of each list per gene. */
export function orthologCoverage(
  resolver: Pick<GeneResolver, 'orthologs' | 'byId'>,
  genes: readonly Gene[],
  detections: ArrayLike<number>,
  counts: ArrayLike<number>,
  minCells: number,
): OrthologCoverage[] {
  const seen = genes.map((_, i) => detections[i] >= minCells);
  const total = genes.reduce((sum, _, i) => sum + counts[i], 0);
  return OrthologPolicy.options.map((policy) => {
    const homologs = homologsUnder(policy, resolver, genes, detections, minCells);
    const told = { policy, shared: 0, sharedCounts: 0, own: 0, ownCounts: 0, nCounts: total };
    genes.forEach(({ id }, i) => {
      if (!seen[i]) return;
      if (homologs.has(id)) {
        told.shared++;
        told.sharedCounts += counts[i];
      } else {
        told.own++;
        told.ownCounts += counts[i];
      }
    });
    return told;
  });
}
