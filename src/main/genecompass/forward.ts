import { setImmediate } from 'node:timers/promises';
import type { Runtime } from '#engine/runtime/runtime.ts';
import type { ForwardConfig } from '#shared/domain/forward.ts';
import { type BatchArrays, emptyBatch, HIDDEN_KEY, lookUpMousePriors, readAs } from './batch-arrays.ts';
import { SafetensorsWriter } from './checkpoint/safetensors-writer.ts';
import { readsNote } from './compat-cells.ts';
import { ForwardGraphs, type BatchResults } from './forward/graphs.ts';
import { GeneMeans } from './forward/gene-means.ts';
import { type CellRows, ForwardInputs } from './forward/inputs.ts';
import { checkOutputSize, chooseOutputs, type Output, outputShape } from './forward/outputs.ts';
import { type PlannedCells, planByLength } from './forward/plan.ts';
import { checkModel, type Heads, type Model } from './model.ts';
import { MASK_TOKEN, PAD_TOKEN } from './names.ts';

/** Bytes of inputs read at once. */
const WINDOW_BYTES = 16 * 1024 * 1024;
const BYTES_PER_POSITION = 20;
/** Cells read at once, at most; they are ordered by length before they are cut into batches. */
const WINDOW_CELLS = 1024;
const GIBIBYTE = 2 ** 30;

export interface ForwardRequest {
  readonly model: Model;
  readonly heads: Heads;
  readonly runtime: Runtime;
  /** Paths; `inputsName` is what messages call the inputs. */
  readonly inputs: string;
  readonly inputsName: string;
  readonly out: string;
  readonly options: Pick<ForwardConfig, 'outputs' | 'batchSize' | 'skipPadding' | 'maxOutput' | 'compat'>;
  /** Kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Cells. */
  onProgress?(done: number, total: number): void;
}

export interface ForwardResult {
  readonly nCells: number;
  readonly length: number;
  readonly sizeBytes: number;
  readonly outputs: readonly { readonly name: string; readonly shape: number[] }[];
  readonly warnings: readonly string[];
}

/**
 * Computes what a model says of the cells of a safetensors file and writes it as another one.
 *
 * Throws: data-format when inputs do not fit the model, invalid-input for an unknown output, resource when the output
 * would be too large or the disk is full; then nothing is left behind.
 * Note: memory does not grow with the number of cells. Cells are padded to the longest of their batch when no output
 * has a number for every position, or padding is skipped; else padded positions are computed as the published model does.
 */
export async function forwardFile(request: ForwardRequest): Promise<ForwardResult> {
  const { model, heads, runtime, options } = request;
  checkModel(model, heads);
  const inputs = new ForwardInputs(request.inputs, request.inputsName, model.config);
  try {
    const { nCells, length } = inputs;
    const outputs = chooseOutputs(model.config, heads, options.outputs);
    const { vocabularySize } = model.config;
    const shapes = new Map(outputs.map((each) => [each.name, outputShape(each, nCells, length, vocabularySize)]));
    checkOutputSize(shapes, options.maxOutput * GIBIBYTE);
    const writer = new SafetensorsWriter(request.out, shapes, request.metadata);
    const graphs = new ForwardGraphs(model, heads, runtime, outputs);
    try {
      const run = new ForwardRun(request, inputs, outputs, graphs, writer);
      await run.all();
      writer.finish();
    } finally {
      writer.discard();
      await graphs.dispose();
    }
    return {
      nCells,
      length,
      sizeBytes: writer.sizeBytes,
      outputs: outputs.map(({ name }) => ({ name, shape: shapes.get(name)! })),
      warnings: [...warningsOf(inputs, options), ...(model.reads ? readsNote(model.reads) : [])],
    };
  } finally {
    inputs.close();
  }
}

function warningsOf(inputs: ForwardInputs, { compat }: ForwardRequest['options']): string[] {
  const warnings: string[] = [];
  if (!inputs.hasMask && !compat.attendPadding) {
    warnings.push(
      'The inputs have no attention_mask: tokens 0 are taken for padding and not attended; the switch attend-padding attends to them as the published code does.',
    );
  }
  if (!inputs.hasSpecies) warnings.push('The inputs have no species: every cell is taken for human.');
  else if (compat.ignoreSpecies) warnings.push('Every cell is taken for human, as asked; species is not used.');
  return warnings;
}

class ForwardRun {
  readonly #request: ForwardRequest;
  readonly #inputs: ForwardInputs;
  readonly #outputs: readonly Output[];
  readonly #graphs: ForwardGraphs;
  readonly #writer: SafetensorsWriter;
  /** Every batch has all positions: numbers of padding are asked for, or padding is attended. */
  readonly #isWhole: boolean;
  /** Null where no gene is asked for. */
  readonly #genes: GeneMeans | null;

  constructor(
    request: ForwardRequest,
    inputs: ForwardInputs,
    outputs: readonly Output[],
    graphs: ForwardGraphs,
    writer: SafetensorsWriter,
  ) {
    this.#request = request;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#graphs = graphs;
    this.#writer = writer;
    this.#genes = outputs.some(({ kind }) => kind === 'gene') ? new GeneMeans(request.model.config.width) : null;
    const { compat, skipPadding } = request.options;
    const hasPositions = outputs.some(({ kind }) => kind.startsWith('positions'));
    this.#isWhole = compat.attendPadding || (hasPositions && !skipPadding);
  }

  async all(): Promise<void> {
    const { nCells, length } = this.#inputs;
    const { options, onProgress, signal } = this.#request;
    const byMemory = Math.floor(WINDOW_BYTES / (length * BYTES_PER_POSITION));
    const window = Math.max(1, options.batchSize ?? 1, Math.min(WINDOW_CELLS, byMemory));
    for (let start = 0; start < nCells; start += window) {
      const rows = this.#inputs.rows(start, Math.min(nCells, start + window));
      let done = start;
      for (const planned of this.#plan(rows)) {
        await this.#batch(rows, start, planned);
        done += planned.cells.length;
        onProgress?.(done, nCells);
        // The runtime blocks the process while it runs; here a message to stop can come in.
        await setImmediate();
        signal?.throwIfAborted();
      }
    }
    this.#genes?.write(this.#writer, new Set(this.#outputs.map(({ name }) => name)));
  }

  #plan(rows: CellRows): PlannedCells[] {
    const extents = Array.from({ length: rows.nCells }, (_, cell) => this.#extent(rows, cell));
    const { batchSize } = this.#request.options;
    return planByLength(extents, this.#inputs.length, { isWhole: this.#isWhole, batchSize });
  }

  /** Positions up to the last attended one, at least one. */
  #extent({ attended }: CellRows, cell: number): number {
    const { length } = this.#inputs;
    const last = attended.subarray(cell * length, (cell + 1) * length).lastIndexOf(1);
    return Math.max(1, last + 1);
  }

  async #batch(rows: CellRows, start: number, { cells, batchSize, padded }: PlannedCells): Promise<void> {
    const { length } = this.#inputs;
    const { compat } = this.#request.options;
    const batch = emptyBatch(batchSize, padded);
    const poolWeights = new Float32Array(batchSize * (padded + 1));
    cells.forEach((cell, row) => {
      const from = cell * length;
      batch.tokenIds.set(rows.tokenIds.subarray(from, from + padded), row * padded);
      batch.values.set(rows.values.subarray(from, from + padded), row * padded);
      batch.species[row] = compat.ignoreSpecies ? 0 : rows.species[cell];
      const attended = rows.attended.subarray(from, from + padded);
      const keys = row * (padded + 1) + 1;
      attended.forEach((kept, i) => (batch.keyMask[keys + i] = kept || compat.attendPadding ? 0 : HIDDEN_KEY));
      const genes = this.#genePositions(rows, cell);
      for (const i of genes) poolWeights[keys + i] = 1 / genes.length;
    });
    readAs(batch, this.#request.model);
    if (compat.mousePriors) lookUpMousePriors(batch, this.#request.model.homologIndex);
    const results = await this.#graphs.run(batch, poolWeights);
    for (const output of this.#outputs) {
      if (output.name !== 'id_logits' && output.kind !== 'gene')
        this.#write(output, results(output.name), rows, start, cells, padded);
    }
    if (this.#genes) this.#addGenes(this.#genes, results('last_hidden_state'), rows, cells, padded);
    if (this.#outputs.some(({ name }) => name === 'id_logits'))
      await this.#idLogits(results, rows, start, cells, batch);
  }

  /** Attended positions that hold no padding. */
  #genePositions({ tokenIds, attended }: CellRows, cell: number): number[] {
    const positions: number[] = [];
    const from = cell * this.#inputs.length;
    for (let i = 0; i < this.#inputs.length; i++)
      if (attended[from + i] === 1 && tokenIds[from + i] !== PAD_TOKEN) positions.push(i);
    return positions;
  }

  #addGenes(genes: GeneMeans, states: Float32Array, rows: CellRows, cells: readonly number[], padded: number): void {
    const { width } = this.#request.model.config;
    cells.forEach((cell, row) => {
      for (const i of this.#genePositions(rows, cell)) {
        const token = rows.tokenIds[cell * this.#inputs.length + i];
        if (token !== MASK_TOKEN) genes.add(token, states, (row * (padded + 1) + 1 + i) * width);
      }
    });
  }

  /** Each cell at its place in the file; with skipped padding only up to its last gene. */
  #write(
    { name, kind, width }: Output,
    data: Float32Array,
    rows: CellRows,
    start: number,
    cells: readonly number[],
    padded: number,
  ): void {
    const { length } = this.#inputs;
    const extra = kind === 'positions-and-cls' ? 1 : 0;
    const [computed, stored] = kind === 'cell' ? [1, 1] : [padded + extra, length + extra];
    cells.forEach((cell, row) => {
      const kept = kind === 'cell' ? 1 : this.#kept(rows, cell) + extra;
      const from = row * computed * width;
      this.#writer.write(name, (start + cell) * stored * width, data.subarray(from, from + kept * width));
    });
  }

  #kept(rows: CellRows, cell: number): number {
    return this.#request.options.skipPadding ? this.#extent(rows, cell) : this.#inputs.length;
  }

  async #idLogits(
    results: BatchResults,
    rows: CellRows,
    start: number,
    cells: readonly number[],
    { length: padded }: BatchArrays,
  ): Promise<void> {
    const { width, vocabularySize } = this.#request.model.config;
    const states = results('last_hidden_state');
    const step = Math.min(this.#graphs.idLogitsRows, padded);
    const piece = new Float32Array(step * width);
    for (const [row, cell] of cells.entries()) {
      const kept = this.#kept(rows, cell);
      for (let position = 0; position < kept; position += step) {
        const n = Math.min(step, kept - position);
        const from = (row * (padded + 1) + 1 + position) * width;
        piece.fill(0).set(states.subarray(from, from + n * width));
        const scores = await this.#graphs.idLogits(piece, step);
        const place = ((start + cell) * this.#inputs.length + position) * vocabularySize;
        this.#writer.write('id_logits', place, scores.subarray(0, n * vocabularySize));
      }
    }
  }
}
