import path from 'node:path';
import type { JobError } from '#shared/domain/job.ts';
import type { SelftestConfig, SelftestReport } from '#shared/domain/selftest.ts';
import type { z } from 'zod';
import { modelSelftest, type ParityResult } from '#genecompass/selftest.ts';
import { resourcesFolder } from './resources.ts';
import { runtimeFor } from './runtime-for.ts';

/** Compares this installation with the published model; a disagreement is a report, not an exception. */
export async function selftest({ fixture, device: asked }: SelftestConfig): Promise<SelftestReport> {
  const started = performance.now();
  const chosen = await runtimeFor(asked, { mode: 'training' });
  const { runtime } = chosen;
  const results = await modelSelftest(fixture ?? path.join(resourcesFolder(), 'selftest'), runtime);
  const failure = failureOf(results);
  return {
    passed: failure === null,
    device: chosen.device,
    engine: runtime.name,
    fixture: fixture ?? 'built-in',
    groups: results.map(({ notChecked: _, problems, ...result }) => ({ ...result, problems: [...problems] })),
    notChecked: results.filter(({ notChecked }) => notChecked).map(({ group }) => group),
    seconds: Math.round(performance.now() - started) / 1000,
    failure,
  };
}

function failureOf(results: readonly ParityResult[]): z.infer<typeof JobError> | null {
  const differing = results.filter(({ passed, notChecked }) => !passed && !notChecked);
  if (differing.length > 0) {
    const words = differing.map(({ group, worst, largestError, tolerance }) => {
      const error = largestError === null ? 'no number to compare' : `error ${largestError.toExponential(1)}`;
      return `${group} (${worst}: ${error}, at most ${tolerance} is allowed)`;
    });
    return {
      code: 'numeric',
      message: `Self test: this installation and the reference numbers differ in ${words.join('; ')}.`,
    };
  }
  const unchecked = results.filter(({ notChecked }) => notChecked);
  if (unchecked.length === 0) return null;
  const words = unchecked.map(({ group, problems }) => `${group} (${problems.join('; ')})`);
  return {
    code: 'not-found',
    message: `Self test: what was compared agrees, but the folder is not complete: ${words.join('; ')}.`,
  };
}
