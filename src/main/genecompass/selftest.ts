import type { Runtime } from '#engine/runtime/runtime.ts';
import { importCheckpoint } from './checkpoint/import.ts';
import { readExpected } from './selftest/fixture.ts';
import { checkClassifier, checkForward } from './selftest/forward.ts';
import type { ParityResult } from './selftest/parity-group.ts';
import { checkGradients, checkSteps } from './selftest/training.ts';

export type { ParityResult } from './selftest/parity-group.ts';

/**
 * Compares this model with the published one on a folder of reference numbers.
 *
 * The folder holds `config.json`, `pytorch_model.bin`, `pytorch_model_classifier.bin`, and `expected_forward`,
 * `expected_gradients`, `expected_after_5_adamw_steps` and `expected_classifier` as safetensors.
 * Activations and losses: largest absolute difference. Gradients, steps and parameters: ‖a − b‖ / ‖b‖ of each tensor.
 * Throws: not-found when the folder lacks a file.
 */
export async function modelSelftest(folder: string, runtime: Runtime): Promise<ParityResult[]> {
  const expected = (name: string) => readExpected(folder, `expected_${name}.safetensors`);
  const imported = importCheckpoint(folder, 'parity');
  const classifier = importCheckpoint(folder, 'parity', 'pytorch_model_classifier.bin');
  const forward = expected('forward');
  return [
    ...(await checkForward(runtime, imported, forward)),
    ...(await checkGradients(runtime, imported, forward, expected('gradients'))),
    ...(await checkSteps(runtime, imported, forward, expected('after_5_adamw_steps'))),
    ...(await checkClassifier(runtime, classifier, forward, expected('classifier'))),
  ];
}
