import { Graph } from '#engine/ir/graph.ts';
import type { Value } from '#engine/ir/value.ts';
import { matmul, reshape, slice } from '#engine/ops/index.ts';
import type { Executable, Runtime } from '#engine/runtime/runtime.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { classifierHead, clsEncoder, fullEncoder, idHead, modelGraph, valueHead } from '../architecture.ts';
import type { BatchArrays } from '../batch-arrays.ts';
import { batchFeeds, type Feeds, parameterFeeds, priorFeeds } from '../feeds.ts';
import type { Heads, Model } from '../model.ts';
import { NAMES } from '../names.ts';
import { GENE_CELLS, GENE_EMBEDDING } from './gene-means.ts';
import type { Output } from './outputs.ts';

/** Weights up to this size are packed into every compiled graph, larger ones are shared and fed. */
const BIND_LIMIT_BYTES = 64 * 1024 * 1024;
/** Compiled graphs kept. */
const MAX_COMPILED = 8;
/** Scores of all genes that are held at once. */
const LOGITS_BYTES = 64 * 1024 * 1024;
const POOL_WEIGHTS = 'pool_weights';
const ROWS = 'rows';

/** What the encoder graph gives, by name of the output; others are computed from `last_hidden_state`. */
export type BatchResults = (name: string) => Float32Array;

/** Compiled graphs of one model for chosen outputs. */
export class ForwardGraphs {
  readonly #model: Model;
  readonly #heads: Heads;
  readonly #runtime: Runtime;
  readonly #outputs: readonly Output[];
  readonly #bound: Feeds;
  readonly #fed: Feeds;
  readonly #compiled = new Map<string, Executable>();

  constructor(model: Model, heads: Heads, runtime: Runtime, outputs: readonly Output[]) {
    this.#model = model;
    this.#heads = heads;
    this.#runtime = runtime;
    this.#outputs = outputs;
    const weights = parameterFeeds(model.config, heads, model.parameters);
    const { [NAMES.word]: word, ...others } = weights;
    const sizeBytes = Object.values(others).reduce((sum, { data }) => sum + data.byteLength, 0);
    const binds = sizeBytes <= BIND_LIMIT_BYTES;
    this.#bound = binds ? others : {};
    this.#fed = { ...(binds ? {} : others), ...(word ? { [NAMES.word]: word } : {}), ...priorFeeds(model.priors) };
  }

  /** `poolWeights` has a share for each position with CLS in front. Shape: B × (L + 1). */
  async run(batch: BatchArrays, poolWeights: Float32Array): Promise<BatchResults> {
    const { batchSize, length } = batch;
    const executable = await this.#get(`encode:${batchSize}:${length}`, () => this.#encoder(batchSize, length));
    const results = await executable.run({
      ...batchFeeds(batch),
      ...this.#fed,
      ...(this.#wants('mean_embedding')
        ? { [POOL_WEIGHTS]: tensor('float32', [batchSize, 1, length + 1], poolWeights) }
        : {}),
    });
    return (name) => results[name].data as Float32Array;
  }

  /** Most positions whose scores of all genes are computed together. */
  get idLogitsRows(): number {
    return Math.max(1, Math.floor(LOGITS_BYTES / (4 * this.#model.config.vocabularySize)));
  }

  /** Scores of all genes at `nRows` positions. Shape: n × D -> n × V. */
  async idLogits(states: Float32Array, nRows: number): Promise<Float32Array> {
    const { width } = this.#model.config;
    const executable = await this.#get(`ids:${nRows}`, () => this.#idHead(nRows));
    const results = await executable.run({ ...this.#fed, [ROWS]: tensor('float32', [nRows, width], states) });
    return results.id_logits.data as Float32Array;
  }

  async dispose(): Promise<void> {
    for (const executable of this.#compiled.values()) await executable.dispose();
    this.#compiled.clear();
  }

  #wants(name: string): boolean {
    return this.#outputs.some((output) => output.name === name);
  }

  #encoder(batchSize: number, length: number): Promise<Executable> {
    const { config } = this.#model;
    const built = modelGraph(new Graph('forward'), config, this.#heads, batchSize, length);
    const { graph, parameters } = built;
    const isClsEnough = this.#outputs.every(({ name }) => name === 'cls_embedding' || name === 'logits');
    if (isClsEnough) {
      const cls = clsEncoder(config, built);
      if (this.#wants('cls_embedding')) graph.output('cls_embedding', cls);
      if (this.#wants('logits')) graph.output('logits', classifierHead(parameters, cls, undefined));
      return this.#compile(graph, parameters.used);
    }
    const { embedding, states } = fullEncoder(config, built);
    const last = states[config.nLayers];
    const cls = reshape(slice(last, 1, 0, 1), [batchSize, config.width]);
    const makers: Record<string, () => Value> = {
      cls_embedding: () => cls,
      mean_embedding: () => {
        const weights = graph.input(POOL_WEIGHTS, 'float32', [batchSize, 1, length + 1]);
        return reshape(matmul(weights, last), [batchSize, config.width]);
      },
      logits: () => classifierHead(parameters, cls, undefined),
      embedding_output: () => embedding,
      last_hidden_state: () => last,
      value_predictions: () =>
        valueHead(config, parameters, reshape(slice(last, 1, 1), [batchSize * length, config.width])),
      ...Object.fromEntries(states.map((state, i) => [`hidden_state_${i}`, () => state])),
    };
    const names = new Set(this.#outputs.map(({ name }) => name));
    const derived = ['id_logits', GENE_EMBEDDING, GENE_CELLS].filter((name) => names.delete(name));
    if (derived.length > 0) names.add('last_hidden_state');
    for (const name of names) graph.output(name, makers[name]());
    return this.#compile(graph, parameters.used);
  }

  #idHead(nRows: number): Promise<Executable> {
    const { config } = this.#model;
    const built = modelGraph(new Graph('id-head'), config, this.#heads, 1, 1);
    const rows = built.graph.input(ROWS, 'float32', [nRows, config.width]);
    built.graph.output('id_logits', idHead(config, built.parameters, rows, built.inputs.priorTables));
    return this.#compile(built.graph, built.parameters.used);
  }

  #compile(graph: Graph, used: ReadonlyMap<string, Value>): Promise<Executable> {
    const names = [...used.keys()].filter((name) => name in this.#bound);
    return this.#runtime.compile(graph, { bind: Object.fromEntries(names.map((name) => [name, this.#bound[name]])) });
  }

  /** Least recently used graphs are let go of. */
  async #get(key: string, compile: () => Promise<Executable>): Promise<Executable> {
    const executable = this.#compiled.get(key) ?? (await compile());
    this.#compiled.delete(key);
    this.#compiled.set(key, executable);
    while (this.#compiled.size > MAX_COMPILED) {
      const [oldest, dropped] = this.#compiled.entries().next().value!;
      this.#compiled.delete(oldest);
      await dropped.dispose();
    }
    return executable;
  }
}
