import { createHash } from 'node:crypto';
import type { CellEncoder } from '#genecompass/types.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { countPasses } from './plan.ts';
import { PartialTracker, type PartialScreen } from './partial.ts';
import { runShard, type ShardContext } from './shard.ts';
import { stateEmbeddings, throwIfCancelled } from './state-embeddings.ts';
import type { ReadOut, ScreenPlan, ScreenResult, ShardStore } from './types.ts';

const DEFAULT_BATCH = 64;

export interface RunScreenOptions {
  plan: ScreenPlan;
  tokens: TokenSet;
  encoder: CellEncoder;
  /** Names the weights; parts kept by a run with other weights are not taken up. */
  modelId: string;
  batchSize?: number;
  store?: ShardStore;
  signal?: AbortSignal;
  /** Units: perturbed cells. */
  onProgress?: (progress: { stage: string; done: number; total: number; unit: string }) => void;
  /** After every finished start cell. */
  onPartial?: (partial: PartialScreen) => void;
}

/**
 * Runs every planned perturbation through the model, one start cell after the other.
 *
 * A start cell with all its perturbations is one shard: its genes all have nearly the same length, it is batched on its
 * own, and its numbers are the same whether it ran in one go, after a resume or beside other shards.
 * Throws: `cancelled`; `invalid-input` when a probability read-out is asked of a model without that class.
 */
export async function runScreen(options: RunScreenOptions): Promise<ScreenResult> {
  const { plan, tokens, encoder, store, signal, onProgress, onPartial } = options;
  const batchSize = options.batchSize ?? DEFAULT_BATCH;
  const nGoals = plan.states.length - 1;
  const { readOuts, goalClasses } = availableReadOuts(plan, encoder);
  const total = countPasses(plan, tokens);
  onProgress?.({ stage: 'states', done: 0, total, unit: 'perturbed cells' });
  const centroids = await stateEmbeddings(plan, tokens, encoder, { batchSize, signal });
  const result: ScreenResult = {
    plan,
    readOuts,
    effects: Object.fromEntries(
      plan.operators.map((operator) => [
        operator,
        new Float32Array(plan.genes.length * plan.cells.length * nGoals * readOuts.length).fill(NaN),
      ]),
    ),
    originals: new Float32Array(plan.cells.length * nGoals * readOuts.length),
    centroids,
    nPasses: total,
  };
  const fingerprint = screenFingerprint(plan, options.modelId);
  const partial = new PartialTracker(result);
  let done = 0;
  for (let ordinal = 0; ordinal < plan.cells.length; ordinal++) {
    throwIfCancelled(signal);
    const context: ShardContext = { plan, tokens, encoder, centroids, readOuts, goalClasses, batchSize, signal };
    const key = `${fingerprint}/${ordinal}`;
    const passes = countPasses({ ...plan, cells: [plan.cells[ordinal]] }, tokens);
    let shard = readShard(await store?.load(key), plan, nGoals * readOuts.length);
    if (!shard) {
      const before = done;
      shard = await runShard(context, ordinal, (batchDone) =>
        onProgress?.({ stage: 'screen', done: before + batchDone, total, unit: 'perturbed cells' }),
      );
      await store?.save(key, new Uint8Array(shard.buffer, shard.byteOffset, shard.byteLength));
    }
    done += passes;
    placeShard(result, shard, ordinal);
    onProgress?.({ stage: 'screen', done, total, unit: 'perturbed cells' });
    partial.add(ordinal);
    onPartial?.(partial.snapshot());
  }
  return result;
}

/** Identity of a screen's numbers: plan and weights. */
export function screenFingerprint(plan: ScreenPlan, modelId: string): string {
  return createHash('sha256').update(stableJson({ plan, modelId })).digest('hex').slice(0, 32);
}

/** The embedding read-out always; the probability read-out where the head knows every goal. */
function availableReadOuts(plan: ScreenPlan, encoder: CellEncoder): { readOuts: ReadOut[]; goalClasses: number[] } {
  const goals = plan.states.slice(1).map((state) => state.name);
  const goalClasses = goals.map((goal) => encoder.classes?.indexOf(goal) ?? -1);
  const missing = goals.filter((_, i) => goalClasses[i] < 0);
  if (missing.length === 0) return { readOuts: ['embedding-shift', 'probability-shift'], goalClasses };
  if (plan.config.readOut === 'probability-shift')
    throw new WorkbenchError(
      'invalid-input',
      encoder.classes
        ? `read-out probability-shift: the model was not taught ${missing.join(', ')} (it knows ${encoder.classes.join(', ')}); choose other goals or embedding-shift.`
        : 'read-out probability-shift: the model has no classifier; fine-tune it first or choose embedding-shift.',
    );
  return { readOuts: ['embedding-shift'], goalClasses };
}

/** A shard holds the original read-outs, then the effects: operators × genes × goals × read-outs. */
function readShard(bytes: Uint8Array | null | undefined, plan: ScreenPlan, perGene: number): Float32Array | null {
  const length = perGene * (1 + plan.operators.length * plan.genes.length);
  if (!bytes || bytes.byteLength !== length * 4) return null;
  return new Float32Array(bytes.slice().buffer);
}

function placeShard(result: ScreenResult, shard: Float32Array, ordinal: number): void {
  const { plan, readOuts } = result;
  const perGene = (plan.states.length - 1) * readOuts.length;
  result.originals.set(shard.subarray(0, perGene), ordinal * perGene);
  plan.operators.forEach((operator, o) => {
    const effects = result.effects[operator] as Float32Array;
    for (let gene = 0; gene < plan.genes.length; gene++) {
      const from = perGene * (1 + o * plan.genes.length + gene);
      effects.set(shard.subarray(from, from + perGene), (gene * plan.cells.length + ordinal) * perGene);
    }
  });
}
