import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isFloat } from '#engine/ir/value.ts';
import { referenceRuntime } from '#engine/runtime/reference.ts';
import { buildSample, runSample } from '#tests/engine/support/samples.ts';
import { CASES } from './cases.ts';
import type { Executor } from './executors.ts';
import { modelCases, modelError } from './models.ts';

export interface OpOutcome {
  readonly op: string;
  readonly dtype: string;
  readonly sample: string;
  readonly passed: boolean;
  /** Largest error, null where it did not run. */
  readonly worst: number | null;
  /** Why it did not pass. */
  readonly reason: string;
}

export interface ModelOutcome {
  readonly name: string;
  readonly worst: number;
  readonly tensor: string;
}

export interface Outcomes {
  readonly ops: readonly OpOutcome[];
  readonly models: readonly ModelOutcome[];
}

/** Runs every case and model on an executor, in a child process where it needs one. */
export async function runConformance(executor: Executor): Promise<Outcomes> {
  if (!executor.environment) return runHere(executor);
  const script = fileURLToPath(new URL('./child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, executor.name], {
    env: { ...process.env, XDG_RUNTIME_DIR: tmpdir(), ...executor.environment },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Outcomes;
}

export async function runHere(executor: Executor): Promise<Outcomes> {
  const runtime = executor.runtime();
  // WebGPU takes down its device with the last open graph, a tenth of a second each time.
  const kept = await runtime.compile(buildSample(CASES[0].op, CASES[0].sample).graph);
  const ops: OpOutcome[] = [];
  for (const { op, dtype, sample } of CASES) {
    const about = { op: op.onnx.name, dtype, sample: sample.name };
    try {
      const results = await runSample(runtime, buildSample(op, sample));
      const worst = Math.max(...results.map((each) => each.worst));
      const wrong = results.some(
        ({ declared, worst: own }) =>
          own > (isFloat(declared.dtype) ? Math.max(executor.opTolerance, sample.tolerance ?? 0) : 0),
      );
      ops.push({ ...about, worst, passed: !wrong, reason: wrong ? `wrong by ${worst}` : '' });
    } catch (error) {
      ops.push({
        ...about,
        worst: null,
        passed: false,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }
  const models: ModelOutcome[] = [];
  for (const model of modelCases()) {
    const exact = await referenceRuntime.compile(model.graph);
    const { name: tensor, error } = await modelError(runtime, model, await exact.run(model.feeds));
    models.push({ name: model.name, worst: error, tensor });
  }
  await kept.dispose();
  return { ops, models };
}
