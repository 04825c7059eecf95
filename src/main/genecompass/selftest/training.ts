import { gradients } from '#engine/autodiff/gradients.ts';
import { Graph } from '#engine/ir/graph.ts';
import { constantSchedule } from '#engine/optim/schedule.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { Trainer } from '#engine/train/trainer.ts';
import type { ImportedModel } from '../checkpoint/import.ts';
import { type StoredTensors, toFloat32 } from '../checkpoint/stored-tensor.ts';
import { batchFeeds, parameterFeeds, priorFeeds } from '../feeds.ts';
import { targetFeeds } from '../masked-batch.ts';
import { buildMaskedLoss, type MaskedShape } from '../masked-training.ts';
import { decays, optimiserOptions } from '../optimiser.ts';
import { fixtureTargets, modelFeeds } from './fixture.ts';
import { ACTIVATION_TOLERANCE, ParityGroup, type ParityResult, RELATIVE_TOLERANCE } from './parity-group.ts';

/** A gradient this far below the whole gradient is rounding noise: that of a key bias is zero in exact arithmetic. */
const NOISE_SHARE = 1e-5;
const ID_WEIGHT = 0.2;
const LEARNING_RATE = 5e-4;
const STEPS_TABLE = 'loss_and_grad_norm_per_step';

/** Losses of the stored masked batch and their gradient with respect to every parameter. */
export async function checkGradients(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: StoredTensors,
  expectedGradients: StoredTensors,
): Promise<ParityResult[]> {
  const { config } = model;
  const { batch, targets } = fixtureTargets(model.homologIndex, expected);
  const shape = { batchSize: batch.batchSize, length: batch.length, capacity: targets.nTargets };
  const graph = new Graph('parity-gradients');
  const { loss, aux } = buildMaskedLoss(graph, config, shape, ID_WEIGHT, 'evaluate');
  graph.output('loss', loss);
  graph.output('id_loss', aux!.idLoss);
  graph.output('value_loss', aux!.valueLoss);
  const names = [...graph.parameters].map(({ producer }) => (producer.kind === 'input' ? producer.name : ''));
  gradients(loss, graph.parameters).forEach((value, i) => graph.output(`d ${names[i]}`, value));
  const executable = await runtime.compile(graph);
  const results = await executable.run({ ...batchFeeds(batch), ...modelFeeds(model, heads), ...targetFeeds(targets) });
  await executable.dispose();

  const losses = new ParityGroup('losses', ACTIVATION_TOLERANCE);
  for (const name of ['loss', 'id_loss', 'value_loss']) {
    losses.absolute(name, results[name].data as Float32Array, toFloat32(name, expected.get(name)!));
  }
  const group = new ParityGroup('gradients', RELATIVE_TOLERANCE);
  const all = [...expectedGradients].map(([name, stored]) => ({ name, data: toFloat32(name, stored) }));
  const whole = Math.sqrt(all.reduce((sum, { data }) => data.reduce((s, x) => s + x * x, sum), 0));
  for (const { name, data } of all) {
    group.relative(name, (results[`d ${name}`]?.data ?? []) as Float32Array, data, whole * NOISE_SHARE);
  }
  return [losses.result(), group.result()];
}

/** Losses, gradient norms and parameters of five AdamW steps on the stored masked batch. */
export async function checkSteps(
  runtime: Runtime,
  { model, heads }: ImportedModel,
  expected: StoredTensors,
  expectedSteps: StoredTensors,
): Promise<ParityResult[]> {
  const { batch, targets } = fixtureTargets(model.homologIndex, expected);
  const shape: MaskedShape = { batchSize: batch.batchSize, length: batch.length, capacity: targets.nTargets };
  const table = toFloat32(STEPS_TABLE, expectedSteps.get(STEPS_TABLE)!);
  const nSteps = table.length / 2;
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
  const steps = new ParityGroup('losses and gradient norms of AdamW steps', RELATIVE_TOLERANCE);
  for (let step = 0; step < nSteps; step++) {
    const { loss, gradientNorm } = await trainer.step(shape, feeds);
    steps.relative(`loss of step ${step + 1}`, [loss], [table[2 * step]]);
    steps.relative(`gradient norm of step ${step + 1}`, [gradientNorm], [table[2 * step + 1]]);
  }
  const final = await trainer.evaluate(shape, feeds);
  steps.relative('final loss', [final.loss], toFloat32('final_loss', expectedSteps.get('final_loss')!));
  const parameters = new ParityGroup('parameters after AdamW steps', RELATIVE_TOLERANCE);
  for (const [name, stored] of expectedSteps) {
    const trained = trainer.parameters[name];
    if (trained) parameters.relative(name, trained.data as Float32Array, toFloat32(name, stored), LEARNING_RATE);
  }
  await trainer.dispose();
  return [steps.result(), parameters.result()];
}
