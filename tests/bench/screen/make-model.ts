/** Child process of the benchmark: the product's workers train a model on the shipped cells in a project of its own. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ArtifactId, JobId } from '#shared/domain/ids.ts';
import type { JobKind } from '#shared/domain/job.ts';
import { Project } from '#project/project.ts';
import { runJob } from '#jobs/run-job.ts';
import { writeModel } from '#genecompass/model-io.ts';
import { WORKERS } from '#workers/index.ts';
import { loadModel } from '#workers/model-store.ts';
import { readTokens } from '#workers/tokens-store.ts';
import { LABEL_COLUMN, type ScreenCase, screenConfig, type TrainedModel } from './bench-case.ts';
import { openScreen } from './open-screen.ts';

const { folder, ...given } = JSON.parse(process.argv[2]) as ScreenCase & { folder: string };
const demo = path.join(import.meta.dirname, '..', '..', '..', 'resources', 'demo', 'zheng_pbmc_facs_human.h5ad');
const file = path.join(folder, `${given.preset}.gcwproj`);
const start = performance.now();
const { project } = await Project.create(file, {
  name: 'bench',
  passphrase: 'bench',
  kdf: { memoryKiB: 8, iterations: 1 },
});
const signal = new AbortController().signal;

async function run(kind: JobKind, input: Record<string, unknown>): Promise<ArtifactId> {
  const jobId = JobId.parse(`job-bench${kind}`.padEnd(14, '0').slice(0, 14));
  const outcome = await runJob(WORKERS, { jobId, kind, input }, project, signal, () => undefined);
  if (outcome.type !== 'done') throw new Error(outcome.type === 'failed' ? outcome.error.message : outcome.type);
  return outcome.outputs.at(-1)!;
}

const { preset, trainingSteps, batchSize, finetuningEpochs } = given;
const dataset = await run('import', { input: [demo], labelColumn: LABEL_COLUMN });
const tokens = await run('preprocess', { dataset });
const device = 'cpu';
let model = await run('pretrain', { tokens, preset, epochs: 100, maxSteps: trainingSteps, batchSize, device });
if (finetuningEpochs > 0)
  model = await run('finetune', { model, tokens, labelColumn: LABEL_COLUMN, epochs: finetuningEpochs, device });

const stored = readTokens(project.artifacts, tokens);
const context = { project, signal, progress: () => undefined };
const weights = path.join(folder, `${preset}.safetensors`);
writeFileSync(weights, writeModel(await loadModel(context, model, stored)));
const { plan, inputs } = await openScreen(project, screenConfig(given, { model, tokens }, 'exact'));
const cells = path.join(folder, `${preset}.cells.json`);
writeFileSync(
  cells,
  JSON.stringify(
    plan.cells.map((cell) => {
      const { tokenIds, values, species } = inputs(cell);
      return { tokenIds: Array.from(tokenIds), values: Array.from(values), species };
    }),
  ),
);
project.close();
const trained: TrainedModel = {
  project: file,
  model,
  tokens,
  weights,
  cells,
  seconds: (performance.now() - start) / 1000,
};
process.stdout.write(`${JSON.stringify(trained)}\n`, () => process.exit(0));
