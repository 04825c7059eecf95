import { Graph } from '#engine/ir/graph.ts';
import { matmul, reshape, slice, softmax } from '#engine/ops/index.ts';
import type { Executable, Runtime } from '#engine/runtime/runtime.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { classifierHead, clsEncoder, fullEncoder, modelGraph } from './architecture.ts';
import { foldedFeeds, type FoldedTables, foldTables } from './architecture/folded.ts';
import { type BatchArrays, emptyBatch, readAs, setRow } from './batch-arrays.ts';
import { batchFeeds, type Feeds, parameterFeeds } from './feeds.ts';
import { inferenceBatches } from './inference-batches.ts';
import { type HiddenEncoded, HiddenGenes, isSameCell, leavesEnough } from './hidden-genes.ts';
import { checkModel, type Heads, headsOf, type Model } from './model.ts';
import { NAMES } from './names.ts';
import type { CellEncoder, EncoderInput } from './types.ts';

type Pooling = 'cls' | 'mean';
type Encoded = Awaited<ReturnType<CellEncoder['encode']>>;

/** Compiled graphs kept; each holds its bound weights and its working memory. */
export const MAX_COMPILED = 24;
export const BIND_LIMIT_BYTES = 64 * 1024 * 1024;

export interface EncoderOptions {
  /** Weights up to this size are packed into every compiled graph, larger ones are shared and fed. */
  readonly bindLimitBytes?: number;
  /** Of this model, where they are at hand already. */
  readonly tables?: FoldedTables;
}

/**
 * Compiles a model for inference.
 *
 * With `classes` the model must have a classifier of as many outputs.
 * Throws: invalid-input or data-format when the model does not fit its configuration or the classes.
 */
export async function createCellEncoder(
  model: Model,
  runtime: Runtime,
  classes: readonly string[] | null = null,
  options: EncoderOptions = {},
): Promise<CellEncoder> {
  const heads: Heads = headsOf(model.parameters);
  checkModel(model, heads);
  const nOutputs = heads.kind === 'classifier' ? heads.classes : 0;
  if (classes && classes.length !== nOutputs) {
    throw new WorkbenchError(
      'invalid-input',
      `model: it has ${nOutputs} outputs and ${classes.length} class names; give one name for each output.`,
    );
  }
  const folded = foldedFeeds(model.config, options.tables ?? (await foldTables(model, runtime)));
  return new GraphCellEncoder(model, heads, runtime, classes, folded, options);
}

class GraphCellEncoder implements CellEncoder {
  readonly width: number;
  readonly maxLength: number;
  readonly classes: readonly string[] | null;
  readonly #model: Model;
  readonly #heads: Heads;
  readonly #runtime: Runtime;
  readonly #bound: Feeds;
  readonly #fed: Feeds;
  readonly #hidden: HiddenGenes;
  readonly #compiled = new Map<string, Executable>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    model: Model,
    heads: Heads,
    runtime: Runtime,
    classes: readonly string[] | null,
    folded: Feeds,
    { bindLimitBytes = BIND_LIMIT_BYTES }: EncoderOptions,
  ) {
    this.#model = model;
    this.#heads = heads;
    this.#runtime = runtime;
    this.width = model.config.width;
    this.maxLength = model.config.maxLength;
    this.classes = classes;
    const parameters = parameterFeeds(model.config, heads, model.parameters);
    const weights = Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== NAMES.word));
    const sizeBytes = Object.values(weights).reduce((sum, { data }) => sum + data.byteLength, 0);
    const bind = sizeBytes <= bindLimitBytes;
    this.#bound = bind ? weights : {};
    this.#fed = { ...(bind ? {} : weights), ...folded };
    this.#hidden = new HiddenGenes({
      config: model.config,
      heads,
      runtime,
      model,
      withClasses: classes !== null,
      bound: this.#bound,
      fed: this.#fed,
    });
  }

  encode(inputs: readonly EncoderInput[], pooling: Pooling): Promise<Encoded> {
    // One call after the other: a call must not drop a graph that another is about to run.
    const result = this.#queue.then(() => this.#encode(inputs, pooling));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #encode(inputs: readonly EncoderInput[], pooling: Pooling): Promise<Encoded> {
    const nClasses = this.classes?.length ?? 0;
    const embeddings = new Float32Array(inputs.length * this.width);
    const probabilities = this.classes ? new Float32Array(inputs.length * nClasses) : null;
    inputs.forEach((input, i) => this.#check(input, i));
    const put = (cell: number, row: number, results: Pick<HiddenEncoded, 'embedding' | 'probabilities'>) => {
      embeddings.set(results.embedding.subarray(row * this.width, (row + 1) * this.width), cell * this.width);
      probabilities?.set(results.probabilities!.subarray(row * nClasses, (row + 1) * nClasses), cell * nClasses);
    };
    const others = pooling === 'cls' ? await this.#encodeHidden(inputs, put) : [...inputs.keys()];
    const lengths = others.map((i) => inputs[i].tokenIds.length);
    for (const { cells: rows, batchSize, length } of inferenceBatches(lengths, this.maxLength)) {
      const cells = Array.from(rows, (i) => others[i]);
      const batch = emptyBatch(batchSize, length);
      cells.forEach((cell, row) => {
        const { tokenIds, values, species, hiddenPositions } = inputs[cell];
        setRow(batch, row, tokenIds, values, species, hiddenPositions);
      });
      readAs(batch, this.#model);
      const results = await this.#run(batch, pooling);
      cells.forEach((cell, row) => put(cell, row, results));
    }
    return { embeddings, probabilities };
  }

  /** Cells of which a single gene is hidden, those of one cell together. Answer: what is left to passes of their own. */
  async #encodeHidden(
    inputs: readonly EncoderInput[],
    put: (cell: number, row: number, results: HiddenEncoded) => void,
  ): Promise<number[]> {
    const left: number[] = [];
    const groups: number[][] = [];
    inputs.forEach((input, i) => {
      const { tokenIds, hiddenPositions } = input;
      if (hiddenPositions?.length !== 1 || tokenIds.length > this.maxLength) {
        left.push(i);
        return;
      }
      const group = groups.find(([first]) => isSameCell(inputs[first], input));
      if (group) group.push(i);
      else groups.push([i]);
    });
    for (const group of groups) {
      const cell = inputs[group[0]];
      const lengths = group.map(() => cell.tokenIds.length);
      for (const { cells: rows, batchSize, length } of inferenceBatches(lengths, this.maxLength)) {
        const some = Array.from(rows, (i) => group[i]);
        if (!this.#hidden.shares(cell, group.length, length)) {
          left.push(...some);
          continue;
        }
        const positions = some.map((i) => inputs[i].hiddenPositions![0]);
        const results = await this.#hidden.encode(cell, positions, batchSize, length);
        some.forEach((i, row) => {
          if (leavesEnough(results.largest[row])) put(i, row, results);
          else left.push(i);
        });
      }
    }
    return left.sort((a, b) => a - b);
  }

  async dispose(): Promise<void> {
    await this.#queue;
    await this.#hidden.dispose();
    for (const executable of this.#compiled.values()) await executable.dispose();
    this.#compiled.clear();
  }

  #check({ tokenIds, values, hiddenPositions }: EncoderInput, index: number): void {
    const { vocabularySize } = this.#model.config;
    if (tokenIds.length !== values.length) {
      throw new WorkbenchError(
        'invalid-input',
        `cell ${index}: it has ${tokenIds.length} genes and ${values.length} values; give one value for each gene.`,
      );
    }
    for (const token of tokenIds) {
      if (token >= 0 && token < vocabularySize) continue;
      throw new WorkbenchError(
        'data-format',
        `cell ${index}: token ${token} is outside the vocabulary of ${vocabularySize}; prepare the cells with the model's vocabulary.`,
      );
    }
    for (const position of hiddenPositions ?? []) {
      if (position >= 0 && position < tokenIds.length) continue;
      throw new WorkbenchError(
        'invalid-input',
        `cell ${index}: position ${position} is outside its ${tokenIds.length} genes; hide genes that are there.`,
      );
    }
  }

  async #run(batch: BatchArrays, pooling: Pooling) {
    const key = `${pooling}:${batch.batchSize}:${batch.length}`;
    const executable = this.#compiled.get(key) ?? (await this.#compile(batch.batchSize, batch.length, pooling));
    // Set anew, so that the least recently used graph is the first of the map.
    this.#compiled.delete(key);
    this.#compiled.set(key, executable);
    await this.#dropOldest();
    const results = await executable.run({
      ...batchFeeds(batch),
      ...this.#fed,
      ...(pooling === 'mean' ? { [POOL_WEIGHTS]: poolWeights(batch) } : {}),
    });
    return {
      embedding: results.embedding.data as Float32Array,
      probabilities: results.probabilities ? (results.probabilities.data as Float32Array) : null,
    };
  }

  async #dropOldest(): Promise<void> {
    while (this.#compiled.size > MAX_COMPILED) {
      const [key, executable] = this.#compiled.entries().next().value!;
      this.#compiled.delete(key);
      await executable.dispose();
    }
  }

  async #compile(batchSize: number, length: number, pooling: Pooling): Promise<Executable> {
    const { config } = this.#model;
    const built = modelGraph(new Graph(`encode-${pooling}`), config, this.#heads, batchSize, length, {
      folded: true,
    });
    const { graph } = built;
    let cls;
    if (pooling === 'cls') {
      cls = clsEncoder(config, built);
      graph.output('embedding', cls);
    } else {
      const last = fullEncoder(config, built).states[config.nLayers];
      const weights = graph.input(POOL_WEIGHTS, 'float32', [batchSize, 1, length + 1]);
      graph.output('embedding', reshape(matmul(weights, last), [batchSize, config.width]));
      cls = reshape(slice(last, 1, 0, 1), [batchSize, config.width]);
    }
    if (this.classes) graph.output('probabilities', softmax(classifierHead(built.parameters, cls, undefined)));
    const used = [...built.parameters.used.keys()].filter((name) => name in this.#bound);
    const bind = Object.fromEntries(used.map((name) => [name, this.#bound[name]]));
    return this.#runtime.compile(graph, { bind });
  }
}

const POOL_WEIGHTS = 'pool_weights';

/** 1 / n at the n genes that take part: neither CLS nor padding nor hidden. */
function poolWeights({ batchSize, length, keyMask }: BatchArrays) {
  const stride = length + 1;
  const weights = new Float32Array(batchSize * stride);
  for (let row = 0; row < batchSize; row++) {
    const keys = keyMask.subarray(row * stride + 1, (row + 1) * stride);
    const nKept = keys.reduce((n, key) => n + (key === 0 ? 1 : 0), 0);
    keys.forEach((key, i) => {
      if (key === 0) weights[row * stride + 1 + i] = 1 / nKept;
    });
  }
  return tensor('float32', [batchSize, 1, stride], weights);
}
