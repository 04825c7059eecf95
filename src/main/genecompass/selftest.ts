import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { importCheckpoint } from './checkpoint/import.ts';
import { ExpectedFile } from './selftest/expected-file.ts';
import { MASKED_INPUTS } from './selftest/fixture.ts';
import { checkClassifier, checkForward } from './selftest/forward.ts';
import { ParityGroup, type ParityResult } from './selftest/parity-group.ts';
import { checkGradients, checkSteps, TRAINING_GROUPS } from './selftest/training.ts';

export type { ParityResult } from './selftest/parity-group.ts';

/** Files a classifier may lie in, the first there is. */
const CLASSIFIERS = ['pytorch_model_classifier.bin', 'model_classifier.safetensors'];

const expectedName = (what: string) => `expected_${what}.safetensors`;

/**
 * Compares this model with the published one on a folder of reference numbers.
 *
 * The folder holds `config.json`, `pytorch_model.bin` or `model.safetensors`, `pytorch_model_classifier.bin`, and
 * `expected_forward`, `expected_gradients`, `expected_after_5_adamw_steps` and `expected_classifier` as safetensors.
 * Activations and losses: largest absolute difference. Gradients, steps and parameters: ‖a − b‖ / ‖b‖ of each tensor.
 * A group whose numbers the folder lacks is not checked and has not passed; an expected tensor nobody computes fails.
 * Throws: not-found without model or expected activations, data-format when a file is damaged or does not fit the model.
 */
export async function modelSelftest(folder: string, runtime: Runtime): Promise<ParityResult[]> {
  if (!existsSync(folder)) {
    throw new WorkbenchError('not-found', `${basename(folder)}: there is no such folder; check its name.`);
  }
  const opened: ExpectedFile[] = [];
  const open = (what: string): ExpectedFile | null => {
    const file = ExpectedFile.open(folder, expectedName(what));
    if (file) opened.push(file);
    return file;
  };
  try {
    const forward = open('forward');
    if (!forward) {
      throw new WorkbenchError(
        'not-found',
        `${basename(folder)}: it has no ${expectedName('forward')}; choose a folder of reference numbers.`,
      );
    }
    const imported = importCheckpoint(folder, 'parity');
    return [
      ...(await checkForward(runtime, imported, forward)),
      ...(await checkTraining(runtime, imported, forward, open)),
      ...(await checkClassifierFile(runtime, folder, forward, open('classifier'))),
    ];
  } finally {
    for (const file of opened) file.close();
  }
}

async function checkTraining(
  runtime: Runtime,
  imported: ReturnType<typeof importCheckpoint>,
  forward: ExpectedFile,
  open: (what: string) => ExpectedFile | null,
): Promise<ParityResult[]> {
  const { losses, gradients, steps, parameters } = TRAINING_GROUPS;
  const lacking = MASKED_INPUTS.filter((name) => !forward.has(name));
  if (lacking.length > 0 || imported.heads.kind !== 'masked') {
    const reason =
      lacking.length > 0
        ? `${forward.file} has no ${lacking.join(', ')}`
        : 'the checkpoint has no masked-learning heads';
    return [losses, gradients, steps, parameters].map((group) => group().notChecked(reason));
  }
  const [gradientFile, stepFile] = [open('gradients'), open('after_5_adamw_steps')];
  const results = await checkGradients(runtime, imported, forward, gradientFile);
  if (!gradientFile) results.push(gradients().notChecked(`the folder has no ${expectedName('gradients')}`));
  if (stepFile) return [...results, ...(await checkSteps(runtime, imported, forward, stepFile))];
  const reason = `the folder has no ${expectedName('after_5_adamw_steps')}`;
  return [...results, steps().notChecked(reason), parameters().notChecked(reason)];
}

async function checkClassifierFile(
  runtime: Runtime,
  folder: string,
  forward: ExpectedFile,
  expected: ExpectedFile | null,
): Promise<ParityResult[]> {
  const file = CLASSIFIERS.find((name) => existsSync(join(folder, name)));
  const notChecked = (missing: string) => [
    new ParityGroup('classifier', 'absolute').notChecked(`the folder has no ${missing}`),
  ];
  if (!file) return notChecked(CLASSIFIERS.join(' or '));
  if (!expected) return notChecked(expectedName('classifier'));
  return checkClassifier(runtime, importCheckpoint(folder, 'parity', file), forward, expected);
}
