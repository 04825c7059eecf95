import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { inputName, type Value } from '#engine/ir/value.ts';
import { embedding } from '#engine/nn/index.ts';
import { add, concat, mul, reduceSum, reshape, slice, sub } from '#engine/ops/index.ts';
import { ExecutableCache } from '#engine/runtime/executable-cache.ts';
import type { Executable, Runtime } from '#engine/runtime/runtime.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { classifierHead, modelGraph, tracedClsEncoder } from './architecture.ts';
import { foldedFeeds, type FoldedTables, foldTables } from './architecture/folded.ts';
import { type BatchArrays, emptyBatch, HIDDEN_KEY, lookUpPriors, setRow } from './batch-arrays.ts';
import { bucketLength } from './batching.ts';
import { batchFeeds, type Feeds, parameterFeeds } from './feeds.ts';
import { checkGoals, type GoalScore, goalScores, unitStates } from './goal-scores.ts';
import type { InferenceBatch } from './inference-batches.ts';
import { checkModel, type Heads, headsOf, type Model } from './model.ts';
import { NAMES } from './names.ts';
import type { EncoderInput } from './types.ts';

/**
 * What a backward pass can tell of each gene, to first order.
 *
 * gate: derivative of the score by the logarithm of its weight in attention; the negative is the effect of hiding it.
 * up, down: effect of taking the rank of the gene before it, or after it; 0 where there is none.
 * changed: effect of taking rank and value of `GradientInput.change`.
 */
export type GradientPart = 'gate' | 'up' | 'down' | 'changed';

/** What one backward pass says of a cell for one goal; arrays as long as the genes of the cell that the model reads, empty where not asked for. */
export type GeneGradient = { readonly score: number } & Readonly<Record<GradientPart, Float32Array>>;

/** A cell, and another rank and value for each of its genes, each as if it alone changed. */
export interface GradientInput extends EncoderInput {
  readonly change?: { readonly ranks: Int32Array; readonly values: Float32Array };
}

export interface GeneGradients {
  /** Shape: inputs × goals. */
  of(inputs: readonly GradientInput[], parts: readonly GradientPart[]): Promise<GeneGradient[][]>;
  dispose(): Promise<void>;
}

const NO_GENES = new Float32Array(0);
const NOTHING = { gate: NO_GENES, up: NO_GENES, down: NO_GENES, changed: NO_GENES };
const STATES = 'goal_states';
const RANKS = 'changed_ranks';
const VALUES = 'changed_values';
/** Positions of a pass: the derivative keeps what a forward pass drops. */
const BATCH_POSITIONS = 1024;
const MAX_COMPILED = 8;

/**
 * One forward pass and one backward pass for each goal: how every gene of a cell bears on the score of the goal.
 *
 * The gate is a term that all layers and heads add to the attention scores of a gene; hiding a gene lowers it without end,
 * so the derivative at 0 tells the effect to first order. What becomes of a gene at another rank or value is computed as
 * far as the encoder, and to first order from there. CLS is the embedding.
 * Throws: invalid-input for a class that the model does not have.
 * Source: design/house.md §6; Molchanov et al. 2017 for first-order effects of removal.
 * Note: for 2 layers × 96, ranks told by the vector before the first norm in place of the one after it correlate with
 * exact removals by .96 to .98 in place of .99 to 1.00.
 */
export async function createGeneGradients(
  model: Model,
  runtime: Runtime,
  goals: readonly GoalScore[],
  tables?: FoldedTables,
): Promise<GeneGradients> {
  const heads = headsOf(model.parameters);
  checkModel(model, heads);
  checkGoals(goals, heads, model.config.width);
  const folded = foldedFeeds(model.config, tables ?? (await foldTables(model, runtime)));
  return new GraphGeneGradients(model, heads, runtime, goals, folded);
}

class GraphGeneGradients implements GeneGradients {
  readonly #model: Model;
  readonly #heads: Heads;
  readonly #runtime: Runtime;
  readonly #goals: readonly GoalScore[];
  readonly #fed: Feeds;
  readonly #compiled = new ExecutableCache(MAX_COMPILED);

  constructor(model: Model, heads: Heads, runtime: Runtime, goals: readonly GoalScore[], folded: Feeds) {
    this.#model = model;
    this.#heads = heads;
    this.#runtime = runtime;
    this.#goals = goals;
    const parameters = parameterFeeds(model.config, heads, model.parameters);
    const weights = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== NAMES.word));
    this.#fed = { ...weights, ...folded, [STATES]: unitStates(goals, model.config.width) };
  }

  async of(inputs: readonly GradientInput[], parts: readonly GradientPart[]): Promise<GeneGradient[][]> {
    const { maxLength } = this.#model.config;
    const found: GeneGradient[][] = [];
    const lengths = inputs.map(({ tokenIds }) => tokenIds.length);
    for (const { cells, batchSize, length } of gradientBatches(lengths, maxLength)) {
      const executable = await this.#compiled.get(`${parts.join()}:${length}`, () =>
        this.#runtime.compile(
          geneGradientGraph(this.#model.config, this.#heads, this.#goals, { batchSize, length, parts }),
        ),
      );
      const some = cells.map((cell) => inputs[cell]);
      const rows = await this.#run(executable, some, emptyBatch(batchSize, length), parts);
      cells.forEach((cell, row) => (found[cell] = rows[row]));
    }
    return found;
  }

  dispose(): Promise<void> {
    return this.#compiled.dispose();
  }

  async #run(
    executable: Executable,
    inputs: readonly GradientInput[],
    batch: BatchArrays,
    parts: readonly GradientPart[],
  ): Promise<GeneGradient[][]> {
    const { length, keyMask } = batch;
    inputs.forEach(({ tokenIds, values, species, hiddenPositions }, row) =>
      setRow(batch, row, tokenIds, values, species, hiddenPositions),
    );
    lookUpPriors(batch, this.#model.homologIndex);
    const feeds: Feeds = { ...batchFeeds(batch), ...changeFeeds(inputs, batch), ...this.#fed };
    const results = await executable.run(
      Object.fromEntries(executable.inputs.map(inputName).map((name) => [name, feeds[name]])),
    );
    const scores = results.scores.data as Float32Array;
    return inputs.map(({ tokenIds }, row) => {
      const n = Math.min(length, tokenIds.length);
      const hidden = Array.from({ length: n }, (_, i) => i).filter(
        (i) => keyMask[row * (length + 1) + 1 + i] === HIDDEN_KEY,
      );
      return this.#goals.map((_, g) => {
        const told = parts.map((part) => {
          const array = (results[`${part}_${g}`].data as Float32Array).slice(row * length, row * length + n);
          // A hidden gene has no effect, whatever rounding leaves of its derivative.
          for (const i of hidden) array[i] = 0;
          return [part, array];
        });
        return { score: scores[row * this.#goals.length + g], ...NOTHING, ...Object.fromEntries(told) };
      });
    });
  }
}

/** Cells of one padded length together, each batch of one size. */
export function gradientBatches(lengths: readonly number[], maxLength: number): InferenceBatch[] {
  const padded = lengths.map((length) => bucketLength(Math.min(maxLength, length), maxLength));
  return [...new Set(padded)].flatMap((length) => {
    const cells = [...padded.keys()].filter((cell) => padded[cell] === length);
    const batchSize = Math.max(1, Math.floor(BATCH_POSITIONS / length));
    return Array.from({ length: Math.ceil(cells.length / batchSize) }, (_, i) => ({
      cells: cells.slice(i * batchSize, (i + 1) * batchSize),
      batchSize,
      length,
    }));
  });
}

/** Scores of all goals, and what the parts tell of every gene for each, with nothing to feed it. */
export function geneGradientGraph(
  config: ModelConfig,
  heads: Heads,
  goals: readonly GoalScore[],
  { batchSize, length, parts }: { batchSize: number; length: number; parts: readonly GradientPart[] },
): Graph {
  const built = modelGraph(new Graph('gene-gradients'), config, heads, batchSize, length, { folded: true });
  const { graph } = built;
  const traced = tracedClsEncoder(config, built);
  const { cls, genes, trace } = traced;
  const states = graph.input(STATES, 'float32', [goals.length, config.width]);
  const scores = goalScores(goals, cls, states, () => classifierHead(built.parameters, cls, undefined));
  graph.output(
    'scores',
    concat(
      scores.map((score) => reshape(score, [batchSize, 1])),
      1,
    ),
  );
  const moves = movedGenes(parts, traced, slice(built.parameters.get(NAMES.position), 0, 0, config.maxLength), length);
  const withGates = parts.includes('gate');
  const places = [
    ...(withGates ? [trace.last!, ...trace.layers.map(({ output }) => output)] : []),
    ...(moves.length > 0 ? [genes] : []),
  ];
  const byScore = scores.map((score) => gradients(reduceSum(score), places));
  for (const [part, moved] of moves)
    byScore.forEach((found, g) => graph.output(`${part}_${g}`, reduceSum(mul(found.at(-1)!, sub(moved, genes)), [-1])));
  if (withGates) {
    const ofLayers = trace.layers.map(({ gates }, i) => gates(byScore.map((found) => found[1 + i])));
    byScore.forEach(([last], g) => {
      const gate = ofLayers.reduce((sum, gates) => add(sum, gates[g]), last);
      graph.output(`gate_${g}`, slice(gate, 1, 1, length + 1));
    });
  }
  return graph;
}

/** The genes as each of the parts moves them. Shape: B × L × D. */
function movedGenes(
  parts: readonly GradientPart[],
  { genes, at }: ReturnType<typeof tracedClsEncoder>,
  positions: Value,
  length: number,
): [GradientPart, Value][] {
  const [batchSize] = genes.shape;
  const [nRanks] = positions.shape;
  const ranks = (from: number, to: number) => slice(positions, 0, from, to);
  return parts.flatMap((part): [GradientPart, Value][] => {
    switch (part) {
      case 'gate':
        return [];
      case 'up':
        return [[part, at(length > 1 ? concat([ranks(0, 1), ranks(0, length - 1)], 0) : ranks(0, 1))]];
      case 'down': {
        const next = ranks(1, Math.min(nRanks, length + 1));
        return [[part, at(length < nRanks ? next : concat([next, ranks(nRanks - 1, nRanks)], 0))]];
      }
      case 'changed': {
        const { graph } = genes;
        const places = graph.input(RANKS, 'int32', [batchSize, length]);
        return [[part, at(embedding(positions, places), graph.input(VALUES, 'float32', [batchSize, length]))]];
      }
    }
  });
}

/** Ranks and values of changed genes; their own where no change is given. */
function changeFeeds(inputs: readonly GradientInput[], { batchSize, length, values }: BatchArrays): Feeds {
  const ranks = Int32Array.from({ length: batchSize * length }, (_, i) => i % length);
  const changed = values.slice();
  inputs.forEach(({ change }, row) => {
    if (!change) return;
    ranks.set(change.ranks.subarray(0, length), row * length);
    changed.set(change.values.subarray(0, length), row * length);
  });
  const shape = [batchSize, length];
  return { [RANKS]: tensor('int32', shape, ranks), [VALUES]: tensor('float32', shape, changed) };
}
