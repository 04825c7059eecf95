import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type BatchArrays, HIDDEN_KEY, lookUpPriors } from '../batch-arrays.ts';
import { openFileSource } from '../checkpoint/byte-source.ts';
import type { ImportedModel } from '../checkpoint/import.ts';
import { readSafetensors } from '../checkpoint/safetensors.ts';
import { type StoredTensors, toFloat32, toInt32 } from '../checkpoint/stored-tensor.ts';
import { type Feeds, parameterFeeds, priorFeeds } from '../feeds.ts';
import { fillTargets, type TargetArrays } from '../masked-batch.ts';
import { IGNORED_LABEL } from '../names.ts';

/** Everything the model is fed besides a batch. */
export function modelFeeds(model: ImportedModel['model'], heads: ImportedModel['heads']): Feeds {
  return { ...parameterFeeds(model.config, heads, model.parameters), ...priorFeeds(model.priors) };
}

/** The stored batch; `prefix` chooses the masked one. */
export function fixtureBatch(
  homologIndex: Int32Array,
  expected: StoredTensors,
  prefix: '' | 'masked_' = '',
): BatchArrays {
  const tokens = expected.get(`${prefix}input_ids`)!;
  const [batchSize, length] = tokens.shape;
  const keep = toInt32('attention_mask', expected.get('attention_mask')!);
  const keyMask = new Float32Array(batchSize * (length + 1));
  keep.forEach((kept, i) => {
    if (!kept) keyMask[i + Math.floor(i / length) + 1] = HIDDEN_KEY;
  });
  const batch = {
    batchSize,
    length,
    tokenIds: toInt32('input_ids', tokens),
    values: toFloat32('values', expected.get(`${prefix}values`)!),
    priorIds: new Int32Array(batchSize * length),
    species: toInt32('species', expected.get('species')!),
    keyMask,
  };
  lookUpPriors(batch, homologIndex);
  return batch;
}

/** The stored masked batch and what is to be guessed in it. */
export function fixtureTargets(
  homologIndex: Int32Array,
  expected: StoredTensors,
): { batch: BatchArrays; targets: TargetArrays } {
  const batch = fixtureBatch(homologIndex, expected, 'masked_');
  const labels = toInt32('labels', expected.get('labels')!);
  const nMasked = labels.filter((label) => label !== IGNORED_LABEL).length;
  return { batch, targets: fillTargets(batch, labels, toFloat32('values', expected.get('labels_values')!), nMasked) };
}

/** Throws: not-found when the folder lacks the file. */
export function readExpected(folder: string, file: string): StoredTensors {
  const path = join(folder, file);
  if (!existsSync(path)) {
    throw new WorkbenchError(
      'not-found',
      `${basename(folder)}: it has no ${file}; choose a folder of reference numbers.`,
    );
  }
  return readSafetensors(openFileSource(path, file)).tensors;
}
