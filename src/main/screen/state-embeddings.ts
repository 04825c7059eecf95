import type { CellEncoder, EncoderInput } from '#genecompass/types.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { cellTokens } from '#singlecell/perturb/dose.ts';
import type { TokenSet } from '#singlecell/types.ts';
import type { ScreenPlan } from './types.ts';

/** A prepared cell as the encoder reads it. */
export function encoderInput(tokens: TokenSet, cell: number, maxLength: number): EncoderInput {
  return { ...cellTokens(tokens, cell, maxLength), species: tokens.species[cell] === 1 ? 1 : 0 };
}

/**
 * Mean embedding of the reference cells of each state.
 *
 * Shape: states × width, in the order of `plan.states`. Throws: `cancelled`, `numeric` for embeddings that are not finite.
 */
export async function stateEmbeddings(
  plan: ScreenPlan,
  tokens: TokenSet,
  encoder: CellEncoder,
  options: { batchSize: number; signal?: AbortSignal; onCells?: (done: number, total: number) => void },
): Promise<Float32Array> {
  const { width } = encoder;
  const centroids = new Float32Array(plan.states.length * width);
  const total = plan.states.reduce((sum, { cells }) => sum + cells.length, 0);
  let done = 0;
  options.onCells?.(done, total);
  for (const [s, state] of plan.states.entries()) {
    const sums = new Float64Array(width);
    // By length, so that a batch is hardly padded; the sum runs in this order whatever the batch size.
    const byLength = [...state.cells].sort((a, b) => length(tokens, a) - length(tokens, b) || a - b);
    for (let from = 0; from < byLength.length; from += options.batchSize) {
      throwIfCancelled(options.signal);
      const batch = byLength.slice(from, from + options.batchSize);
      const inputs = batch.map((cell) => encoderInput(tokens, cell, plan.maxLength));
      const { embeddings } = await encoder.encode(inputs, plan.config.pooling);
      for (let row = 0; row < batch.length; row++)
        for (let i = 0; i < width; i++) sums[i] += embeddings[row * width + i];
      options.onCells?.((done += batch.length), total);
    }
    for (let i = 0; i < width; i++) centroids[s * width + i] = sums[i] / state.cells.length;
  }
  if (!centroids.every(Number.isFinite))
    throw new WorkbenchError(
      'numeric',
      'screen: the model gives embeddings that are not finite numbers; train it again with a lower learning rate.',
    );
  return centroids;
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new WorkbenchError(
      'cancelled',
      'screen: cancelled; finished cells are kept and a later run goes on from there.',
    );
}

function length(tokens: TokenSet, cell: number): number {
  return tokens.offsets[cell + 1] - tokens.offsets[cell];
}
