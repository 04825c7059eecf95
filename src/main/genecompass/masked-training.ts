import type { Graph } from '#engine/ir/graph.ts';
import { dropoutState } from '#engine/nn/index.ts';
import type { BuiltLoss, Mode } from '#engine/train/trainer.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { fullEncoder, modelGraph } from './architecture.ts';
import { maskedLoss } from './architecture/losses.ts';
import type { Adapters } from './lora.ts';
import { declareTargets } from './masked-batch.ts';
import { NAMES } from './names.ts';

const MASKED = { kind: 'masked' } as const;

/** Batch of B cells × L positions with room for M masked ones. */
export interface MaskedShape {
  readonly batchSize: number;
  readonly length: number;
  readonly capacity: number;
}

/** The masked objective for one batch shape; reports `idLoss` (unless its weight is 0) and `valueLoss`. */
export function buildMaskedLoss(
  graph: Graph,
  config: ModelConfig,
  { batchSize, length, capacity }: MaskedShape,
  idWeight: number,
  mode: Mode,
  adapters: Adapters | null = null,
): BuiltLoss {
  const built = modelGraph(graph, config, MASKED, batchSize, length, { adapters });
  const drops = mode === 'train' && config.dropout > 0;
  const state = drops ? dropoutState(graph.input('seed', 'uint32', []), config.dropout) : undefined;
  const last = fullEncoder(config, built, state).states[config.nLayers];
  const targets = declareTargets(graph, capacity);
  const { loss, idLoss, valueLoss } = maskedLoss(
    config,
    built.parameters,
    last,
    built.inputs.priorTables,
    targets,
    idWeight,
  );
  return { loss, aux: idLoss ? { idLoss, valueLoss } : { valueLoss } };
}

/** Without weight the identity head has no gradient. */
export function trainsMasked(name: string, idWeight: number): boolean {
  return idWeight > 0 || !name.startsWith(`${NAMES.idHead}.`);
}
