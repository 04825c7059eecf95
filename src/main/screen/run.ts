import { createHash } from 'node:crypto';
import type { GeneGradients, GoalScore } from '#genecompass/gene-gradients.ts';
import type { CellEncoder } from '#genecompass/types.ts';
import type { Operator } from '#shared/domain/screen.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { foretell, FORETOLD, goalScores } from './foretell.ts';
import { countPasses } from './plan.ts';
import { PartialTracker, type PartialScreen } from './partial.ts';
import { runShard, type ShardContext } from './shard.ts';
import { agreementOf, agreesEnough, chooseExact, takeForetold } from './stages.ts';
import { effectsPerGene, measuredStates } from './states.ts';
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
  /** For two stages: one backward pass for all genes. Without it every effect is computed exactly. */
  gradients?: (goals: readonly GoalScore[]) => Promise<GeneGradients>;
  signal?: AbortSignal;
  /** Units: perturbed cells. */
  onProgress?: (progress: {
    stage: 'states' | 'gradients' | 'screen';
    done: number;
    total: number;
    unit: string;
  }) => void;
  /** After every finished start cell. */
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
  onProgress?.({ stage: 'states', done: 0, total: plan.cells.length, unit: 'cells' });
  const centroids = await stateEmbeddings(plan, tokens, encoder, { batchSize, signal });
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
  const run = (only: ShardContext['only'], tag: string) =>
    runShards(
      result,
      options,
      { plan, tokens, encoder, centroids, readOuts, stateClasses, batchSize, only, signal },
      tag,
    );

  const operators = plan.operators.filter((operator) => FORETOLD.includes(operator));
  if (!options.gradients || operators.length === 0) {
    await run({}, '');
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
  const foretold: ScreenResult = { ...result, effects };
  const { exact, compared } = chooseExact(foretold);
  const rowsFor = (names: readonly Operator[], rows: readonly number[]) =>
    Object.fromEntries(names.map((name) => [name, new Set(rows)]));
  await run(rowsFor(operators, exact), 'exact');
  const agreement = agreementOf(foretold, result, operators, compared);
  const fellBack = operators.filter((operator) => !agreesEnough(agreement, operator));
  result.stages = { exact, agreement, fellBack };
  if (fellBack.length > 0) {
    const left = plan.genes.flatMap((_, row) => (exact.includes(row) ? [] : [row]));
    const done = Object.fromEntries(plan.operators.map((name) => [name, new Set<number>()]));
    await run({ ...done, ...rowsFor(fellBack, left) }, 'rest');
  }
  takeForetold(result, foretold);
  return result;
}

/** Passes of the genes that are asked for, into the result; `tag` keeps the parts of one stage from those of another. */
async function runShards(
  result: ScreenResult,
  { plan, tokens, modelId, store, onProgress, onPartial }: RunScreenOptions,
  context: ShardContext,
  tag: string,
): Promise<void> {
  const { only } = context;
  const perGene = effectsPerGene(plan, result.readOuts);
  const total = countPasses(plan, tokens, only);
  const chosen = Object.entries(only).map(([operator, rows]) => [operator, [...rows]]);
  const fingerprint = screenFingerprint(plan, modelId, tag === '' ? null : { tag, chosen });
  const partial = new PartialTracker(result);
  let done = 0;
  for (let ordinal = 0; ordinal < plan.cells.length; ordinal++) {
    throwIfCancelled(context.signal);
    const key = `${fingerprint}/${ordinal}`;
    const passes = countPasses({ ...plan, cells: [plan.cells[ordinal]] }, tokens, only);
    let shard = readShard(await store?.load(key), plan, perGene);
    if (!shard) {
      const before = done;
      shard = await runShard(context, ordinal, (batchDone) =>
        onProgress?.({ stage: 'screen', done: before + batchDone, total, unit: 'perturbed cells' }),
      );
      await store?.save(key, new Uint8Array(shard.buffer, shard.byteOffset, shard.byteLength));
    }
    done += passes;
    placeShard(result, shard, ordinal, only);
    onProgress?.({ stage: 'screen', done, total, unit: 'perturbed cells' });
    partial.add(ordinal);
    onPartial?.(partial.snapshot());
  }
  result.nPasses += total;
}

/** Identity of a screen's numbers: plan, weights, and the part of the plan that is run. */
export function screenFingerprint(plan: ScreenPlan, modelId: string, part: object | null = null): string {
  return createHash('sha256')
    .update(stableJson(part ? { plan, modelId, part } : { plan, modelId }))
    .digest('hex')
    .slice(0, 32);
}

/** The embedding read-out always; the probability read-out where the head knows every goal. */
export function availableReadOuts(
  plan: ScreenPlan,
  encoder: CellEncoder,
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

/** A shard holds the original read-outs, then the effects: operators × genes × states × read-outs. */
function readShard(bytes: Uint8Array | null | undefined, plan: ScreenPlan, perGene: number): Float32Array | null {
  const length = perGene * (1 + plan.operators.length * plan.genes.length);
  if (!bytes || bytes.byteLength !== length * 4) return null;
  return new Float32Array(bytes.slice().buffer);
}

function placeShard(result: ScreenResult, shard: Float32Array, ordinal: number, only: ShardContext['only']): void {
  const { plan, readOuts } = result;
  const perGene = effectsPerGene(plan, readOuts);
  result.originals.set(shard.subarray(0, perGene), ordinal * perGene);
  plan.operators.forEach((operator, o) => {
    const effects = result.effects[operator] as Float32Array;
    for (let gene = 0; gene < plan.genes.length; gene++) {
      if (only[operator] && !only[operator].has(gene)) continue;
      const from = perGene * (1 + o * plan.genes.length + gene);
      effects.set(shard.subarray(from, from + perGene), (gene * plan.cells.length + ordinal) * perGene);
    }
  });
}
