import { referenceRuntime } from '../runtime/reference.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Tensor } from '../runtime/tensor.ts';
import { DERIVATIVE, EXACT, testGraph } from './test-graph.ts';

export interface Agreement {
  readonly passed: boolean;
  /** Largest ‖a − b‖ / ‖b‖ of the compared tensors; infinite for a number that is not finite. */
  readonly error: number;
  /** What differs, in plain words; empty when it passed. */
  readonly problem: string;
}

/**
 * Largest relative difference of a tensor that is accepted.
 *
 * Note: the CPU differs by 1e-6; NVIDIA cards multiply in TF32 (10 bits of mantissa) unless told otherwise, which alone
 * gives some 5e-4. A wrong kernel gives 1e-1 and more.
 */
export const TOLERANCE = 3e-3;

/** Runs the test graph on a runtime and compares every tensor with double precision. Throws what the runtime throws. */
export async function checkAgreement(runtime: Runtime): Promise<Agreement> {
  const { graph, feeds } = testGraph();
  const expected = await results(referenceRuntime);
  return compareResults(await results(runtime), expected);

  async function results(on: Runtime) {
    const executable = await on.compile(graph);
    try {
      return await executable.run(feeds);
    } finally {
      await executable.dispose();
    }
  }
}

export function compareResults(
  found: Readonly<Record<string, Tensor>>,
  expected: Readonly<Record<string, Tensor>>,
): Agreement {
  let error = 0;
  const wrong = new Set<string>();
  for (const [name, reference] of Object.entries(expected)) {
    const difference = found[name] ? relativeDifference(found[name], reference) : Infinity;
    error = Math.max(error, difference);
    if (difference <= (EXACT.includes(name) ? 0 : TOLERANCE)) continue;
    wrong.add(
      EXACT.includes(name)
        ? 'its random numbers'
        : name.startsWith(DERIVATIVE)
          ? 'its derivatives, which training needs'
          : 'its results',
    );
  }
  return { passed: wrong.size === 0, error, problem: [...wrong].join(' and ') };
}

/** ‖a − b‖ / ‖b‖, or ‖a‖ where b is zero; infinite when a number is not finite. */
function relativeDifference(a: Tensor, b: Tensor): number {
  if (a.data.length !== b.data.length) return Infinity;
  let [off, size] = [0, 0];
  for (let i = 0; i < b.data.length; i++) {
    const [x, y] = [Number(a.data[i]), Number(b.data[i])];
    if (!Number.isFinite(x)) return Infinity;
    off += (x - y) ** 2;
    size += y ** 2;
  }
  return Math.sqrt(off / (size > 0 ? size : 1));
}
