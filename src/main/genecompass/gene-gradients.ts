import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { inputName, type Value } from '#engine/ir/value.ts';
import {
  add,
  concat,
  div,
  logSoftmax,
  matmul,
  mul,
  reduceSum,
  reshape,
  slice,
  sqrt,
  sub,
  transpose,
} from '#engine/ops/index.ts';
import type { Executable, Runtime } from '#engine/runtime/runtime.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { classifierHead, clsEncoder, modelGraph } from './architecture.ts';
import { foldedFeeds, foldTables } from './architecture/folded.ts';
import { emptyBatch, HIDDEN_KEY, lookUpPriors, setRow } from './batch-arrays.ts';
import { bucketLength } from './batching.ts';
import { batchFeeds, type Feeds, parameterFeeds } from './feeds.ts';
import type { InferenceBatch } from './inference-batches.ts';
import { checkModel, type Heads, headsOf, type Model } from './model.ts';
import { NAMES } from './names.ts';
import type { EncoderInput } from './types.ts';

/** Cells of one length in passes of one size, in the order of their lengths' first cells. */
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

/** How close a cell is to a goal: cosine to a state, or log2 odds of some classes of the fine-tuned head together. */
export type GoalScore =
  | { readonly kind: 'cosine'; readonly state: Float32Array }
  | { readonly kind: 'log2-odds'; readonly classes: readonly number[] };

/** What one backward pass says of a cell for one goal. */
export interface GeneGradient {
  readonly score: number;
  /** Derivative of the score by the logarithm of each gene's weight in attention; its negative is the first-order effect of hiding the gene. */
  readonly gate: Float32Array;
  /** Derivative of the score by each gene's value, ranks held. */
  readonly value: Float32Array;
}

export interface GeneGradients {
  /** Shape: inputs × goals; arrays as long as the genes of the cell that the model reads. */
  of(inputs: readonly EncoderInput[]): Promise<GeneGradient[][]>;
  dispose(): Promise<void>;
}

const STATES = 'goal_states';
/** Positions of a pass: the derivative keeps what a forward pass drops. */
const BATCH_POSITIONS = 1024;
const MAX_COMPILED = 8;
const LOG2_E = Math.LOG2E;

/**
 * One forward pass and one backward pass for each goal: how every gene of a cell bears on the score of the goal.
 *
 * The gate is a term that all layers and heads add to the attention scores of a gene; hiding a gene lowers it without end,
 * so the derivative at 0 tells the effect to first order. CLS is the embedding.
 * Throws: invalid-input for a class that the model does not have.
 * Source: design/house.md §6; Molchanov et al. 2017 for first-order effects of removal.
 */
export async function createGeneGradients(
  model: Model,
  runtime: Runtime,
  goals: readonly GoalScore[],
): Promise<GeneGradients> {
  const heads = headsOf(model.parameters);
  checkModel(model, heads);
  const nClasses = heads.kind === 'classifier' ? heads.classes : 0;
  for (const goal of goals) {
    const isClass = (index: number) => index >= 0 && index < nClasses;
    if (goal.kind === 'log2-odds' && (goal.classes.length === 0 || !goal.classes.every(isClass) || nClasses < 2)) {
      throw new WorkbenchError(
        'invalid-input',
        `goal class ${goal.classes.join(', ')}: the model tells ${nClasses} classes apart; choose one of them or a state.`,
      );
    }
    if (goal.kind === 'cosine' && goal.state.length !== model.config.width) {
      throw new WorkbenchError(
        'invalid-input',
        `goal state: it has ${goal.state.length} numbers, the model's cells have ${model.config.width}; take a state of this model.`,
      );
    }
  }
  return new GraphGeneGradients(
    model,
    heads,
    runtime,
    goals,
    foldedFeeds(model.config, await foldTables(model, runtime)),
  );
}

class GraphGeneGradients implements GeneGradients {
  readonly #model: Model;
  readonly #heads: Heads;
  readonly #runtime: Runtime;
  readonly #goals: readonly GoalScore[];
  readonly #fed: Feeds;
  readonly #compiled = new Map<string, Executable>();

  constructor(model: Model, heads: Heads, runtime: Runtime, goals: readonly GoalScore[], folded: Feeds) {
    this.#model = model;
    this.#heads = heads;
    this.#runtime = runtime;
    this.#goals = goals;
    const parameters = parameterFeeds(model.config, heads, model.parameters);
    const weights = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== NAMES.word));
    this.#fed = { ...weights, ...folded, [STATES]: unitStates(goals, model.config.width) };
  }

  async of(inputs: readonly EncoderInput[]): Promise<GeneGradient[][]> {
    const { maxLength } = this.#model.config;
    const found: GeneGradient[][] = [];
    const lengths = inputs.map(({ tokenIds }) => tokenIds.length);
    for (const { cells, batchSize, length } of gradientBatches(lengths, maxLength)) {
      const rows = await this.#run(
        cells.map((cell) => inputs[cell]),
        batchSize,
        length,
      );
      cells.forEach((cell, row) => (found[cell] = rows[row]));
    }
    return found;
  }

  async dispose(): Promise<void> {
    for (const executable of this.#compiled.values()) await executable.dispose();
    this.#compiled.clear();
  }

  async #run(inputs: readonly EncoderInput[], batchSize: number, length: number): Promise<GeneGradient[][]> {
    const batch = emptyBatch(batchSize, length);
    inputs.forEach(({ tokenIds, values, species, hiddenPositions }, row) =>
      setRow(batch, row, tokenIds, values, species, hiddenPositions),
    );
    lookUpPriors(batch, this.#model.homologIndex);
    const executable = await this.#executable(batchSize, length);
    const feeds = { ...batchFeeds(batch), ...this.#fed };
    const results = await executable.run(
      Object.fromEntries(executable.inputs.map(inputName).map((name) => [name, feeds[name]])),
    );
    const scores = results.scores.data as Float32Array;
    return inputs.map(({ tokenIds }, row) => {
      const n = Math.min(length, tokenIds.length);
      return this.#goals.map((_, g) => {
        const gate = (results[`gate_${g}`].data as Float32Array).slice(
          row * (length + 1) + 1,
          row * (length + 1) + 1 + n,
        );
        const value = (results[`value_${g}`].data as Float32Array).slice(row * length, row * length + n);
        // A hidden gene has no effect, whatever rounding leaves of its derivative.
        for (let i = 0; i < n; i++)
          if (batch.keyMask[row * (length + 1) + 1 + i] === HIDDEN_KEY) gate[i] = value[i] = 0;
        return { score: scores[row * this.#goals.length + g], gate, value };
      });
    });
  }

  async #executable(batchSize: number, length: number): Promise<Executable> {
    const key = `${batchSize}:${length}`;
    const known = this.#compiled.get(key);
    if (known) return known;
    for (const [oldest, executable] of this.#compiled) {
      if (this.#compiled.size < MAX_COMPILED) break;
      this.#compiled.delete(oldest);
      await executable.dispose();
    }
    const compiled = await this.#runtime.compile(
      geneGradientGraph(this.#model.config, this.#heads, this.#goals, { batchSize, length }),
    );
    this.#compiled.set(key, compiled);
    return compiled;
  }
}

/** Scores of all goals, and of each the derivatives by the gate and by the value of every gene, with nothing to feed it. */
export function geneGradientGraph(
  config: ModelConfig,
  heads: Heads,
  goals: readonly (Pick<GoalScore, 'kind'> & { readonly classes?: readonly number[] })[],
  { batchSize, length }: { batchSize: number; length: number },
): Graph {
  const built = modelGraph(new Graph('gene-gradients'), config, heads, batchSize, length, { folded: true });
  const { graph, inputs } = built;
  const cls = clsEncoder(config, built);
  const states = graph.input(STATES, 'float32', [goals.length, config.width]);
  const logits = goals.some(({ kind }) => kind === 'log2-odds')
    ? classifierHead(built.parameters, cls, undefined)
    : null;
  const scores = goals.map((goal, g) =>
    goal.kind === 'cosine' ? cosineTo(cls, slice(states, 0, g, g + 1)) : log2Odds(logits!, goal.classes ?? [0]),
  );
  graph.output(
    'scores',
    concat(
      scores.map((score) => reshape(score, [batchSize, 1])),
      1,
    ),
  );
  scores.forEach((score, g) => {
    const [gate, value] = gradients(reduceSum(score), [inputs.keyMask, inputs.values]);
    graph.output(`gate_${g}`, gate);
    graph.output(`value_${g}`, value);
  });
  return graph;
}

/** Cosine of each row to a vector of length 1. Shape: B × D, 1 × D -> B. */
function cosineTo(rows: Value, unit: Value): Value {
  const dots = matmul(rows, transpose(unit));
  const lengths = sqrt(reduceSum(mul(rows, rows), [-1], { keep: true }));
  return reshape(div(dots, lengths), [rows.shape[0]]);
}

/** log2(p / (1 - p)) of some classes together, without rounding where p is near 0 or 1. Shape: B × C -> B. */
function log2Odds(logits: Value, classes: readonly number[]): Value {
  const [batch, n] = logits.shape;
  const others = Array.from({ length: n }, (_, i) => i).filter((i) => !classes.includes(i));
  const own = classes.length === 1 ? slice(logits, 1, classes[0], classes[0] + 1) : logSumExp(logits, classes);
  return reshape(mul(sub(own, logSumExp(logits, others)), LOG2_E), [batch]);
}

/** log Σ exp over some columns; without any, over columns that weigh nothing. Shape: B × C -> B × 1. */
function logSumExp(logits: Value, columns: readonly number[]): Value {
  const n = logits.shape[1];
  const hidden = Float32Array.from({ length: n }, (_, i) => (columns.includes(i) ? 0 : HIDDEN_KEY));
  const shown = add(logits, logits.graph.constant(hidden, 'float32', [1, n]));
  // By way of any one of them, since a logarithm of the softmax is at hand.
  const one = columns[0] ?? 0;
  return sub(slice(shown, 1, one, one + 1), slice(logSoftmax(shown), 1, one, one + 1));
}

function unitStates(goals: readonly GoalScore[], width: number) {
  const rows = new Float32Array(goals.length * width);
  goals.forEach((goal, g) => {
    if (goal.kind !== 'cosine') return;
    const length = Math.hypot(...goal.state);
    if (length > 0) goal.state.forEach((x, i) => (rows[g * width + i] = x / length));
  });
  return tensor('float32', [goals.length, width], rows);
}
