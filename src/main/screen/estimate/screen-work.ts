import { gradientBatches, type GradientPart, type GradientSize, MOST_JOINING } from '#genecompass/gene-gradients.ts';
import { inferenceBatches } from '#genecompass/inference-batches.ts';
import type { PassModel } from '#genecompass/resources/pass-graphs.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { changing, needsOf } from '../first-order.ts';
import { CELLS_AT_ONCE, countJoining, foretoldOperators } from '../foretell.ts';
import { eachPass, type Only } from '../passes.ts';
import { encoderInput } from '../state-embeddings.ts';
import { goalStates } from '../states.ts';
import type { ScreenPlan } from '../types.ts';
import { countEncoded, type EncodedCell } from './count-encoded.ts';
import { PassCounter, type PassRuns } from './pass-runs.ts';
import { adaptiveParts, stagedParts } from './stage-parts.ts';

/** Exact passes of a screen. */
export interface ExactWork {
  /** Perturbed cells the model reads. */
  readonly nPasses: number;
  readonly runs: readonly PassRuns[];
}

/** Everything a screen puts through the model. */
export interface ScreenWork {
  /** Reference cells of the states, and the gradients of effects that are foretold. */
  readonly before: readonly PassRuns[];
  /** Fewest exact passes. */
  readonly least: ExactWork;
  /** Most of them where what was foretold can be used. */
  readonly likely: ExactWork;
  /** Where every effect must be computed exactly after all. */
  readonly most: ExactWork;
}

/** A part of a screen: what is computed in each start cell. */
export type OnlyOf = (ordinal: number) => Only;

/** Share of all passes that adaptive stages took with gradients far worse than those of trained models. Source: docs/decisions/0044. */
const ADAPTIVE_SHARE = 0.12;

/** Leading genes are seen in so many times as many start cells as others. Source: docs/decisions/0049. */
const LEADING = { rarer: 0.65, commoner: 1.3 };

/**
 * What a planned screen puts through the model, counted without perturbing a cell.
 *
 * `nOdds`: goals whose class the model knows. Where everything is exact, the three counts are one and the same.
 */
export function screenWork(plan: ScreenPlan, tokens: TokenSet, model: PassModel, nOdds: number): ScreenWork {
  const counter = new WorkCounter(plan, tokens, model);
  const before = new PassCounter();
  counter.states(before);
  const most = counter.part(() => ({}));
  if (!foretells(plan)) return { before: before.all, least: most, likely: most, most };
  counter.gradients(before, nOdds);
  if (plan.config.computation === 'two-stage') {
    const parts = stagedParts(plan, tokens);
    const known = counter.part(parts.known);
    const likely = between(known, counter.part(parts.likely), LEADING.commoner);
    return {
      before: before.all,
      least: between(known, counter.part(parts.least), LEADING.rarer),
      likely: likely.nPasses < most.nPasses ? likely : most,
      most,
    };
  }
  const least = counter.part(adaptiveParts(plan, tokens).least);
  return { before: before.all, least, likely: between(least, most, ADAPTIVE_SHARE), most };
}

/** The stages of a screen as its progress names them. */
export function screenStages({ cells, states }: ScreenPlan, { before, least, likely }: ScreenWork) {
  const exact = between(least, likely, 0.5);
  const isGradient = ({ pass }: PassRuns) => pass.kind === 'gradients';
  return [
    {
      stage: 'states',
      units: states.reduce((sum, state) => sum + state.cells.length, 0),
      runs: before.filter((one) => !isGradient(one)),
    },
    { stage: 'gradients', units: cells.length, runs: before.filter(isGradient) },
    { stage: 'screen', units: exact.nPasses, runs: exact.runs },
  ];
}

/** Whether some effects of a screen are foretold. */
export function foretells({ config, operators }: Pick<ScreenPlan, 'config' | 'operators'>): boolean {
  return config.computation !== 'exact' && foretoldOperators({ operators }).length > 0;
}

class WorkCounter {
  readonly #plan: ScreenPlan;
  readonly #tokens: TokenSet;
  readonly #model: PassModel;
  readonly #batches = new Map<string, ReturnType<typeof inferenceBatches>>();

  constructor(plan: ScreenPlan, tokens: TokenSet, model: PassModel) {
    this.#plan = plan;
    this.#tokens = tokens;
    this.#model = model;
  }

  /** As `stateEmbeddings` reads them. */
  states(counter: PassCounter): void {
    for (const { cells } of this.#plan.states) {
      const lengths = cells.map((cell) => this.#length(cell)).sort((a, b) => a - b);
      this.#encode(
        counter,
        lengths.map((length) => ({ length, hidesOne: false })),
      );
    }
  }

  /** As `foretell` asks for them. */
  gradients(counter: PassCounter, nOdds: number): void {
    const plan = this.#plan;
    const scores = { cosines: goalStates(plan).length, odds: nOdds };
    const operators = foretoldOperators(plan);
    const { parts, shiftedUp, shiftedDown } = needsOf(operators, plan.config);
    const nChanges = changing(operators).length;
    const count = (sizes: readonly GradientSize[], told: readonly GradientPart[]) => {
      for (const { shape } of gradientBatches(sizes, { parts: told, nChanges }, this.#model.config.maxLength))
        counter.add({ ...shape, kind: 'gradients', scores });
    };
    for (let from = 0; from < plan.cells.length; from += CELLS_AT_ONCE) {
      const cells = plan.cells.slice(from, from + CELLS_AT_ONCE);
      const lengths = cells.map((cell) => this.#length(cell));
      const joining = cells.map((cell) => countJoining(plan, encoderInput(this.#tokens, cell, plan.maxLength)));
      const some = (first: number) =>
        lengths
          .map((length, i) => ({ length, nJoining: Math.max(0, Math.min(MOST_JOINING, joining[i] - first)) }))
          .filter(({ nJoining }) => first === 0 || nJoining > 0);
      const alone = (ofCell: (length: number) => number) =>
        lengths.map((length) => ({ length: ofCell(length), nJoining: 0 }));
      count(some(0), parts);
      for (let first = MOST_JOINING; first < Math.max(...joining); first += MOST_JOINING)
        count(some(first), ['joined']);
      if (shiftedUp)
        count(
          alone((length) => Math.max(1, length - 1)),
          ['down'],
        );
      if (shiftedDown)
        count(
          alone((length) => Math.min(length + 1, plan.maxLength)),
          ['up'],
        );
    }
  }

  /** As `runShard` makes them: the cell itself, then its perturbations by length. */
  part(onlyOf: OnlyOf): ExactWork {
    const counter = new PassCounter();
    let nPasses = 0;
    this.#plan.cells.forEach((cell, ordinal) => {
      const perturbed: EncodedCell[] = [];
      eachPass(this.#plan, this.#tokens, ordinal, onlyOf(ordinal), (length, _row, operator) =>
        perturbed.push({ length, hidesOne: operator === 'mask' }),
      );
      if (perturbed.length === 0) return;
      nPasses += perturbed.length;
      const own = { length: this.#length(cell), hidesOne: false };
      this.#encode(counter, [own, ...perturbed.sort((a, b) => a.length - b.length)]);
    });
    return { nPasses, runs: counter.all };
  }

  #encode(counter: PassCounter, cells: readonly EncodedCell[]): void {
    const { pooling } = this.#plan.config;
    countEncoded(counter, cells, this.#model, { pooling, batches: (lengths) => this.#batchesOf(lengths) });
  }

  /** Most batches of a screen are alike. */
  #batchesOf(lengths: readonly number[]): ReturnType<typeof inferenceBatches> {
    const key = lengths[0] === lengths.at(-1) ? `${lengths[0]}×${lengths.length}` : lengths.join();
    let batches = this.#batches.get(key);
    if (!batches) this.#batches.set(key, (batches = inferenceBatches(lengths, this.#model.config.maxLength)));
    return batches;
  }

  #length(cell: number): number {
    const { offsets } = this.#tokens;
    return Math.min(this.#plan.maxLength, offsets[cell + 1] - offsets[cell]);
  }
}

/** Some work taken so many times. */
function times({ nPasses, runs }: ExactWork, factor: number): ExactWork {
  return { nPasses: Math.round(factor * nPasses), runs: runs.map(({ pass, runs: n }) => ({ pass, runs: factor * n })) };
}

/** The work that lies so far between two others; a share above 1 goes beyond the second. */
function between(least: ExactWork, most: ExactWork, share: number): ExactWork {
  const [low, high] = [times(least, 1 - share), times(most, share)];
  return { nPasses: low.nPasses + high.nPasses, runs: [...low.runs, ...high.runs] };
}
