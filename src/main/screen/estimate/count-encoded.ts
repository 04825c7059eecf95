import { sharesPasses } from '#genecompass/hidden-genes.ts';
import { inferenceBatches } from '#genecompass/inference-batches.ts';
import type { PassModel } from '#genecompass/resources/pass-graphs.ts';
import { DEFAULT_BATCH } from '../run.ts';
import type { PassCounter } from './pass-runs.ts';

/** A cell that the encoder is asked for. */
export interface EncodedCell {
  readonly length: number;
  /** Whether one gene is hidden, so that passes through the cell may share their first layer. */
  readonly hidesOne: boolean;
}

/** Counts the passes through one start cell and its perturbations as `CellEncoder.encode` makes them, in the order of `cells`. */
export function countEncoded(
  counter: PassCounter,
  cells: readonly EncodedCell[],
  { config }: PassModel,
  {
    pooling,
    weight = 1,
    batches = inferenceBatches,
  }: {
    pooling: 'cls' | 'mean';
    weight?: number;
    batches?: (lengths: readonly number[], maxLength: number) => ReturnType<typeof inferenceBatches>;
  },
): void {
  let isKept = false;
  for (let from = 0; from < cells.length; from += DEFAULT_BATCH) {
    const some = cells.slice(from, from + DEFAULT_BATCH);
    const hidden = some.filter(({ hidesOne }) => hidesOne && pooling === 'cls').map(({ length }) => length);
    const hiddenBatches = hidden.length > 0 ? batches(hidden, config.maxLength) : [];
    const shares = hiddenBatches.some(({ length }) => sharesPasses(config, { length, nPasses: hidden.length, isKept }));
    if (shares && !isKept) counter.add({ kind: 'shared-layer', batchSize: 1, length: hiddenBatches[0].length }, weight);
    if (shares) {
      isKept = true;
      for (const { batchSize, length } of hiddenBatches)
        counter.add({ kind: 'hidden-gene', batchSize, length }, weight);
    }
    const others = some.filter(({ hidesOne }) => !(shares && hidesOne)).map(({ length }) => length);
    if (others.length === 0) continue;
    for (const { batchSize, length } of batches(others, config.maxLength))
      counter.add({ kind: pooling, batchSize, length }, weight);
  }
}
