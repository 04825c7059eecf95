import type { EngineCallHandlers } from '#jobs/engine-calls.ts';
import { machinePlans } from '#genecompass/resources/plan.ts';
import { orthologCoverage } from '#singlecell/genes/ortholog-policy.ts';
import { inspectInputs } from '#singlecell/io/samples/inspect-inputs.ts';
import { inspectTokens } from '#singlecell/io/hf-arrow/inspect-tokens.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { calibrate } from './calibrate.ts';
import { estimateFollowUp, estimateScreen } from './estimate.ts';
import { exportPlates } from './export-plates.ts';
import { exportRanking } from './export-ranking.ts';
import { exportTokens } from './export-tokens.ts';
import { forward } from './forward.ts';
import { machineFacts, machineReport, probe } from './machine.ts';
import { LIBRARY_CALLS } from './model-import.ts';
import { publishedPerturbation } from './published-perturbation.ts';
import { qualityCounts } from './quality-counts.ts';
import { geneResolver } from './resources.ts';
import { selftest } from './selftest.ts';
import { workbook } from './workbook.ts';

/** Short questions the engine child answers beside its jobs. */
export const CALLS: EngineCallHandlers = {
  inspect: async ({ input }) => inspectInputs(input, await geneResolver()),
  inspectTokens: async ({ input }) => inspectTokens(await diskPlace(input), input),
  exportTokens,
  exportRanking,
  exportPlates,
  calibrate,
  workbook,
  machineFacts,
  probeDevice: ({ device }) => probe(device),
  machinePlans: async ({ devices }) => machinePlans(devices),
  machine: ({ check }) => machineReport(check),
  ...LIBRARY_CALLS,
  forward,
  publishedPerturbation,
  qualityCounts,
  selftest,
  orthologs: async ({ genes, detections, counts, minCells }) =>
    orthologCoverage(await geneResolver(), genes, detections, counts, minCells),
  estimateScreen,
  estimateFollowUp,
  resolveGenes: async ({ species, genes, measured, detections }) => {
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
  },
};
