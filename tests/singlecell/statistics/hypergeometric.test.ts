import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  hypergeometricProbability,
  signedHypergeometric,
  twoSidedTail,
} from '#singlecell/statistics/hypergeometric.ts';

describe('hypergeometric test', () => {
  it('has the probabilities of scipy.stats.hypergeom (SciPy 1.10.1)', () => {
    expect(hypergeometricProbability(7, 60, 25, 12)).toBeCloseTo(0.11151578664784008, 12);
    expect(hypergeometricProbability(3, 2500, 1100, 9)).toBeCloseTo(0.2208929318772401, 11);
    expect(hypergeometricProbability(13, 60, 25, 12)).toBe(0);
  });

  it('counts targets that should rise and targets that should fall as SciPy does when enumerated', () => {
    const expected = [
      0.0013336123957398637, 0.012652059246172069, 0.05382725144796192, 0.13523842491504495, 0.22185855973563462,
      0.24771351377841433, 0.1899549655595045, 0.09825353084261347, 0.0325333034181258, 0.006142367930053826,
      0.0004924107307347188,
    ];
    const distribution = signedHypergeometric(50, 20, 6, 4);
    expect([...distribution].map((p, x) => Math.abs(p - expected[x]) < 1e-12)).not.toContain(false);
    expect(twoSidedTail(distribution, 8)).toBeCloseTo(0.0783361641578287, 12);
    expect(twoSidedTail(distribution, 2)).toBeCloseTo(0.1356258461797477, 12);
    expect(twoSidedTail(distribution, 5)).toBe(1);
  });

  it('is a distribution, and turning every sign round mirrors it', () => {
    const cases = fc
      .record({ up: fc.nat(40), down: fc.nat(40), wantUp: fc.nat(12), wantDown: fc.nat(12) })
      .filter(({ up, down, wantUp, wantDown }) => up + down >= wantUp + wantDown);
    fc.assert(
      fc.property(cases, ({ up, down, wantUp, wantDown }) => {
        const forward = signedHypergeometric(up + down, up, wantUp, wantDown);
        expect(forward.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        const turned = signedHypergeometric(up + down, down, wantUp, wantDown);
        forward.forEach((p, x) => expect(turned[forward.length - 1 - x]).toBeCloseTo(p, 9));
      }),
    );
  });
});
