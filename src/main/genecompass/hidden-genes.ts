import { Graph } from '#engine/ir/graph.ts';
import { inputName } from '#engine/ir/value.ts';
import { softmax } from '#engine/ops/index.ts';
import { ExecutableCache } from '#engine/runtime/executable-cache.ts';
import type { Executable, Runtime } from '#engine/runtime/runtime.ts';
import { tensor, type Tensor } from '#engine/runtime/tensor.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { classifierHead, type ModelGraph, modelGraph } from './architecture.ts';
import { hideGene, SHARED, sharedLayer, type SharedLayer, sharedShapes } from './architecture/hidden-gene.ts';
import { emptyBatch, readAs, setRow } from './batch-arrays.ts';
import { batchFeeds, type Feeds } from './feeds.ts';
import type { Heads, Model } from './model.ts';
import type { EncoderInput } from './types.ts';

const ROWS = 'hidden_rows';
/** A gene that takes more of the attention anywhere is left to a pass of its own: what is left would be rounding. */
const MOST_ATTENTION = 0.9;
/** What is shared takes as long as a pass of its own. */
const FEWEST_PASSES = 4;
/** Attention scores of one cell held at a time: 64 MiB. */
const MOST_SCORES = 16 * 1024 * 1024;
const MAX_COMPILED = 8;

export interface HiddenGenesOptions {
  readonly config: ModelConfig;
  readonly heads: Heads;
  readonly runtime: Runtime;
  readonly model: Pick<Model, 'homologIndex' | 'reads'>;
  readonly withClasses: boolean;
  /** Packed into compiled graphs, and fed. */
  readonly bound: Feeds;
  readonly fed: Feeds;
}

export interface HiddenEncoded {
  /** Shape: positions × D. */
  readonly embedding: Float32Array;
  readonly probabilities: Float32Array | null;
  /** Largest share of attention that each gene takes. */
  readonly largest: Float32Array;
}

/**
 * One cell with one gene hidden after the other: all but the attention of that gene is shared in the first layer.
 *
 * Note: for 2 layers × 96 and 256 genes a pass takes less than half of the time; for 6 layers some 15 % less.
 */
export class HiddenGenes {
  readonly #options: HiddenGenesOptions;
  readonly #compiled: ExecutableCache;
  #last: { input: EncoderInput; length: number; feeds: Feeds } | null = null;

  constructor(options: HiddenGenesOptions) {
    this.#options = options;
    this.#compiled = new ExecutableCache(MAX_COMPILED);
  }

  /** Whether so many passes through a cell share their first layer. */
  shares(cell: EncoderInput, nPasses: number, length: number): boolean {
    const isKept = this.#last !== null && isSameCell(this.#last.input, cell);
    return sharesPasses(this.#options.config, { length, nPasses, isKept });
  }

  /** Passes with each of the positions hidden; rows beyond them are padding. `length` and `batchSize` are those of the graph. */
  async encode(
    cell: EncoderInput,
    positions: readonly number[],
    batchSize: number,
    length: number,
  ): Promise<HiddenEncoded> {
    const batch = emptyBatch(batchSize, length);
    positions.forEach((position, row) => setRow(batch, row, cell.tokenIds, cell.values, 0, [position]));
    const rows = Int32Array.from({ length: batchSize }, (_, row) => 1 + (positions[row] ?? positions[0]));
    const executable = await this.#compiled.get(`hide:${batchSize}:${length}`, () =>
      this.#compile(
        hideGraph(this.#options.config, this.#options.heads, {
          batchSize,
          length,
          withClasses: this.#options.withClasses,
        }),
      ),
    );
    const results = await this.#run(executable, {
      ...(await this.#shared(cell, length)),
      ...batchFeeds(batch),
      [ROWS]: tensor('int32', [batchSize], rows),
    });
    return {
      embedding: results.embedding.data as Float32Array,
      probabilities: results.probabilities ? (results.probabilities.data as Float32Array) : null,
      largest: results.largest.data as Float32Array,
    };
  }

  dispose(): Promise<void> {
    return this.#compiled.dispose();
  }

  /** What the passes of a cell share; kept until another cell is asked for. */
  async #shared(cell: EncoderInput, length: number): Promise<Feeds> {
    const last = this.#last;
    if (last && last.length === length && isSameCell(last.input, cell)) return last.feeds;
    const { model } = this.#options;
    const batch = emptyBatch(1, length);
    setRow(batch, 0, cell.tokenIds, cell.values, cell.species);
    readAs(batch, model);
    const executable = await this.#compiled.get(`share:${length}`, () =>
      this.#compile(shareGraph(this.#options.config, this.#options.heads, length)),
    );
    const feeds = await this.#run(executable, batchFeeds(batch));
    this.#last = { input: cell, length, feeds };
    return feeds;
  }

  #run(executable: Executable, feeds: Feeds): Promise<Record<string, Tensor>> {
    const all: Feeds = { ...this.#options.fed, ...feeds };
    return executable.run(Object.fromEntries(executable.inputs.map(inputName).map((name) => [name, all[name]])));
  }

  #compile({ graph, parameters }: ModelGraph): Promise<Executable> {
    const { bound, runtime } = this.#options;
    const used = [...parameters.used.keys()].filter((name) => name in bound);
    return runtime.compile(graph, { bind: Object.fromEntries(used.map((name) => [name, bound[name]])) });
  }
}

/**
 * Whether passes through one cell share their first layer: where there is more than one, its scores are not too many, and
 * what is shared is kept from before or pays.
 */
export function sharesPasses(
  { nLayers, nHeads }: Pick<ModelConfig, 'nLayers' | 'nHeads'>,
  { length, nPasses, isKept }: { readonly length: number; readonly nPasses: number; readonly isKept: boolean },
): boolean {
  return nLayers > 1 && nHeads * (length + 1) ** 2 <= MOST_SCORES && (isKept || nPasses >= FEWEST_PASSES);
}

/** What the passes of one cell share. */
export function shareGraph(config: ModelConfig, heads: Heads, length: number): ModelGraph {
  const built = modelGraph(new Graph('shared-layer'), config, heads, 1, length, { folded: true });
  const shared = sharedLayer(config, built);
  for (const name of SHARED) built.graph.output(`shared_${name}`, shared[name]);
  return built;
}

/** Passes through one cell with a gene hidden in each. */
export function hideGraph(
  config: ModelConfig,
  heads: Heads,
  { batchSize, length, withClasses }: { batchSize: number; length: number; withClasses: boolean },
): ModelGraph {
  const built = modelGraph(new Graph('hidden-gene'), config, heads, batchSize, length, { folded: true });
  const { graph } = built;
  const shapes = sharedShapes(config, length);
  const shared = Object.fromEntries(
    SHARED.map((name) => [name, graph.input(`shared_${name}`, 'float32', shapes[name])]),
  ) as unknown as SharedLayer;
  const { cls, largest } = hideGene(config, built, shared, graph.input(ROWS, 'int32', [batchSize]));
  graph.output('embedding', cls);
  graph.output('largest', largest);
  if (withClasses) graph.output('probabilities', softmax(classifierHead(built.parameters, cls, undefined)));
  return built;
}

/** Whether two inputs are one cell but for what is hidden; by identity, since `maskGenes` hands on the arrays of the cell. */
export function isSameCell(a: EncoderInput, b: EncoderInput): boolean {
  return a.tokenIds === b.tokenIds && a.values === b.values && a.species === b.species;
}

/** Whether a share of attention leaves enough to others. */
export function leavesEnough(largest: number): boolean {
  return largest <= MOST_ATTENTION;
}
