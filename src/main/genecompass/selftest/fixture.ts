import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type BatchArrays, HIDDEN_KEY, lookUpPriors } from '../batch-arrays.ts';
import type { ImportedModel } from '../checkpoint/import.ts';
import { type Feeds, parameterFeeds, priorFeeds } from '../feeds.ts';
import { fillTargets, type TargetArrays } from '../masked-batch.ts';
import { IGNORED_LABEL } from '../names.ts';
import type { ExpectedFile } from './expected-file.ts';

/** Everything the model is fed besides a batch. */
export function modelFeeds(model: ImportedModel['model'], heads: ImportedModel['heads']): Feeds {
  return { ...parameterFeeds(model.config, heads, model.parameters), ...priorFeeds(model.priors) };
}

/**
 * The stored batch; `prefix` chooses the masked one.
 *
 * Throws: data-format when it does not fit the model.
 * Note: as published, a batch without `attention_mask` is attended everywhere and one without `species` is human.
 */
export function fixtureBatch(
  { config, homologIndex }: ImportedModel['model'],
  expected: ExpectedFile,
  prefix: '' | 'masked_' = '',
): BatchArrays {
  const ids = `${prefix}input_ids`;
  const [batchSize, length, ...rest] = expected.shape(ids);
  if (length === undefined || rest.length > 0 || batchSize === 0 || length === 0 || length > config.maxLength) {
    throw new WorkbenchError(
      'data-format',
      `${expected.file}: ${ids} has shape [${expected.shape(ids).join(', ')}], cells × at most ${config.maxLength} positions are expected.`,
    );
  }
  const size = batchSize * length;
  const tokenIds = expected.int32(ids, size);
  const stray = tokenIds.find((token) => token < 0 || token >= config.vocabularySize);
  if (stray !== undefined) {
    throw new WorkbenchError(
      'data-format',
      `${expected.file}: ${ids} holds token ${stray}, the model knows ${config.vocabularySize} tokens.`,
    );
  }
  const keyMask = new Float32Array(batchSize * (length + 1));
  if (expected.has('attention_mask')) {
    expected.int32('attention_mask', size).forEach((kept, i) => {
      if (!kept) keyMask[i + Math.floor(i / length) + 1] = HIDDEN_KEY;
    });
  }
  const batch = {
    batchSize,
    length,
    tokenIds,
    values: expected.float32(`${prefix}values`, size),
    priorIds: new Int32Array(size),
    species: expected.has('species') ? expected.int32('species', batchSize) : new Int32Array(batchSize),
    keyMask,
  };
  if (batch.species.some((code) => code !== 0 && code !== 1)) {
    throw new WorkbenchError('data-format', `${expected.file}: species holds a code that is neither 0 nor 1.`);
  }
  lookUpPriors(batch, homologIndex);
  return batch;
}

/** Every cell taken for human, as when the published model is given no species. */
export function asHuman(batch: BatchArrays): BatchArrays {
  return { ...batch, species: new Int32Array(batch.batchSize), priorIds: batch.tokenIds };
}

/** Names of the tensors that `fixtureTargets` needs. */
export const MASKED_INPUTS = ['masked_input_ids', 'masked_values', 'labels', 'labels_values'] as const;

/** The stored masked batch and what is to be guessed in it. */
export function fixtureTargets(
  model: ImportedModel['model'],
  expected: ExpectedFile,
): { batch: BatchArrays; targets: TargetArrays } {
  const batch = fixtureBatch(model, expected, 'masked_');
  const size = batch.tokenIds.length;
  const labels = expected.int32('labels', size);
  const stray = labels.find((label) => label !== IGNORED_LABEL && (label < 0 || label >= model.config.vocabularySize));
  const nMasked = labels.filter((label) => label !== IGNORED_LABEL).length;
  if (stray !== undefined || nMasked === 0) {
    const fact = stray === undefined ? 'labels no position' : `holds label ${stray}`;
    throw new WorkbenchError('data-format', `${expected.file}: labels ${fact}; make the reference numbers again.`);
  }
  return { batch, targets: fillTargets(batch, labels, expected.float32('labels_values', size), nMasked) };
}
