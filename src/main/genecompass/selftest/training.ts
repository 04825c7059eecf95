import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { inputName } from '#engine/ir/value.ts';
import { constantSchedule } from '#engine/optim/schedule.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { Trainer } from '#engine/train/trainer.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ImportedModel } from '../checkpoint/import.ts';
import { batchFeeds, parameterFeeds, priorFeeds } from '../feeds.ts';
import { targetFeeds } from '../masked-batch.ts';
import { buildMaskedLoss, type MaskedShape } from '../masked-training.ts';
import { NAMES } from '../names.ts';
import { decays, optimiserOptions } from '../optimiser.ts';
import type { ExpectedFile } from './expected-file.ts';
import { fixtureTargets, modelFeeds } from './fixture.ts';
import { ParityGroup, type ParityResult } from './parity-group.ts';

/** A gradient this far below the whole gradient is rounding noise: that of a key bias is zero in exact arithmetic. */
const NOISE_SHARE = 1e-5;
const ID_WEIGHT = 0.2;
const LEARNING_RATE = 5e-4;
const STEPS_TABLE = 'loss_and_grad_norm_per_step';
const FINAL_LOSS = 'final_loss';
export const LOSSES = ['loss', 'id_loss', 'value_loss'] as const;

/** Tied tensors may be written under the name of the head. */
const TIED: Readonly<Record<string, string>> = {
  [`${NAMES.idHead}.decoder.weight`]: NAMES.word,
  [`${NAMES.idHead}.decoder.bias`]: `${NAMES.idHead}.bias`,
  [`${NAMES.valueHead}.decoder.bias`]: `${NAMES.valueHead}.bias`,
};

/** Groups of the masked objective, for folders that lack what they need. */
export const TRAINING_GROUPS = {
  losses: () => new ParityGroup('losses', 'absolute'),
  gradients: () => new ParityGroup('gradients', 'relative'),
  steps: () => new ParityGroup('losses and gradient norms of AdamW steps', 'relative'),
  parameters: () => new ParityGroup('parameters after AdamW steps', 'relative'),
};

/** Losses of the stored masked batch and, where they are stored, their gradient with respect to every parameter. */
export async function checkGradients(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: ExpectedFile,
  expectedGradients: ExpectedFile | null,
): Promise<ParityResult[]> {
  const { config } = model;
  const { batch, targets } = fixtureTargets(model, expected);
  const shape = { batchSize: batch.batchSize, length: batch.length, capacity: targets.nTargets };
  const graph = new Graph('parity-gradients');
  const { loss, aux } = buildMaskedLoss(graph, config, shape, ID_WEIGHT, 'evaluate');
  graph.output('loss', loss);
  graph.output('id_loss', aux!.idLoss);
  graph.output('value_loss', aux!.valueLoss);
  const names = [...graph.parameters].map(inputName);
  gradients(loss, graph.parameters).forEach((value, i) => graph.output(`d ${names[i]}`, value));
  const executable = await runtime.compile(graph);
  const results = await executable
    .run({ ...batchFeeds(batch), ...modelFeeds(model, heads), ...targetFeeds(targets) })
    .finally(() => executable.dispose());

  const losses = TRAINING_GROUPS.losses();
  for (const name of LOSSES.filter((each) => expected.has(each))) {
    losses.compare(name, results[name].data as Float32Array, expected.float32(name));
  }
  if (!expectedGradients) return [losses.result()];
  const group = TRAINING_GROUPS.gradients();
  const all = expectedGradients.names.map((name) => ({ name, data: expectedGradients.float32(name) }));
  const whole = Math.sqrt(all.reduce((sum, { data }) => data.reduce((s, x) => s + x * x, sum), 0));
  for (const { name, data } of all) {
    const computed = results[`d ${TIED[name] ?? name}`]?.data as Float32Array | undefined;
    if (computed) group.compare(name, computed, data, whole * NOISE_SHARE);
    else group.missing(name, 'its gradient is expected, and it is no trained tensor of this model');
  }
  return [losses.result(), group.result()];
}

/** Losses, gradient norms and parameters of AdamW steps on the stored masked batch. */
export async function checkSteps(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: ExpectedFile,
  expectedSteps: ExpectedFile,
): Promise<ParityResult[]> {
  const { batch, targets } = fixtureTargets(model, expected);
  const shape: MaskedShape = { batchSize: batch.batchSize, length: batch.length, capacity: targets.nTargets };
  const [nSteps, nColumns] = expectedSteps.shape(STEPS_TABLE);
  const table = expectedSteps.float32(STEPS_TABLE);
  if (nColumns !== 2 || nSteps === 0 || table.length !== 2 * nSteps) {
    throw new WorkbenchError(
      'data-format',
      `${expectedSteps.file}: ${STEPS_TABLE} has shape [${expectedSteps.shape(STEPS_TABLE).join(', ')}], steps × 2 is expected.`,
    );
  }
  const trainer = new Trainer<MaskedShape>({
    build: (graph, each) => buildMaskedLoss(graph, model.config, each, ID_WEIGHT, 'evaluate'),
    runtime,
    parameters: parameterFeeds(model.config, heads, model.parameters),
    decays: (name) => decays(model, heads, name),
    optimizer: optimiserOptions({ weightDecay: 0.01, clipNorm: 1 }),
    rate: constantSchedule({ peak: LEARNING_RATE, warmupSteps: 0, totalSteps: nSteps }),
    seed: 0,
    placement: 'host',
    maxExecutables: 2,
  });
  const feeds = { ...batchFeeds(batch), ...targetFeeds(targets), ...priorFeeds(model.priors) };
  // The gradient of a key bias is rounding noise, which AdamW scales up: its size is taken for the path it could go.
  const noisyFloor = (size: number) => LEARNING_RATE * nSteps * Math.sqrt(size);
  const steps = TRAINING_GROUPS.steps();
  const parameters = TRAINING_GROUPS.parameters();
  try {
    for (let step = 0; step < nSteps; step++) {
      const { loss, gradientNorm } = await trainer.step(shape, feeds);
      steps.compare(`loss of step ${step + 1}`, [loss], [table[2 * step]]);
      steps.compare(`gradient norm of step ${step + 1}`, [gradientNorm], [table[2 * step + 1]]);
    }
    const final = await trainer.evaluate(shape, feeds);
    for (const name of expectedSteps.names.filter((each) => each !== STEPS_TABLE)) {
      const trained = trainer.parameters[TIED[name] ?? name]?.data as Float32Array | undefined;
      if (name === FINAL_LOSS) steps.compare(name, [final.loss], expectedSteps.float32(name, 1));
      else if (trained) {
        const floor = name.endsWith('.key.bias') ? noisyFloor(trained.length) : LEARNING_RATE;
        parameters.compare(name, trained, expectedSteps.float32(name), floor);
      } else parameters.missing(name, 'it is expected, and it is no trained tensor of this model');
    }
  } finally {
    await trainer.dispose();
  }
  return [steps.result(), parameters.result()];
}
