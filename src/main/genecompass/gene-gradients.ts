import { inputName } from '#engine/ir/value.ts';
import { ExecutableCache } from '#engine/runtime/executable-cache.ts';
import type { Executable, Runtime } from '#engine/runtime/runtime.ts';
import { type Tensor, tensor } from '#engine/runtime/tensor.ts';
import { foldedFeeds, type FoldedTables, foldTables } from './architecture/folded.ts';
import { type BatchArrays, emptyBatch, HIDDEN_KEY, readAs, setRow, truncate } from './batch-arrays.ts';
import { bucketLength } from './batching.ts';
import { batchFeeds, type Feeds, parameterFeeds } from './feeds.ts';
import {
  GRADIENT_INPUTS,
  geneGradientGraph,
  type GradientPart,
  type GradientShape,
  outputOf,
} from './gene-gradient-graph.ts';
import { checkGoals, type GoalScore, unitStates } from './goal-scores.ts';
import { checkModel, type Heads, headsOf, type Model } from './model.ts';
import { NAMES } from './names.ts';
import type { EncoderInput } from './types.ts';

export type { GradientPart } from './gene-gradient-graph.ts';

/**
 * What one backward pass says of a cell for one goal. Arrays as long as the genes of the cell that the model reads, `joined` as
 * those that join it; empty where not asked for.
 */
export interface GeneGradient {
  readonly score: number;
  readonly gate: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
  /** In the order of `GradientInput.changes`. */
  readonly changed: readonly Float32Array[];
  readonly joined: Float32Array;
}

/** Another rank and value for each gene of a cell, each as if it alone changed. */
export interface GeneChanges {
  readonly ranks: Int32Array;
  readonly values: Float32Array;
}

/** Genes that a cell lacks, with rank and value, each as if it alone stood in the cell too. */
export interface JoiningGenes extends GeneChanges {
  readonly tokenIds: Int32Array;
}

export interface GradientInput extends EncoderInput {
  /** As many for each cell of a call. */
  readonly changes?: readonly GeneChanges[];
  readonly joining?: JoiningGenes;
}

export interface GeneGradients {
  /** Shape: inputs × goals. */
  of(inputs: readonly GradientInput[], parts: readonly GradientPart[]): Promise<GeneGradient[][]>;
  dispose(): Promise<void>;
}

const NO_GENES = new Float32Array(0);
const NO_JOINING: JoiningGenes = { tokenIds: new Int32Array(0), ranks: new Int32Array(0), values: NO_GENES };
/** Positions of a pass: the derivative keeps what a forward pass drops. */
const BATCH_POSITIONS = 1024;
/** Genes that join a cell in one pass, and what their number is a multiple of, so that few graphs serve all cells. */
export const MOST_JOINING = 1024;
const JOINING_STEP = 256;
const MAX_COMPILED = 8;

/**
 * One forward pass and one backward pass for each goal: how every gene of a cell bears on the score of the goal.
 *
 * The gate is a term that all layers and heads add to the attention scores of a gene; hiding a gene lowers it without end,
 * so the derivative at 0 tells the effect to first order. What becomes of a gene at another rank or value is computed as
 * far as the encoder, and to first order from there. A gene that the cell lacks is read through all layers as one that
 * nobody else sees; what the others would make of it goes by the derivatives (`architecture/newcomers.ts`). CLS is the embedding.
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
    this.#fed = { ...weights, ...folded, [GRADIENT_INPUTS.states]: unitStates(goals, model.config.width) };
  }

  async of(inputs: readonly GradientInput[], parts: readonly GradientPart[]): Promise<GeneGradient[][]> {
    const some = (input: GradientInput, from: number) => ({ ...input, joining: someJoining(input.joining, from) });
    const found = await this.#inBatches(
      inputs.map((input) => some(input, 0)),
      parts,
    );
    if (!parts.includes('joined')) return found;
    for (let from = MOST_JOINING; ; from += MOST_JOINING) {
      const cells = [...inputs.keys()].filter((cell) => (inputs[cell].joining?.tokenIds.length ?? 0) > from);
      if (cells.length === 0) return found;
      const more = await this.#inBatches(
        cells.map((cell) => some(inputs[cell], from)),
        ['joined'],
      );
      cells.forEach((cell, i) => {
        found[cell] = found[cell].map((one, g) => ({
          ...one,
          joined: Float32Array.of(...one.joined, ...more[i][g].joined),
        }));
      });
    }
  }

  dispose(): Promise<void> {
    return this.#compiled.dispose();
  }

  async #inBatches(inputs: readonly GradientInput[], parts: readonly GradientPart[]): Promise<GeneGradient[][]> {
    const { config } = this.#model;
    const nChanges = inputs[0]?.changes?.length ?? 1;
    const sizes = inputs.map(({ tokenIds, joining }) => ({
      length: tokenIds.length,
      nJoining: joining?.tokenIds.length ?? 0,
    }));
    const found: GeneGradient[][] = [];
    for (const { cells, shape } of gradientBatches(sizes, { parts, nChanges }, config.maxLength)) {
      const executable = await this.#compiled.get(keyOfShape(shape), () =>
        this.#runtime.compile(geneGradientGraph(config, this.#heads, this.#goals, shape)),
      );
      const some = cells.map((cell) => inputs[cell]);
      const rows = await this.#run(executable, some, shape);
      cells.forEach((cell, row) => (found[cell] = rows[row]));
    }
    return found;
  }

  async #run(
    executable: Executable,
    inputs: readonly GradientInput[],
    shape: GradientShape,
  ): Promise<GeneGradient[][]> {
    const { batchSize, length, parts, nChanges = 1, nJoining = 0 } = shape;
    const batch = emptyBatch(batchSize, length);
    inputs.forEach(({ tokenIds, values, species, hiddenPositions }, row) =>
      setRow(batch, row, tokenIds, values, species, hiddenPositions),
    );
    readAs(batch, this.#model);
    const feeds: Feeds = {
      ...batchFeeds(batch),
      ...changeFeeds(inputs, batch, nChanges, this.#model),
      ...joiningFeeds(inputs, emptyBatch(batchSize, nJoining), this.#model),
      ...this.#fed,
    };
    const results = await executable.run(
      Object.fromEntries(executable.inputs.map(inputName).map((name) => [name, feeds[name]])),
    );
    return inputs.map((input, row) => this.#read(results, input, row, { parts, length, nChanges, nJoining, batch }));
  }

  #read(
    results: Record<string, Tensor>,
    { tokenIds, joining = NO_JOINING }: GradientInput,
    row: number,
    of: { parts: readonly GradientPart[]; length: number; nChanges: number; nJoining: number; batch: BatchArrays },
  ): GeneGradient[] {
    const { parts, length, batch } = of;
    const scores = results.scores.data as Float32Array;
    const n = Math.min(length, tokenIds.length);
    const hidden = Array.from({ length: n }, (_, i) => i).filter(
      (i) => batch.keyMask[row * (length + 1) + 1 + i] === HIDDEN_KEY,
    );
    return this.#goals.map((_, g): GeneGradient => {
      const read = (name: string, stride: number, count: number) =>
        (results[name].data as Float32Array).slice(row * stride, row * stride + count);
      const told = (part: GradientPart, change = 0) => {
        if (!parts.includes(part)) return NO_GENES;
        const array = read(outputOf(part, g, change), length, n);
        // A hidden gene has no effect, whatever rounding leaves of its derivative.
        for (const i of hidden) array[i] = 0;
        return array;
      };
      return {
        score: scores[row * this.#goals.length + g],
        gate: told('gate'),
        up: told('up'),
        down: told('down'),
        changed: parts.includes('changed')
          ? Array.from({ length: of.nChanges }, (_, change) => told('changed', change))
          : [],
        joined: parts.includes('joined') ? read(outputOf('joined', g), of.nJoining, joining.tokenIds.length) : NO_GENES,
      };
    });
  }
}

/** A cell as its gradients are batched. */
export interface GradientSize {
  readonly length: number;
  readonly nJoining: number;
}

/** Cells that one run of a graph tells of. */
export interface GradientBatch {
  /** Of the cells asked for. */
  readonly cells: readonly number[];
  readonly shape: GradientShape;
}

/** Cells of one padded length together, each batch of one size, with room for as many joining genes as any of its cells has. */
export function gradientBatches(
  sizes: readonly GradientSize[],
  { parts, nChanges }: Pick<GradientShape, 'parts' | 'nChanges'>,
  maxLength: number,
): GradientBatch[] {
  const withoutJoining = parts.filter((part) => part !== 'joined');
  const padded = sizes.map(({ length }) => bucketLength(Math.min(maxLength, length), maxLength));
  return [...Map.groupBy(padded.keys(), (cell) => padded[cell])].flatMap(([length, all]) => {
    const batchSize = Math.max(1, Math.floor(BATCH_POSITIONS / length));
    return Array.from({ length: Math.ceil(all.length / batchSize) }, (_, i) => {
      const cells = all.slice(i * batchSize, (i + 1) * batchSize);
      const most = parts.includes('joined') ? Math.max(...cells.map((cell) => sizes[cell].nJoining)) : 0;
      const nJoining = Math.min(MOST_JOINING, JOINING_STEP * Math.ceil(most / JOINING_STEP));
      const told = nJoining > 0 ? parts : withoutJoining;
      return { cells, shape: { batchSize, length, parts: told, nChanges, nJoining } };
    });
  });
}

/** What tells one compiled graph from another. */
export function keyOfShape({ batchSize, length, parts, nChanges = 1, nJoining = 0 }: GradientShape): string {
  return [batchSize, length, parts.join('+'), nChanges, nJoining].join(':');
}

/** As many of the joining genes as one pass takes. */
function someJoining({ tokenIds, ranks, values }: JoiningGenes = NO_JOINING, from: number): JoiningGenes {
  const part = <T extends Int32Array | Float32Array>(all: T) => all.subarray(from, from + MOST_JOINING) as T;
  return { tokenIds: part(tokenIds), ranks: part(ranks), values: part(values) };
}

/** Ranks and values of changed genes; their own where no change is given. */
function changeFeeds(inputs: readonly GradientInput[], batch: BatchArrays, nChanges: number, { reads }: Model): Feeds {
  const { batchSize, length } = batch;
  const shape = [batchSize, length];
  const feeds: Feeds = {};
  for (let i = 0; i < nChanges; i++) {
    const ranks = Int32Array.from({ length: batchSize * length }, (_, at) => at % length);
    const values = batch.values.slice();
    inputs.forEach(({ changes }, row) => {
      const change = changes?.[i];
      if (!change) return;
      ranks.set(change.ranks.subarray(0, length), row * length);
      values.set(change.values.subarray(0, length), row * length);
    });
    if (reads?.truncateValues) truncate(values);
    feeds[GRADIENT_INPUTS.ranks(i)] = tensor('int32', shape, ranks);
    feeds[GRADIENT_INPUTS.values(i)] = tensor('float32', shape, values);
  }
  return feeds;
}

/** Genes that join the cells; what is beyond a cell's own is computed and not read. */
function joiningFeeds(inputs: readonly GradientInput[], batch: BatchArrays, model: Model): Feeds {
  const { batchSize, length, tokenIds, values, priorIds } = batch;
  const ranks = new Int32Array(batchSize * length);
  inputs.forEach(({ species, joining = NO_JOINING }, row) => {
    setRow(batch, row, joining.tokenIds, joining.values, species);
    ranks.set(joining.ranks, row * length);
  });
  readAs(batch, model);
  const shape = [batchSize, length];
  const { joining } = GRADIENT_INPUTS;
  return {
    [joining.tokenIds]: tensor('int32', shape, tokenIds),
    [joining.values]: tensor('float32', shape, values),
    [joining.priorIds]: tensor('int32', shape, priorIds),
    [joining.ranks]: tensor('int32', shape, ranks),
  };
}
