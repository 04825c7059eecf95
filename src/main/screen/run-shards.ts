import { createHash } from 'node:crypto';
import { insertsGenes } from '#shared/domain/screen.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { type Only, passesByCell } from './passes.ts';
import { askedRows, runShard, type Shard, type ShardContext } from './shard.ts';
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
  /** Read-outs of the start cells themselves, kept from part to part. */
  readonly bases: Map<number, Float64Array>;
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
  { fingerprint, bases, store, onPasses, onCell }: ShardsOptions,
): Promise<void> {
  const { plan, tokens } = context;
  const passes = passesByCell(plan, tokens, onlyOf);
  const total = passes.reduce((sum, n) => sum + n, 0);
  let done = 0;
  for (let ordinal = 0; ordinal < plan.cells.length; ordinal++) {
    throwIfCancelled(context.signal);
    const only = onlyOf(ordinal);
    if (tag !== '' && !isAsked(plan, passes[ordinal], only)) continue;
    const key = `${partFingerprint(fingerprint, tag, only)}/${ordinal}`;
    const asked = askedRows(plan, only);
    const kept = readShard(await store?.load(key), effectsPerGene(plan, result.readOuts), asked);
    let shard = kept;
    if (!shard) {
      const before = done;
      const onBatch = (batchDone: number) => onPasses(before + batchDone, total);
      shard = await runShard({ ...context, only }, ordinal, onBatch, bases.get(ordinal));
      await store?.save(key, writeShard(shard));
    }
    bases.set(ordinal, shard.base);
    done += passes[ordinal];
    placeShard(result, shard, ordinal, asked);
    // What was kept took no time: told, it would make the rest look fast.
    if (!kept || done === total) onPasses(done, total);
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

/** The cell's own read-outs in double precision, since effects are small differences from them, then the effects. */
function writeShard({ base, effects }: Shard): Uint8Array {
  const bytes = new Uint8Array(base.byteLength + effects.byteLength);
  bytes.set(new Uint8Array(base.buffer, base.byteOffset, base.byteLength));
  bytes.set(new Uint8Array(effects.buffer, effects.byteOffset, effects.byteLength), base.byteLength);
  return bytes;
}

function readShard(
  bytes: Uint8Array | null | undefined,
  perGene: number,
  asked: readonly (readonly number[])[],
): Shard | null {
  const nBase = 8 * perGene;
  const nEffects = asked.reduce((sum, rows) => sum + 4 * perGene * rows.length, 0);
  if (!bytes || bytes.byteLength !== nBase + nEffects) return null;
  // Copies, since the bytes may begin anywhere in their buffer.
  return {
    base: new Float64Array(bytes.slice(0, nBase).buffer),
    effects: new Float32Array(bytes.slice(nBase).buffer),
  };
}

function placeShard(
  result: ScreenResult,
  { base, effects }: Shard,
  ordinal: number,
  asked: readonly (readonly number[])[],
): void {
  const { plan, readOuts } = result;
  const perGene = effectsPerGene(plan, readOuts);
  result.originals.set(base, ordinal * perGene);
  let from = 0;
  plan.operators.forEach((operator, o) => {
    const all = result.effects[operator] as Float32Array;
    for (const row of asked[o]) {
      all.set(effects.subarray(from, from + perGene), (row * plan.cells.length + ordinal) * perGene);
      from += perGene;
    }
  });
}
