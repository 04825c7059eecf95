import type { EngineCallHandlers } from '#jobs/engine-calls.ts';
import { lazily } from './lazily.ts';

/** Short questions the engine child answers beside its jobs. */
export const CALLS: EngineCallHandlers = {
  inspect: lazily(async () => (await import('./inspections.ts')).inspect),
  inspectTokens: lazily(async () => (await import('./inspections.ts')).inspectTokens),
  exportTokens: lazily(async () => (await import('./export-tokens.ts')).exportTokens),
  exportRanking: lazily(async () => (await import('./export-ranking.ts')).exportRanking),
  exportPlates: lazily(async () => (await import('./export-plates.ts')).exportPlates),
  calibrate: lazily(async () => (await import('./calibrate.ts')).calibrate),
  workbook: lazily(async () => (await import('./workbook.ts')).workbook),
  machineFacts: lazily(async () => (await import('./machine.ts')).machineFacts),
  probeDevice: async ({ device }) => (await import('./machine.ts')).probe(device),
  machinePlans: async ({ devices }) => (await import('#genecompass/resources/plan.ts')).machinePlans(devices),
  machine: async ({ check }) => (await import('./machine.ts')).machineReport(check),
  inspectCheckpoint: lazily(async () => (await import('./model-import.ts')).LIBRARY_CALLS.inspectCheckpoint),
  importModel: lazily(async () => (await import('./model-import.ts')).LIBRARY_CALLS.importModel),
  verifyModel: lazily(async () => (await import('./model-import.ts')).LIBRARY_CALLS.verifyModel),
  forward: lazily(async () => (await import('./forward.ts')).forward),
  publishedPerturbation: lazily(async () => (await import('./published-perturbation.ts')).publishedPerturbation),
  qualityCounts: lazily(async () => (await import('./quality-counts.ts')).qualityCounts),
  selftest: lazily(async () => (await import('./selftest.ts')).selftest),
  orthologs: lazily(async () => (await import('./gene-questions.ts')).orthologs),
  estimateScreen: lazily(async () => (await import('./estimate.ts')).estimateScreen),
  estimateFollowUp: lazily(async () => (await import('./estimate.ts')).estimateFollowUp),
  resolveGenes: lazily(async () => (await import('./gene-questions.ts')).resolveGenes),
};
