import type { EngineCallHandlers } from '#jobs/engine-calls.ts';
import { orthologCoverage } from '#singlecell/genes/ortholog-policy.ts';
import { geneResolver } from './resources.ts';

/** What each policy on orthologs would cover of a dataset. */
export const orthologs: EngineCallHandlers['orthologs'] = async ({ genes, detections, counts, minCells }) =>
  orthologCoverage(await geneResolver(), genes, detections, counts, minCells);

/** What a list of gene names means in a dataset. */
export const resolveGenes: EngineCallHandlers['resolveGenes'] = async ({ species, genes, measured, detections }) => {
  const resolver = await geneResolver();
  const rowOf = new Map(measured.map(({ id }, row) => [id, row]));
  const { matched, ambiguous, missing } = resolver.resolveGeneList(genes, species);
  const found = matched.map(({ input, gene }) => ({
    input,
    gene,
    nCells: detections[rowOf.get(gene.id) ?? -1] ?? 0,
  }));
  return {
    matched: found.filter(({ nCells }) => nCells > 0),
    ambiguous: ambiguous.map(({ input, candidates }) => ({ input, candidates })),
    missing: [
      ...missing.map(({ input, reason }) => ({ input, reason })),
      ...found
        .filter(({ nCells }) => nCells === 0)
        .map(({ input, gene }) => ({
          input,
          reason: rowOf.has(gene.id) ? 'no cell expresses it' : 'it was not measured in this dataset',
        })),
    ],
  };
};
