import { createHash } from 'node:crypto';
import { insertsGenes } from '#shared/domain/screen.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { type Only, passesByCell } from './passes.ts';
import { runShard, type ShardContext } from './shard.ts';
import { throwIfCancelled } from './state-embeddings.ts';
import { effectsPerGene } from './states.ts';
import type { ScreenPlan, ScreenResult, ShardStore } from './types.ts';

/** A part of the perturbations of a screen. */
export interface Part {
  /** Keeps what is stored of one part from what is stored of another; empty for a whole screen. */
  readonly tag: string;
  readonly onlyOf: (ordinal: number) => Only;
}

export interface ShardsOptions {
  /** As of `screenFingerprint`. */
  readonly fingerprint: string;
  readonly store?: ShardStore;
  readonly onPasses: (done: number, total: number) => void;
  /** A start cell is done. */
  readonly onCell: (ordinal: number, only: Only, share: number) => void;
}

/** Runs a part of a screen into the result, one start cell after the other; cells nothing is asked of are left out. */
export async function runShards(
  result: ScreenResult,
  context: Omit<ShardContext, 'only'>,
  { tag, onlyOf }: Part,
  { fingerprint, store, onPasses, onCell }: ShardsOptions,
): Promise<void> {
  const { plan, tokens } = context;
  const perGene = effectsPerGene(plan, result.readOuts);
  const passes = passesByCell(plan, tokens, onlyOf);
  const total = passes.reduce((sum, n) => sum + n, 0);
  let done = 0;
  for (let ordinal = 0; ordinal < plan.cells.length; ordinal++) {
    throwIfCancelled(context.signal);
    const only = onlyOf(ordinal);
    if (tag !== '' && !isAsked(plan, passes[ordinal], only)) continue;
    const key = `${partFingerprint(fingerprint, tag, only)}/${ordinal}`;
    let shard = readShard(await store?.load(key), plan, perGene);
    if (!shard) {
      const before = done;
      shard = await runShard({ ...context, only }, ordinal, (batchDone) => onPasses(before + batchDone, total));
      await store?.save(key, new Uint8Array(shard.buffer, shard.byteOffset, shard.byteLength));
    }
    done += passes[ordinal];
    placeShard(result, shard, ordinal, only);
    onPasses(done, total);
    onCell(ordinal, only, total > 0 ? done / total : 1);
  }
  result.nPasses += total;
}

/** Identity of a screen's numbers: plan and weights. */
export function screenFingerprint(plan: ScreenPlan, modelId: string): string {
  return digest(stableJson({ plan, modelId }));
}

/** Whether there is anything to do in a cell: an operator that inserts genes has answers for cells without a pass too. */
function isAsked({ operators }: ScreenPlan, nPasses: number, only: Only): boolean {
  return nPasses > 0 || operators.some((operator) => insertsGenes(operator) && only[operator]?.size !== 0);
}

function partFingerprint(fingerprint: string, tag: string, only: Only): string {
  if (tag === '') return fingerprint;
  const chosen = Object.entries(only).map(([operator, rows]) => [operator, [...rows].sort((a, b) => a - b)]);
  return digest(stableJson({ fingerprint, tag, chosen }));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A shard holds the original read-outs, then the effects: operators × genes × states × read-outs. */
function readShard(bytes: Uint8Array | null | undefined, plan: ScreenPlan, perGene: number): Float32Array | null {
  const length = perGene * (1 + plan.operators.length * plan.genes.length);
  if (!bytes || bytes.byteLength !== length * 4) return null;
  return new Float32Array(bytes.slice().buffer);
}

function placeShard(result: ScreenResult, shard: Float32Array, ordinal: number, only: Only): void {
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
