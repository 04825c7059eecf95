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

/** What was computed of one start cell. */
export interface Shard {
  /** Read-outs of the cell itself. Shape: states × read-outs. */
  base: Float64Array;
  /**
   * Shape: operators × rows asked of each × states × read-outs; NaN where an operator has no meaning in the cell, 0 where it
   * changes nothing.
   */
  effects: Float32Array;
}

/** Rows of `plan.genes` that each operator of the plan is asked for, ascending. */
export function askedRows(plan: ScreenPlan, only: Only): readonly (readonly number[])[] {
  let all: number[] | undefined;
  return plan.operators.map((operator) => {
    const asked = only[operator];
    return asked ? [...asked].sort((a, b) => a - b) : (all ??= Array.from(plan.genes.keys()));
  });
}

/** All perturbations asked of one start cell; `base` spares the pass through the cell itself. */
export async function runShard(
  context: ShardContext,
  ordinal: number,
  onBatch: (done: number) => void,
  base?: Float64Array,
): Promise<Shard> {
  const { plan, tokens, encoder, readOuts, batchSize } = context;
  const perGene = effectsPerGene(plan, readOuts);
  const original = encoderInput(tokens, plan.cells[ordinal], plan.maxLength);
  const asked = askedRows(plan, context.only);
  const effects = new Float32Array(perGene * asked.reduce((sum, rows) => sum + rows.length, 0)).fill(NaN);
  const noEffect = context.stateClasses.flatMap((classes) =>
    readOuts.map((readOut) => (readOut === 'probability-shift' && classes.length === 0 ? NaN : 0)),
  );
  const tasks = shardTasks(plan, asked, original, (slot) => effects.set(noEffect, perGene * slot));
  const target = {
    width: encoder.width,
    centroids: context.centroids,
    states: plan.measured,
    readOuts,
    nClasses: encoder.classes?.length ?? 0,
    classes: context.stateClasses,
  };
  const read = await readShifts(
    { encoder, target, pooling: plan.config.pooling, batchSize, signal: context.signal },
    original,
    tasks.map(({ input }) => input),
    onBatch,
    base,
  );
  tasks.forEach(({ slot }, i) => effects.set(read.shifts.subarray(perGene * i, perGene * (i + 1)), perGene * slot));
  return { base: read.base, effects };
}

/** What the model is to read of a cell and its place among the effects, short cells first. */
function shardTasks(
  plan: ScreenPlan,
  asked: readonly (readonly number[])[],
  original: EncoderInput,
  unchanged: (slot: number) => void,
): { slot: number; input: EncoderInput }[] {
  const present = new Set(original.tokenIds);
  const tasks: { slot: number; input: EncoderInput }[] = [];
  let slot = 0;
  plan.operators.forEach((operator, o) => {
    for (const row of asked[o]) {
      const gene = plan.genes[row];
      const perturbed = perturb(operator, original, gene, present.has(gene.tokenId), plan);
      if (perturbed === 'unchanged') unchanged(slot);
      else if (perturbed) tasks.push({ slot, input: { ...perturbed, species: original.species } });
      slot++;
    }
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
