import { describe, expect, it } from 'vitest';
import { adamwCoefficients, adamwUpdate, sumOfSquares } from '#engine/optim/adamw.ts';
import { constantSchedule, cosineSchedule, linearSchedule } from '#engine/optim/schedule.ts';

const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: Number.POSITIVE_INFINITY };

function slot(decays: boolean) {
  return { parameter: Float32Array.of(1, -2, 3), first: new Float32Array(3), second: new Float32Array(3), decays };
}

describe('AdamW', () => {
  it('moves every element by the rate against its gradient at the first step, after the decay', () => {
    const decayed = slot(true);
    adamwUpdate(decayed, Float32Array.of(5, -0.01, 0), adamwCoefficients(options, 1, 0.01, 5));
    // p (1 - 0.01 * 0.1) - 0.01 sign(g)
    [1 * 0.999 - 0.01, -2 * 0.999 + 0.01, 3 * 0.999].forEach((value, i) =>
      expect(decayed.parameter[i]).toBeCloseTo(value, 5),
    );
    const plain = slot(false);
    adamwUpdate(plain, Float32Array.of(5, -0.01, 0), adamwCoefficients(options, 1, 0.01, 5));
    [0.99, -1.99, 3].forEach((value, i) => expect(plain.parameter[i]).toBeCloseTo(value, 5));
  });

  it('is the textbook recurrence over several steps', () => {
    const state = slot(true);
    let [p, m, v] = [1, 0, 0];
    [0.3, -0.2, 0.5, 0.1].forEach((g, i) => {
      const t = i + 1;
      adamwUpdate(state, Float32Array.of(g, 0, 0), adamwCoefficients(options, t, 0.02, 1));
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      p = p * (1 - 0.02 * 0.1) - (0.02 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    });
    expect(state.parameter[0]).toBeCloseTo(p, 6);
  });

  it('clips by the global norm', () => {
    const clipped = adamwCoefficients({ ...options, clipNorm: 1 }, 1, 0.01, 4);
    expect(clipped.takeFirst).toBeCloseTo(0.1 / 4, 12);
    expect(clipped.takeSecond).toBeCloseTo(0.001 / 16, 12);
    expect(adamwCoefficients({ ...options, clipNorm: 1 }, 1, 0.01, 0.5).takeFirst).toBeCloseTo(0.1, 12);
  });

  it('sums squares of any length', () => {
    for (const n of [0, 1, 3, 4, 9])
      expect(sumOfSquares(Float32Array.from({ length: n }, (_, i) => i))).toBe(((n - 1) * n * (2 * n - 1)) / 6 + 0);
  });
});

describe('schedules', () => {
  const common = { peak: 2, warmupSteps: 10, totalSteps: 110 };
  it.each([
    ['linear', linearSchedule(common), [0.2, 2, 1, 0, 0]],
    ['cosine', cosineSchedule(common), [0.2, 2, 1, 0, 0]],
    ['cosine with a floor', cosineSchedule({ ...common, floor: 0.1 }), [0.2, 2, 1.1, 0.2, 0.2]],
    ['constant', constantSchedule(common), [0.2, 2, 2, 2, 2]],
  ])('%s', (_, schedule, expected) => {
    [1, 10, 60, 110, 500].forEach((step, i) => expect(schedule(step)).toBeCloseTo(expected[i], 12));
  });

  it('needs no warm-up', () => {
    expect(linearSchedule({ peak: 1, warmupSteps: 0, totalSteps: 10 })(1)).toBeCloseTo(0.9, 12);
  });
});
