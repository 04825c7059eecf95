import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ops } from '#engine/ops/index.ts';
import { CASES } from './cases.ts';
import { EXECUTORS } from './executors.ts';
import { differences, gapOf, idleGaps } from './gaps.ts';
import { conformancePage } from './page.ts';
import { type OpOutcome, runConformance } from './run.ts';

describe.each(EXECUTORS.map((executor) => [executor.name, executor] as const))('%s', (_, executor) => {
  const skipped = executor.missing ? ` (skipped: ${executor.missing})` : '';

  it.skipIf(executor.missing)(
    `runs every op and two models as the reference does, but for the listed gaps${skipped}`,
    { timeout: 120_000 },
    async () => {
      const { ops: outcomes, models } = await runConformance(executor);
      expect(outcomes).toHaveLength(CASES.length);
      expect(differences(executor.name, outcomes)).toEqual([]);
      expect(models).toHaveLength(2);
      for (const { name, worst, tensor } of models) {
        expect(worst, `${name}: ${tensor}`).toBeLessThanOrEqual(executor.modelTolerance);
      }
    },
  );
});

describe('the list of gaps', () => {
  const outcome = (op: string, dtype: string, passed: boolean): OpOutcome => ({
    op,
    dtype,
    sample: 'one',
    passed,
    worst: 0,
    reason: 'because',
  });

  it('covers each case once and names nothing that is not there', () => {
    expect(idleGaps()).toEqual([]);
    expect(new Set(CASES.map(({ op }) => op))).toEqual(new Set(ops));
    const keys = CASES.map(({ op, dtype, sample }) => `${op.onnx.name} ${dtype} ${sample.name}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const op of ops.filter(({ onnx }) => onnx.name !== 'Cast')) {
      const at = op.onnx.name === 'Where' ? 1 : 0;
      const tried = CASES.filter((each) => each.op === op).map(({ dtype }) => dtype);
      expect([...new Set(tried)].sort(), op.onnx.name).toEqual([...op.dtypes[at]].sort());
    }
  });

  it('reports a failure that is not listed, and a listed gap that is closed', () => {
    expect(differences('tfjs cpu', [outcome('Add', 'float32', false)])).toEqual([
      'tfjs cpu, Add, float32, one: it fails and is no listed gap (because)',
    ]);
    expect(differences('tfjs cpu', [outcome('Cast', 'bool float64', true)])).toEqual([
      'tfjs cpu, Cast, bool float64, one: it passes and is listed as a gap (TensorFlow.js has no 64-bit floats)',
    ]);
    expect(differences('tfjs cpu', [outcome('Add', 'float32', true), outcome('Add', 'float64', false)])).toEqual([]);
    expect(gapOf('ORT CPU', 'Add', 'float64')).toBeUndefined();
  });

  it('is what docs/reference/conformance.md shows; npm run conformance makes the page', () => {
    const page = readFileSync(new URL('../../docs/reference/conformance.md', import.meta.url), 'utf8');
    expect(page).toBe(conformancePage());
  });
});
