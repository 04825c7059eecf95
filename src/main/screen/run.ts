import type { GeneGradients } from '#genecompass/gene-gradients.ts';
import type { GoalScore } from '#genecompass/goal-scores.ts';
import type { CellEncoder } from '#genecompass/types.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { foretell, foretoldOperators, goalScores } from './foretell.ts';
import { PartialTracker, type PartialScreen } from './partial.ts';
import { runShards, screenFingerprint } from './run-shards.ts';
import { runAdaptive, type RunPart, runTwoStages } from './run-stages.ts';
import { effectsPerGene, measuredStates } from './states.ts';
import { stateEmbeddings } from './state-embeddings.ts';
import type { ReadOut, ScreenPlan, ScreenResult, ShardStore } from './types.ts';

export const DEFAULT_BATCH = 64;

export interface RunScreenOptions {
  plan: ScreenPlan;
  tokens: TokenSet;
  encoder: CellEncoder;
  /** Names the weights; parts kept by a run with other weights are not taken up. */
  modelId: string;
  batchSize?: number;
  store?: ShardStore;
  /** For two stages: a backward pass or two for all genes. Without it every effect is computed exactly. */
  gradients?: (goals: readonly GoalScore[]) => Promise<GeneGradients>;
  signal?: AbortSignal;
  /** `states` and `gradients` count cells, `screen` perturbed cells that the model reads. */
  onProgress?: (progress: {
    stage: 'states' | 'gradients' | 'screen';
    done: number;
    total: number;
    unit: string;
  }) => void;
  /** After finished start cells, at most forty times for each part of a screen. */
  onPartial?: (partial: PartialScreen) => void;
}

/**
 * Runs a screen: every planned perturbation through the model, or in two stages, one start cell after the other.
 *
 * A start cell with all its perturbations is one shard: its genes all have nearly the same length, it is batched on its
 * own, and its numbers are the same whether it ran in one go, after a resume or beside other shards.
 * Throws: `cancelled`; `invalid-input` when a probability read-out is asked of a model without that class.
 */
export async function runScreen(options: RunScreenOptions): Promise<ScreenResult> {
  const { plan, tokens, encoder, signal, onProgress } = options;
  const batchSize = options.batchSize ?? DEFAULT_BATCH;
  const { readOuts, stateClasses } = availableReadOuts(plan, encoder);
  const perGene = effectsPerGene(plan, readOuts);
  const centroids = await stateEmbeddings(plan, tokens, encoder, {
    batchSize,
    signal,
    onCells: (done, total) => onProgress?.({ stage: 'states', done, total, unit: 'cells' }),
  });
  const result: ScreenResult = {
    plan,
    readOuts,
    effects: Object.fromEntries(
      plan.operators.map((operator) => [
        operator,
        new Float32Array(plan.genes.length * plan.cells.length * perGene).fill(NaN),
      ]),
    ),
    originals: new Float32Array(plan.cells.length * perGene),
    centroids,
    nPasses: 0,
    stages: null,
  };
  const base = screenFingerprint(plan, options.modelId);
  const context = { plan, tokens, encoder, centroids, readOuts, stateClasses, batchSize, signal };
  const partial = new PartialTracker(result, tokens);
  const bases = new Map<number, Float64Array>();
  const run: RunPart = (onlyOf, tag) => {
    const before = result.nPasses;
    return runShards(
      result,
      context,
      { tag, onlyOf },
      {
        fingerprint: base,
        bases,
        store: options.store,
        onPasses: (done, total) =>
          onProgress?.({ stage: 'screen', done: before + done, total: before + total, unit: 'perturbed cells' }),
        onCell: (ordinal, only, share) => {
          if (partial.add(ordinal, only, share)) options.onPartial?.(partial.snapshot(share));
        },
      },
    );
  };
  const operators = foretoldOperators(plan);
  if (!options.gradients || plan.config.computation === 'exact' || operators.length === 0) {
    await run(() => ({}), '');
    return result;
  }
  const gradients = await options.gradients(goalScores(plan, centroids, readOuts, stateClasses));
  let effects: ScreenResult['effects'];
  try {
    const total = plan.cells.length;
    const onCells = (done: number) => onProgress?.({ stage: 'gradients', done, total, unit: 'cells' });
    effects = await foretell(plan, tokens, gradients, { readOuts, signal, onCells });
  } finally {
    await gradients.dispose();
  }
  partial.foretell({ ...result, effects });
  const stages = plan.config.computation === 'adaptive' ? runAdaptive : runTwoStages;
  await stages(result, { ...result, effects }, operators, run);
  return result;
}

/** The embedding read-out always; the probability read-out where the head knows every goal. */
export function availableReadOuts(
  plan: ScreenPlan,
  encoder: Pick<CellEncoder, 'classes'>,
): { readOuts: ReadOut[]; stateClasses: number[][] } {
  const states = measuredStates(plan);
  const classOf = (label: string) => encoder.classes?.indexOf(label) ?? -1;
  // A group is known where all its labels are: the sum over some of them would be of another state.
  const stateClasses = states.map(({ labels }) =>
    labels.every((label) => classOf(label) >= 0) ? labels.map(classOf) : [],
  );
  const missing = states.flatMap(({ name, role }, i) =>
    role === 'goal' && stateClasses[i].length === 0 ? [name] : [],
  );
  if (missing.length === 0) return { readOuts: ['embedding-shift', 'probability-shift'], stateClasses };
  if (plan.config.readOut === 'probability-shift')
    throw new WorkbenchError(
      'invalid-input',
      encoder.classes
        ? `read-out probability-shift: the model was not taught ${missing.join(', ')} (it knows ${encoder.classes.join(', ')}); choose other goals or embedding-shift.`
        : 'read-out probability-shift: the model has no classifier; fine-tune it first or choose embedding-shift.',
    );
  return { readOuts: ['embedding-shift'], stateClasses };
}
