import { createHash } from 'node:crypto';
import type { GeneStates } from '#genecompass/gene-states.ts';
import type { CellEncoder } from '#genecompass/types.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { encoderInput, throwIfCancelled } from '../state-embeddings.ts';
import type { ShardStore } from '../types.ts';
import { effectsShard, perturbedCells, type EffectsShard } from './effects-shard.ts';
import { goalReadOuts } from './goal-read-outs.ts';
import { countResponsePasses, responseShard } from './response-shard.ts';
import { addCell, emptySums } from './response-sums.ts';
import { ACTS, type FollowedScreen, type FollowUpEffects, type FollowUpPlan, type ResponseSums } from './types.ts';

const DEFAULT_BATCH = 64;

export interface RunFollowUpOptions {
  plan: FollowUpPlan;
  screen: FollowedScreen;
  tokens: TokenSet;
  encoder: CellEncoder;
  /** Made when it is needed first. */
  geneStates: () => GeneStates;
  /** Names the weights; parts kept by a run with other weights are not taken up. */
  modelId: string;
  batchSize?: number;
  store?: ShardStore;
  signal?: AbortSignal;
  /** Units: perturbed cells. */
  onProgress?: (progress: { stage: 'effects' | 'responses'; done: number; total: number }) => void;
}

/**
 * Every planned perturbation through the model, one start cell after the other; a cell is one shard, so that a run in
 * parts gives the numbers of one in one go.
 *
 * Throws: `cancelled`.
 */
export async function runEffects(options: RunFollowUpOptions): Promise<FollowUpEffects> {
  const { plan, screen, tokens, encoder, signal, store, onProgress } = options;
  const { cells, maxLength, config } = screen.plan;
  const { readOuts, target, perCondition } = goalReadOuts(screen, encoder);
  const nConditions = plan.conditions.length;
  const result: FollowUpEffects = {
    readOuts,
    effects: new Float32Array(nConditions * cells.length * perCondition).fill(NaN),
    acts: new Uint8Array(nConditions * cells.length),
    nPasses: 0,
  };
  const inputs = (ordinal: number) => encoderInput(tokens, cells[ordinal], maxLength);
  const passes = cells.map((_, ordinal) => {
    const { acts } = perturbedCells(plan.conditions, inputs(ordinal), maxLength);
    return acts.reduce((count, act) => count + (act === ACTS ? 1 : 0), 0);
  });
  result.nPasses = passes.reduce((sum, count) => sum + count, 0);
  const context = {
    conditions: plan.conditions,
    encoder,
    target,
    pooling: config.pooling,
    maxLength,
    batchSize: options.batchSize ?? DEFAULT_BATCH,
    perCondition,
    signal,
  };
  const fingerprint = fingerprintOf('effects', options);
  let done = 0;
  for (let ordinal = 0; ordinal < cells.length; ordinal++) {
    throwIfCancelled(signal);
    const key = `${fingerprint}/${ordinal}`;
    const kept = readEffects(await store?.load(key), nConditions, perCondition);
    let shard = kept;
    if (!shard) {
      const before = done;
      shard = await effectsShard(context, inputs(ordinal), (inCell) =>
        onProgress?.({ stage: 'effects', done: before + inCell, total: result.nPasses }),
      );
      await store?.save(key, writeEffects(shard));
    }
    for (let condition = 0; condition < nConditions; condition++) {
      const at = condition * cells.length + ordinal;
      result.acts[at] = shard.acts[condition];
      result.effects.set(
        shard.effects.subarray(condition * perCondition, (condition + 1) * perCondition),
        at * perCondition,
      );
    }
    done += passes[ordinal];
    if (!kept || done === result.nPasses) onProgress?.({ stage: 'effects', done, total: result.nPasses });
  }
  return result;
}

/** How far genes move under each planned perturbation, summed over the start cells. Throws: `cancelled`. */
export async function runResponses(options: RunFollowUpOptions): Promise<ResponseSums> {
  const { plan, screen, tokens, signal, store, onProgress } = options;
  const { responses } = plan;
  const { cells, maxLength } = screen.plan;
  if (responses.length === 0) return emptySums(0, []);
  const inputs = cells.map((cell) => encoderInput(tokens, cell, maxLength));
  const sums = emptySums(
    responses.length,
    inputs.map(({ tokenIds }) => tokenIds),
  );
  const passes = inputs.map((input) => countResponsePasses(responses, input, maxLength));
  sums.nPasses = passes.reduce((sum, count) => sum + count, 0);
  const fingerprint = fingerprintOf('responses', options);
  const states = options.geneStates();
  let done = 0;
  try {
    for (const [ordinal, cell] of inputs.entries()) {
      throwIfCancelled(signal);
      const key = `${fingerprint}/${ordinal}`;
      const kept = readFloats(await store?.load(key), responses.length * cell.tokenIds.length);
      let shard = kept;
      if (!shard) {
        const before = done;
        shard = await responseShard({ responses, states, maxLength, signal }, cell, (inCell) =>
          onProgress?.({ stage: 'responses', done: before + inCell, total: sums.nPasses }),
        );
        await store?.save(key, bytesOf(shard));
      }
      addCell(sums, responses, shard, cell.tokenIds);
      done += passes[ordinal];
      if (!kept || done === sums.nPasses) onProgress?.({ stage: 'responses', done, total: sums.nPasses });
    }
  } finally {
    await states.dispose();
  }
  return sums;
}

function fingerprintOf(what: string, { plan, screen, modelId }: RunFollowUpOptions): string {
  const { conditions, responses } = plan;
  const { cells, maxLength, config, states } = screen.plan;
  const part = what === 'effects' ? { conditions, states, pooling: config.pooling } : { responses };
  return createHash('sha256')
    .update(stableJson({ what, part, cells, maxLength, tokens: config.tokens, modelId }))
    .digest('hex')
    .slice(0, 32);
}

/** Effects as little-endian floats, then what each condition did. */
function writeEffects({ effects, acts }: EffectsShard): Uint8Array {
  const bytes = new Uint8Array(effects.byteLength + acts.byteLength);
  bytes.set(bytesOf(effects));
  bytes.set(acts, effects.byteLength);
  return bytes;
}

function readEffects(
  bytes: Uint8Array | null | undefined,
  nConditions: number,
  perCondition: number,
): EffectsShard | null {
  const size = nConditions * perCondition * 4;
  if (!bytes || bytes.byteLength !== size + nConditions) return null;
  return { effects: readFloats(bytes.subarray(0, size), nConditions * perCondition)!, acts: bytes.slice(size) };
}

function readFloats(bytes: Uint8Array | null | undefined, length: number): Float32Array | null {
  if (!bytes || bytes.byteLength !== length * 4) return null;
  // A copy, since the bytes may begin anywhere in their buffer.
  return new Float32Array(bytes.slice().buffer);
}

function bytesOf(array: Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
