import type { CellTokens } from './cells.ts';
import type { Model } from './model.ts';
import type { PlannedBatch } from './batching.ts';

/** Additive attention mask of a hidden key: large enough that its weight underflows to zero, and finite. */
export const HIDDEN_KEY = -1e30;

/** What the encoder graph of one (batch size, length) is fed. */
export interface BatchArrays {
  readonly batchSize: number;
  readonly length: number;
  /** Shape: B × L, zero-padded. */
  readonly tokenIds: Int32Array;
  /** Shape: B × L. */
  readonly values: Float32Array;
  /** Shape: B × L; rows of the prior tables. */
  readonly priorIds: Int32Array;
  /** Shape: B. */
  readonly species: Int32Array;
  /** Shape: B × (L + 1), additive; position 0 is CLS. */
  readonly keyMask: Float32Array;
}

/** A batch of padding: only CLS is attended. */
export function emptyBatch(batchSize: number, length: number): BatchArrays {
  const keyMask = new Float32Array(batchSize * (length + 1)).fill(HIDDEN_KEY);
  for (let row = 0; row < batchSize; row++) keyMask[row * (length + 1)] = 0;
  return {
    batchSize,
    length,
    tokenIds: new Int32Array(batchSize * length),
    values: new Float32Array(batchSize * length),
    priorIds: new Int32Array(batchSize * length),
    species: new Int32Array(batchSize),
    keyMask,
  };
}

/** Writes one cell; tokens beyond the batch's length are cut. Prior rows are set by `readAs` or `lookUpPriors` at the end. */
export function setRow(
  batch: BatchArrays,
  row: number,
  tokenIds: Int32Array,
  values: Float32Array,
  species: number,
  hiddenPositions: readonly number[] = [],
): void {
  const { length } = batch;
  const n = Math.min(length, tokenIds.length);
  batch.tokenIds.set(n < tokenIds.length ? tokenIds.subarray(0, n) : tokenIds, row * length);
  batch.values.set(n < values.length ? values.subarray(0, n) : values, row * length);
  batch.species[row] = species;
  const keys = row * (length + 1) + 1;
  batch.keyMask.fill(0, keys, keys + n);
  for (const position of hiddenPositions) if (position < n) batch.keyMask[keys + position] = HIDDEN_KEY;
}

/** Rows of the prior tables: the token, or for a mouse cell the row of its mouse gene. */
export function lookUpPriors(batch: BatchArrays, homologIndex: Int32Array): void {
  const { batchSize, length, tokenIds, priorIds, species } = batch;
  for (let row = 0; row < batchSize; row++) {
    const mouse = species[row] === 1;
    for (let i = row * length; i < (row + 1) * length; i++)
      priorIds[i] = mouse ? homologIndex[tokenIds[i]] : tokenIds[i];
  }
}

/** Rows of the prior tables as if every cell were a mouse cell. */
export function lookUpMousePriors({ tokenIds, priorIds }: BatchArrays, homologIndex: Int32Array): void {
  for (let i = 0; i < tokenIds.length; i++) priorIds[i] = homologIndex[tokenIds[i]];
}

/** What a model is to be shown of a batch: values and species as its classifier was taught to read them, and prior rows. */
export function readAs(batch: BatchArrays, { homologIndex, reads }: Pick<Model, 'homologIndex' | 'reads'>): void {
  if (reads?.ignoreSpecies) batch.species.fill(0);
  if (reads?.truncateValues) truncate(batch.values);
  lookUpPriors(batch, homologIndex);
}

/** Cuts values towards zero in place, as a cast to whole numbers does. */
export function truncate(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.trunc(values[i]);
}

/** Arrays of a planned batch; rows beyond its cells are padding. */
export function cellBatch(cells: CellTokens, planned: PlannedBatch, batchSize: number): BatchArrays {
  const batch = emptyBatch(batchSize, planned.length);
  planned.cells.forEach((cell, row) => {
    const [start, end] = [cells.offsets[cell], cells.offsets[cell + 1]];
    setRow(batch, row, cells.tokenIds.subarray(start, end), cells.values.subarray(start, end), cells.species[cell]);
  });
  return batch;
}
