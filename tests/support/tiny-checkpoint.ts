import type { SyntheticShape } from '../../build/make-synthetic-checkpoint.ts';

/** A checkpoint of the published layout that is made in milliseconds. */
export const TINY_CHECKPOINT: SyntheticShape = {
  nHuman: 60,
  nMouse: 64,
  nHomologs: 40,
  nLayers: 2,
  nHeads: 2,
  width: 16,
  feedForwardWidth: 32,
  maxLength: 32,
  priorWidth: 6,
  valueEncoding: 'scalar',
};
