import { EmbedConfig } from '#shared/domain/embed.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { STEPS } from '#shared/domain/steps.ts';
import { BLOCK_CELLS, embedCells, type EmbedState } from '#genecompass/embed.ts';
import type { GeneMeans } from '#genecompass/embed/gene-sums.ts';
import type { JobContext } from '#jobs/worker.ts';
import { EMBEDDING_BLOBS, type StoredGeneRows } from '#project/stored/embedding-blobs.ts';
import { loadModel } from './model-store.ts';
import { runtimeFor } from './runtime-for.ts';
import { reportStep } from './step-hook.ts';
import { readTokens, type StoredTokens } from './tokens-store.ts';

const STEP = STEPS.embed;
/** Sums larger than this are saved every so many blocks only: they are rewritten whole. */
const SMALL_SUMS_BYTES = 4 * 1024 * 1024;
const BLOCKS_PER_SAVING = 16;

/** Embeds cells and genes block by block; a stopped job goes on after its last saved block. */
export async function embedWorker(context: JobContext, input: unknown): Promise<ArtifactId[]> {
  const { device: asked, ...config } = EmbedConfig.parse(input);
  const { artifacts } = context.project;
  const stored = readTokens(artifacts, config.tokens);
  const { model, manifest } = await loadModel(context, config.model, stored);
  const { nCells } = stored.tokens;
  const { width } = model.config;
  const saved = await context.loadCheckpoint();
  const resume = saved ? readState(saved) : undefined;

  const chosen = await runtimeFor(asked, { mode: 'inference', size: { model: model.config, batchSize: 1 } }, context);
  const { runtime } = chosen;
  const means = await embedCells({
    model,
    runtime,
    cells: stored.tokens,
    pooling: config.pooling,
    minCellsPerGene: config.genes ? config.minCells : null,
    compat: config.compat,
    ...(resume ? { resume } : {}),
    signal: context.signal,
    onBlock: async (start, embeddings, state) => {
      await context.shards.save(blockKey(start), bytesOf(embeddings));
      const isSmall = state.sums.byteLength <= SMALL_SUMS_BYTES;
      if (isSmall || context.signal.aborted || (start / BLOCK_CELLS) % BLOCKS_PER_SAVING === 0) {
        await context.saveCheckpoint(writeState(state));
      }
      await reportStep(context, 'Embedding cells', state.nextCell, nCells, 'cells');
    },
  });

  const draft = artifacts.draft({
    kind: 'embeddings',
    title: `Embeddings of ${stored.dataset.title}`,
    step: STEP.command,
    stepVersion: STEP.version,
    config: { ...config },
    inputs: [manifest.id, stored.manifest.id],
  });
  const writer = draft.blobWriter(EMBEDDING_BLOBS.cells);
  for (const start of blocksUntil(nCells)) writer.write((await context.shards.load(blockKey(start)))!);
  writer.finish();
  const summary = { nCells, width, pooling: config.pooling, device: chosen.device };
  if (!means) return [draft.commit(summary).id];
  const rows = geneRows(means, stored);
  draft.blob(EMBEDDING_BLOBS.genes, means.means);
  draft.blob(EMBEDDING_BLOBS.geneRows, rows);
  if (rows.leftOut.length > 0) {
    context.log(
      'info',
      `${rows.leftOut.length} genes are in fewer than ${config.minCells} cells and have no embedding.`,
    );
  }
  return [draft.commit({ ...summary, nGenes: rows.ids.length, nGenesLeftOut: rows.leftOut.length }).id];
}

function geneRows({ tokens, counts, leftOut }: GeneMeans, { vocabulary }: StoredTokens): StoredGeneRows {
  return {
    ids: Array.from(tokens, (token) => vocabulary.tokens[token]),
    nCells: Array.from(counts),
    leftOut: leftOut.map(({ token, nCells }) => ({ id: vocabulary.tokens[token], nCells })),
  };
}

const blockKey = (start: number) => `cells-${start}`;

/** First cells of the blocks before `nextCell`. */
function blocksUntil(nextCell: number): number[] {
  return Array.from({ length: Math.ceil(nextCell / BLOCK_CELLS) }, (_, block) => block * BLOCK_CELLS);
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** float64: the next cell, then the sums. */
function writeState({ nextCell, sums }: EmbedState): Uint8Array {
  const numbers = new Float64Array(1 + sums.length);
  numbers[0] = nextCell;
  numbers.set(sums, 1);
  return new Uint8Array(numbers.buffer);
}

function readState(bytes: Uint8Array): EmbedState {
  // A copy, since the bytes may begin anywhere in their buffer.
  const numbers = new Float64Array(new Uint8Array(bytes).buffer);
  return { nextCell: numbers[0], sums: numbers.subarray(1) };
}
