import { planByLength } from '#genecompass/forward/plan.ts';
import type { PassModel } from '#genecompass/resources/pass-graphs.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import { perturbedCells } from '../follow-up/effects-shard.ts';
import { CELLS_AT_ONCE } from '../follow-up/response-shard.ts';
import type { Condition, FollowUpPlan } from '../follow-up/types.ts';
import type { ScreenPlan } from '../types.ts';
import { countEncoded, type EncodedCell } from './count-encoded.ts';
import { PassCounter, type PassRuns } from './pass-runs.ts';
import type { ExactWork } from './screen-work.ts';

/** Perturbations that are tried to count passes; of more, some start cells stand for all. */
const MOST_TRIED = 20_000;

export interface FollowUpWork extends ExactWork {
  /** Of the passes: those that doses and combinations take; the others are of responses. */
  readonly nEffects: number;
}

/** Everything a closer look puts through the model; `inputs` are the start cells of its screen. */
export function followUpWork(
  plan: FollowUpPlan,
  { maxLength, config }: Pick<ScreenPlan, 'maxLength' | 'config'>,
  inputs: readonly EncoderInput[],
  model: PassModel,
): FollowUpWork {
  const counter = new PassCounter();
  const responses = plan.responses.map(({ change }): Condition => [change]);
  const nTried = Math.max(1, Math.floor(MOST_TRIED / (plan.conditions.length + responses.length)));
  const step = Math.max(1, Math.ceil(inputs.length / nTried));
  const tried = inputs.filter((_, ordinal) => ordinal % step === 0);
  const weight = inputs.length / tried.length;
  let [nEffects, nResponses] = [0, 0];
  for (const cell of tried) {
    const own = cell.tokenIds.length;
    const perturbed = encodedOf(plan.conditions, cell, maxLength);
    nEffects += perturbed.length;
    const { pooling } = config;
    countEncoded(counter, [{ length: own, hidesOne: false }, ...perturbed], model, { pooling, weight });
    const moved = encodedOf(responses, cell, maxLength).map(({ length }) => length);
    nResponses += moved.length;
    if (moved.length === 0) continue;
    const states = (chunk: readonly number[]) => {
      for (const { batchSize, padded } of planByLength(chunk, model.config.maxLength))
        counter.add({ kind: 'gene-states', batchSize, length: padded }, weight);
    };
    states([own]);
    eachChunk(moved, CELLS_AT_ONCE, states);
  }
  return {
    nPasses: Math.round(weight * (nEffects + nResponses)),
    nEffects: Math.round(weight * nEffects),
    runs: counter.all,
  };
}

/** The stages of a closer look as its progress names them. */
export function followUpStages({ nPasses, nEffects, runs }: FollowUpWork) {
  const isStates = ({ pass }: PassRuns) => pass.kind === 'gene-states';
  return [
    { stage: 'effects', units: nEffects, runs: runs.filter((one) => !isStates(one)) },
    { stage: 'responses', units: nPasses - nEffects, runs: runs.filter(isStates) },
  ];
}

function encodedOf(conditions: readonly Condition[], cell: EncoderInput, maxLength: number): EncodedCell[] {
  return perturbedCells(conditions, cell, maxLength).tasks.map(({ input }) => ({
    length: input.tokenIds.length,
    hidesOne: input.hiddenPositions?.length === 1,
  }));
}

function eachChunk(all: readonly number[], size: number, use: (chunk: readonly number[]) => void): void {
  for (let from = 0; from < all.length; from += size) use(all.slice(from, from + size));
}
