import type { CellEncoder, EncoderInput } from '#genecompass/types.ts';
import { assertNever } from '#shared/util/assert-never.ts';
import type { Operator } from '#shared/domain/screen.ts';
import {
  knockDownGenes,
  maskGenes,
  moveToRank,
  overExpressGenes,
  publishedOverExpressGenes,
  removeGenes,
  type CellTokens,
  type PerturbedCell,
} from '#singlecell/perturb/operators.ts';
import type { TokenSet } from '#singlecell/types.ts';
import type { Only } from './passes.ts';
import { readShifts, shortFirst } from './read-shifts.ts';
import { effectsPerGene } from './states.ts';
import { encoderInput } from './state-embeddings.ts';
import type { PlannedGene, ReadOut, ScreenPlan } from './types.ts';

export interface ShardContext {
  plan: ScreenPlan;
  tokens: TokenSet;
  encoder: CellEncoder;
  centroids: Float32Array;
  readOuts: readonly ReadOut[];
  /** Classes of each measured state; none where the classifier does not know it. */
  stateClasses: readonly (readonly number[])[];
  batchSize: number;
  /** Rows of `plan.genes` that an operator is run for; all where it is not named. */
  only: Only;
  signal?: AbortSignal;
}

interface Task {
  slot: number;
  input: EncoderInput;
}

/**
 * All perturbations of one start cell.
 *
 * Shape: the cell's own read-outs (states × read-outs), then effects operators × genes × states × read-outs; NaN where an
 * operator has no meaning in the cell, 0 where it changes nothing.
 */
export async function runShard(
  context: ShardContext,
  ordinal: number,
  onBatch: (done: number) => void,
): Promise<Float32Array> {
  const { plan, tokens, encoder, readOuts, batchSize } = context;
  const perGene = effectsPerGene(plan, readOuts);
  const original = encoderInput(tokens, plan.cells[ordinal], plan.maxLength);
  const shard = new Float32Array(perGene * (1 + plan.operators.length * plan.genes.length)).fill(NaN);
  const noEffect = context.stateClasses.flatMap((classes) =>
    readOuts.map((readOut) => (readOut === 'probability-shift' && classes.length === 0 ? NaN : 0)),
  );
  const tasks = shardTasks(plan, context.only, original, (slot) => shard.set(noEffect, perGene * (1 + slot)));
  const target = {
    width: encoder.width,
    centroids: context.centroids,
    states: plan.measured,
    readOuts,
    nClasses: encoder.classes?.length ?? 0,
    classes: context.stateClasses,
  };
  const shifts = await readShifts(
    { encoder, target, pooling: plan.config.pooling, batchSize, signal: context.signal },
    original,
    tasks.map(({ input }) => input),
    onBatch,
  );
  shard.set(shifts.subarray(0, perGene));
  tasks.forEach(({ slot }, i) =>
    shard.set(shifts.subarray(perGene * (1 + i), perGene * (2 + i)), perGene * (1 + slot)),
  );
  return shard;
}

/** What the model is to read of a cell, short cells first. */
function shardTasks(
  plan: ScreenPlan,
  only: ShardContext['only'],
  original: EncoderInput,
  unchanged: (slot: number) => void,
): Task[] {
  const present = new Set(original.tokenIds);
  const tasks: Task[] = [];
  plan.operators.forEach((operator, o) => {
    plan.genes.forEach((gene, g) => {
      if (only[operator] && !only[operator].has(g)) return;
      const slot = o * plan.genes.length + g;
      const perturbed = perturb(operator, original, gene, present.has(gene.tokenId), plan);
      if (perturbed === 'unchanged') unchanged(slot);
      else if (perturbed) tasks.push({ slot, input: { ...perturbed, species: original.species } });
    });
  });
  return shortFirst(tasks);
}

/** A start cell under an operator of the plan; null where it has no meaning there. */
export function perturb(
  operator: Operator,
  cell: CellTokens,
  gene: PlannedGene,
  isPresent: boolean,
  { maxLength, config }: ScreenPlan,
): PerturbedCell | 'unchanged' | null {
  // A cell of a single gene has nothing left to read without it.
  const takesAway = isPresent && cell.tokenIds.length > 1;
  switch (operator) {
    case 'mask':
      return takesAway ? maskGenes(cell, [gene.tokenId]) : null;
    case 'remove':
      return takesAway ? removeGenes(cell, [gene.tokenId]) : null;
    case 'knock-down':
      return isPresent ? knockDownGenes(cell, [gene.tokenId], config.knockDownLevel) : null;
    case 'to-rank':
      return moveToRank(cell, gene.tokenId, config.rankPercentile, maxLength) ?? 'unchanged';
    case 'over-express':
      return overExpressGenes(cell, [{ tokenId: gene.tokenId, value: gene.dose }], maxLength) ?? 'unchanged';
    case 'published-over-express':
      return isPresent ? publishedOverExpressGenes(cell, [gene.tokenId]) : null;
    default:
      return assertNever(operator);
  }
}
