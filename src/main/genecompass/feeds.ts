import { tensor, type Tensor } from '#engine/runtime/tensor.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { INPUTS } from './architecture.ts';
import type { BatchArrays } from './batch-arrays.ts';
import { type Heads, type Parameters, parameterShapes, type PriorTable } from './model.ts';
import { NAMES } from './names.ts';

export type Feeds = Record<string, Tensor>;

/** The inputs of one batch. */
export function batchFeeds(batch: BatchArrays): Feeds {
  const shape = [batch.batchSize, batch.length];
  return {
    [INPUTS.tokenIds]: tensor('int32', shape, batch.tokenIds),
    [INPUTS.values]: tensor('float32', shape, batch.values),
    [INPUTS.priorIds]: tensor('int32', shape, batch.priorIds),
    [INPUTS.species]: tensor('int32', [batch.batchSize], batch.species),
    [INPUTS.keyMask]: tensor('float32', [batch.batchSize, batch.length + 1], batch.keyMask),
  };
}

/** The frozen tables; the arrays are shared, not copied. */
export function priorFeeds(priors: readonly PriorTable[]): Feeds {
  return Object.fromEntries(
    priors.map(({ name, width, table }) => [
      NAMES.priorTable(name),
      tensor('float32', [table.length / width, width], table),
    ]),
  );
}

/** The trained tensors; the arrays are shared, not copied. */
export function parameterFeeds(config: ModelConfig, heads: Heads, parameters: Parameters): Feeds {
  const feeds: Feeds = {};
  for (const [name, shape] of parameterShapes(config, heads)) {
    const data = parameters.get(name);
    if (data) feeds[name] = tensor('float32', shape, data);
  }
  return feeds;
}
