import type { Runtime } from '#engine/runtime/runtime.ts';
import type { InferenceCompat } from '#shared/domain/forward.ts';
import { emptyBatch, readAs, setRow } from './batch-arrays.ts';
import { type CellTokens, cellLengths, checkCells } from './cells.ts';
import { type GeneMeans, GeneSums } from './embed/gene-sums.ts';
import { ForwardGraphs } from './forward/graphs.ts';
import { chooseOutputs } from './forward/outputs.ts';
import { type PlannedCells, planByLength } from './forward/plan.ts';
import { checkModel, headsOf, type Model } from './model.ts';
import { cancelled } from './optimiser.ts';

/** Cells between two savings; they are ordered by length before they are cut into batches. */
export const BLOCK_CELLS = 1024;

/** Where a stopped run stands. */
export interface EmbedState {
  readonly nextCell: number;
  /** Sums of the states of the kept genes; empty without genes. */
  readonly sums: Float64Array;
}

export interface EmbedRequest {
  readonly model: Model;
  readonly runtime: Runtime;
  readonly cells: CellTokens;
  readonly pooling: 'cls' | 'mean';
  /** Fewest cells of a gene whose embedding is kept; null for cells alone. */
  readonly minCellsPerGene: number | null;
  readonly compat?: InferenceCompat;
  readonly blockCells?: number;
  readonly resume?: EmbedState;
  readonly signal?: AbortSignal;
  /** Cells [start, …) are done. Shape: n × width. `state` goes on after them; its sums are those in use, not a copy. */
  onBlock(start: number, embeddings: Float32Array, state: EmbedState): Promise<void>;
}

/**
 * Embeds every cell and, when asked, every gene: the mean over cells of its state in the last layer.
 *
 * Throws: data-format when cells do not fit the model; cancelled when stopped, between two blocks.
 * Note: same cells and model, same numbers, also after a stop.
 */
export async function embedCells(request: EmbedRequest): Promise<GeneMeans | null> {
  const { model, runtime, cells, pooling, minCellsPerGene, resume, signal } = request;
  const { config } = model;
  const heads = headsOf(model.parameters);
  checkModel(model, heads);
  checkCells(cells, config.vocabularySize);
  const lengths = cellLengths(cells, config.maxLength);
  const genes =
    minCellsPerGene === null
      ? null
      : new GeneSums(cells, lengths, config.vocabularySize, config.width, minCellsPerGene);
  if (resume) genes?.restore(resume.sums);
  const names = [`${pooling}_embedding`, ...(genes ? ['last_hidden_state'] : [])];
  const graphs = new ForwardGraphs(model, heads, runtime, chooseOutputs(config, heads, names));
  const blockCells = request.blockCells ?? BLOCK_CELLS;
  try {
    for (let start = resume?.nextCell ?? 0; start < cells.nCells; start += blockCells) {
      if (signal?.aborted) throw cancelled('embeddings');
      const end = Math.min(cells.nCells, start + blockCells);
      const embeddings = new Float32Array((end - start) * config.width);
      const plan = planByLength(lengths.subarray(start, end), config.maxLength, {
        isWhole: request.compat?.attendPadding,
      });
      for (const planned of plan) await embedBatch(request, graphs, start, planned, embeddings, genes);
      await request.onBlock(start, embeddings, { nextCell: end, sums: genes?.sums ?? new Float64Array() });
    }
  } finally {
    await graphs.dispose();
  }
  return genes?.result() ?? null;
}

async function embedBatch(
  { model, cells, pooling, compat }: EmbedRequest,
  graphs: ForwardGraphs,
  start: number,
  { cells: inBlock, batchSize, padded }: PlannedCells,
  embeddings: Float32Array,
  genes: GeneSums | null,
): Promise<void> {
  const { width } = model.config;
  const batch = emptyBatch(batchSize, padded);
  const stride = padded + 1;
  const poolWeights = new Float32Array(batchSize * stride);
  const tokensOf = inBlock.map((cell, row) => {
    const [from, end] = [cells.offsets[start + cell], cells.offsets[start + cell + 1]];
    const tokenIds = cells.tokenIds.subarray(from, Math.min(end, from + padded));
    const species = compat?.ignoreSpecies ? 0 : cells.species[start + cell];
    setRow(batch, row, tokenIds, cells.values.subarray(from, from + tokenIds.length), species);
    poolWeights.fill(1 / tokenIds.length, row * stride + 1, row * stride + 1 + tokenIds.length);
    return tokenIds;
  });
  if (compat?.attendPadding) batch.keyMask.fill(0);
  readAs(batch, model);
  const results = await graphs.run(batch, poolWeights);
  const pooled = results(`${pooling}_embedding`);
  const states = genes ? results('last_hidden_state') : null;
  inBlock.forEach((cell, row) => {
    embeddings.set(pooled.subarray(row * width, (row + 1) * width), cell * width);
    if (states) genes!.add(tokensOf[row], states.subarray((row * stride + 1) * width));
  });
}
