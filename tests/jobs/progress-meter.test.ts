import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { ProgressMeter } from '#jobs/progress-meter.ts';

function meterAt() {
  const clock = { ms: 0 };
  return { clock, meter: new ProgressMeter(() => clock.ms) };
}

describe('progress', () => {
  it('leaves at most ten times a second, whatever comes in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 300 }), (steps) => {
        const { clock, meter } = meterAt();
        const sentAt: number[] = [];
        for (const [i, step] of steps.entries()) {
          clock.ms += step;
          if (meter.update('Encoding cells', i, 1000, 'cells')) sentAt.push(clock.ms);
        }
        expect(sentAt.length).toBeGreaterThan(0);
        for (let i = 1; i < sentAt.length; i++) expect(sentAt[i] - sentAt[i - 1]).toBeGreaterThanOrEqual(100);
      }),
    );
  });

  it('knows no rate in the first seconds, then a steady one', () => {
    const { clock, meter } = meterAt();
    const at = (ms: number) => {
      clock.ms = ms;
      return meter.update('Encoding cells', ms / 10, 1000, 'cells');
    };
    expect(at(0)).toMatchObject({ ratePerSecond: null, etaMs: null });
    expect(at(2_900)).toMatchObject({ ratePerSecond: null, etaMs: null });
    for (let ms = 3_000; ms <= 9_000; ms += 500) {
      const progress = at(ms);
      expect(progress?.ratePerSecond).toBeCloseTo(100, 6);
      expect(progress?.etaMs).toBeCloseTo(10_000 - ms, 6);
    }
  });

  it('follows a change of speed', () => {
    const { clock, meter } = meterAt();
    let done = 0;
    let rate: number | null | undefined;
    for (let i = 0; i < 120; i++) {
      clock.ms += 500;
      done += i < 60 ? 100 : 1;
      rate = meter.update('Screen', done, 1e6, 'genes')?.ratePerSecond;
    }
    expect(rate).toBeCloseTo(2, 6);
  });

  it('begins anew with a stage and always tells the beginning and the end', () => {
    const { clock, meter } = meterAt();
    expect(meter.update('a', 0, 10, 'cells')).not.toBeNull();
    clock.ms = 1;
    expect(meter.update('a', 5, 10, 'cells')).toBeNull();
    expect(meter.update('a', 10, 10, 'cells')).toMatchObject({ done: 10 });
    expect(meter.update('a', 10, 10, 'cells')).toBeNull();
    expect(meter.update('b', 0, null, 'cells')).toMatchObject({ stage: 'b', total: null, etaMs: null });
  });

  it('tells the time of all stages where work is known, and the rate of its own', () => {
    const { clock, meter } = meterAt();
    // A second of work takes two: this computer is half as fast as was foretold.
    const at = (ms: number) => {
      clock.ms = ms;
      return meter.update('States', ms / 100, 200, 'cells', { done: ms / 2000, total: 50 });
    };
    at(0);
    for (let ms = 3_000; ms <= 9_000; ms += 500) {
      const progress = at(ms);
      expect(progress?.ratePerSecond).toBeCloseTo(10, 6);
      expect(progress?.etaMs).toBeCloseTo(100_000 - ms, 3);
    }
  });

  it('knows no time while work stands still', () => {
    const { clock, meter } = meterAt();
    meter.update('States', 0, 10, 'cells', { done: 0, total: 5 });
    clock.ms = 5_000;
    expect(meter.update('States', 5, 10, 'cells', { done: 0, total: 5 })).toMatchObject({ etaMs: null });
  });
});
