import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type StoredTensors, toFloat32 } from './stored-tensor.ts';

const ALPHA = 'emb_warmup.alpha';

/**
 * Refuses a checkpoint whose prior knowledge entered the model scaled.
 *
 * Throws: unsupported when the factor is not 1; data-format when it is no single number.
 * Source: spec/genecompass.md §2.2 step 4 and §2.5: the factor is stored, and 1 in every published model.
 */
export function checkWarmUp(tensors: StoredTensors, subject: string): void {
  const stored = tensors.get(ALPHA);
  if (!stored) return;
  const values = toFloat32(`${subject}: ${ALPHA}`, stored);
  if (values.length !== 1) {
    throw new WorkbenchError(
      'data-format',
      `${subject}: ${ALPHA} has ${values.length} elements, one number is expected; choose a GeneCompass checkpoint.`,
    );
  }
  if (values[0] === 1) return;
  throw new WorkbenchError(
    'unsupported',
    `${subject}: ${ALPHA} is ${values[0]}, so its prior knowledge entered scaled, published models have 1; choose a checkpoint whose warm-up is over.`,
  );
}
