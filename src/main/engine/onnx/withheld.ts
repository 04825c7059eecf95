import type { NodeMessage, SequenceInfoMessage } from './schema.ts';

/**
 * An output that the Node binding of ONNX Runtime cannot hand over, being no tensor; graphs have no such name.
 *
 * The binding (1.30) copies every result into a new array, also one that it was given an array for. It does so after the
 * run, in the order of the outputs, and stops at the first it cannot hand over. So a run that fetches this output before
 * all others, and brings arrays for those, ends with its results written and nothing copied (decision 0025).
 */
export const WITHHELD = '%withheld';

export const withheldNode: NodeMessage = {
  name: WITHHELD,
  opType: 'SequenceEmpty',
  input: [],
  output: [WITHHELD],
  attribute: [],
};

export const withheldOutput: SequenceInfoMessage = {
  name: WITHHELD,
  type: { sequenceType: { elemType: { tensorType: { elemType: 1, shape: { dim: [] } } } } },
};

/** Whether a run failed at nothing but the withheld output. */
export function isWithheld(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Non tensor type is temporarily not supported');
}
