import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { mlpTrainer, xor } from '../support/mlp.ts';

const STEPS = 1000;
/** A leak is in every round; compiled code and inline caches, which settle in the first one, are not. */
const ROUNDS = 4;
/** A leaked object or array a step would be a hundred bytes at least. */
const ALLOWED_BYTES = 64 * STEPS;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What the program still holds after everything unreachable is gone; resident memory is measured by the benchmark. */
function held(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('the memory of a trainer', () => {
  it.each([
    ['one batch a step', 1],
    ['three batches a step', 3],
  ])('does not grow over a thousand steps, %s', async (_, nBatches) => {
    const trainer = mlpTrainer({ dropout: 0.1 });
    const batches = Array.from({ length: nBatches }, () => ({ shape: 'xor', feeds: xor }));
    const after: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      after.push(held());
      for (let step = 0; step < STEPS; step++) await trainer.stepOrSkip(batches);
    }
    const grown = Math.min(...after.slice(1).map((bytes, i) => bytes - after[i]));
    await trainer.dispose();
    expect(grown).toBeLessThan(ALLOWED_BYTES);
  });

  it('is the same arrays at every step', async () => {
    const trainer = mlpTrainer();
    const arrays = () => Object.values(trainer.parameters).map(({ data }) => data);
    const first = arrays();
    for (let step = 0; step < 3; step++) await trainer.step('xor', xor);
    arrays().forEach((data, i) => expect(data).toBe(first[i]));
    await trainer.dispose();
  });
});
