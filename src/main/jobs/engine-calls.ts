import { z } from 'zod';
import { ArtifactId } from '#shared/domain/ids.ts';
import { ResolvedGenes } from '#shared/contract/dataset.ts';
import { FileInspection, ImportConfig } from '#shared/domain/dataset.ts';
import { ComputeDevice, DeviceCheck, MachineCheck, MachinePlan } from '#shared/domain/device.ts';
import { FollowUpConfig } from '#shared/domain/follow-up.ts';
import { ForwardConfig, ForwardReport } from '#shared/domain/forward.ts';
import { OrthologCoverage } from '#shared/domain/gene-report.ts';
import { Gene, Species } from '#shared/domain/gene.ts';
import { LabResultsConfig } from '#shared/domain/lab-results.ts';
import { QcRules } from '#shared/domain/qc-rules.ts';
import { QualityCounts } from '#shared/domain/quality.ts';
import { PublishedPerturbationConfig, PublishedPerturbationReport } from '#shared/domain/published-perturbation.ts';
import { RankingExport } from '#shared/domain/ranking-export.ts';
import { RunEstimate } from '#shared/domain/run-estimate.ts';
import { ScreenConfig } from '#shared/domain/screen.ts';
import { SelftestConfig, SelftestReport } from '#shared/domain/selftest.ts';
import { TokensExportConfig, TokensExportReport, TokensImportConfig, TokensInspection } from '#shared/domain/tokens.ts';
import { Calibrated } from '#shared/contract/calibration.ts';
import { ExportedFile } from '#shared/contract/exported-file.ts';
import { MachineReport } from '#shared/contract/host.ts';
import { Sheet } from '#shared/domain/sheet.ts';
import {
  CheckpointInput,
  CheckpointReport,
  LibraryChoice,
  LibraryModel,
  LibraryModelId,
  ModelImportConfig,
} from '#shared/domain/library.ts';
import type { CallContext, CallHandlers, CallOptions, Engine } from './engine.ts';

/** Where a model lies; exactly one is given. */
const ModelSource = z.object({
  /** A published checkpoint, or a model file of the workbench. */
  checkpoint: z.string().optional(),
  /** A model of the library. */
  imported: LibraryModelId.optional(),
  /** A model of the project, which is asked about with its project. */
  stored: z.object({ id: ArtifactId, title: z.string() }).optional(),
});
export type ModelSource = z.infer<typeof ModelSource>;

/** Questions the engine child answers without a project and without a job: short ones, and long ones with progress. */
export const ENGINE_CALLS = {
  inspect: { input: z.object({ input: ImportConfig.shape.input }), output: FileInspection },
  inspectTokens: { input: TokensImportConfig.pick({ input: true }), output: TokensInspection },
  exportTokens: { input: TokensExportConfig.extend({ tokens: ArtifactId }), output: TokensExportReport },
  resolveGenes: {
    input: z.object({
      species: Species,
      genes: z.array(z.string()),
      measured: z.array(Gene),
      detections: z.array(z.number().int()),
    }),
    output: ResolvedGenes,
  },
  orthologs: {
    input: z.object({
      genes: z.array(Gene),
      detections: z.array(z.number().int()),
      counts: z.array(z.number()),
      minCells: z.number().int(),
    }),
    output: z.array(OrthologCoverage),
  },
  /** Asked with its project, while a threshold is dragged. */
  qualityCounts: { input: z.object({ quality: ArtifactId, rules: QcRules }), output: QualityCounts },
  inspectCheckpoint: { input: CheckpointInput, output: CheckpointReport },
  importModel: {
    input: ModelImportConfig,
    output: z.object({ model: LibraryModel, isNew: z.boolean() }),
  },
  verifyModel: { input: LibraryChoice, output: z.object({}) },
  /** What the devices are and whether they changed since a check. */
  machineFacts: {
    input: z.object({}),
    output: z.object({ fingerprint: z.string(), devices: z.array(ComputeDevice) }),
  },
  /** Asked of an engine of its own: a bad driver may end it. */
  probeDevice: { input: z.object({ device: ComputeDevice }), output: DeviceCheck },
  machinePlans: { input: z.object({ devices: z.array(DeviceCheck) }), output: z.array(MachinePlan) },
  machine: { input: z.object({ check: MachineCheck.nullable() }), output: MachineReport },
  forward: {
    input: ForwardConfig.omit({ model: true, checkpoint: true }).extend(ModelSource.shape),
    output: ForwardReport,
  },
  publishedPerturbation: {
    input: PublishedPerturbationConfig.omit({ model: true, checkpoint: true }).extend(ModelSource.shape),
    output: PublishedPerturbationReport,
  },
  selftest: { input: SelftestConfig, output: SelftestReport },
  /** Both asked with their project; they try a few passes of the model's size. */
  estimateScreen: { input: ScreenConfig, output: RunEstimate },
  estimateFollowUp: { input: FollowUpConfig, output: RunEstimate },
  /** Asked with its project. */
  exportRanking: { input: RankingExport.extend({ ranking: ArtifactId }), output: ExportedFile },
  /** Asked with its project; base64 where it is a workbook. */
  exportPlates: {
    input: z.object({ ranking: ArtifactId, format: z.enum(['xlsx', 'csv', 'order']) }),
    output: z.object({ content: z.string() }),
  },
  /** Asked with its project, in which it keeps what it finds. */
  calibrate: { input: LabResultsConfig.extend({ ranking: ArtifactId }), output: Calibrated },
  workbook: { input: z.object({ sheets: z.array(Sheet) }), output: z.object({ content: z.base64() }) },
} as const;

export type EngineCallName = keyof typeof ENGINE_CALLS;
export type EngineCallInput<N extends EngineCallName> = z.infer<(typeof ENGINE_CALLS)[N]['input']>;
export type EngineCallOutput<N extends EngineCallName> = z.infer<(typeof ENGINE_CALLS)[N]['output']>;

/** Asks the engine; throws its `WorkbenchError`, or `unavailable` when it died. */
export interface EngineCalls {
  call<N extends EngineCallName>(
    name: N,
    input: EngineCallInput<N>,
    options?: CallOptions,
  ): Promise<EngineCallOutput<N>>;
}

/** The engine's side: one handler each. */
export type EngineCallHandlers = {
  [N in EngineCallName]: (input: EngineCallInput<N>, context: CallContext) => Promise<EngineCallOutput<N>>;
};

/** An engine with its questions typed and its answers checked. */
export function typedCalls(engine: Pick<Engine, 'call'>): EngineCalls {
  return {
    call: async (name, input, options) =>
      ENGINE_CALLS[name].output.parse(await engine.call(name, input, options)) as never,
  };
}

/** Handlers that check what they are asked. */
export function checkedHandlers(handlers: EngineCallHandlers): CallHandlers {
  return Object.fromEntries(
    Object.entries(ENGINE_CALLS).map(([name, { input }]) => [
      name,
      (asked: never, context: CallContext) => handlers[name as EngineCallName](input.parse(asked) as never, context),
    ]),
  );
}
