import { beforeAll, describe, expect, it } from 'vitest';
import { screenEvidence } from '#ranking/evidence.ts';
import { testGenes } from '#ranking/gene-test.ts';
import { binomialRange, measureReplicates, measureTests, type ReplicateRates } from './measure.ts';
import { GOAL, syntheticScreen, TYPICAL } from './synthetic-screen.ts';

/** A smaller screen than those of the study (`npm run study -- statistics`), so that 200 of them take seconds. */
const SMALL = { nCandidates: 120, nNull: 80, nDonors: 4, cellsPerDonor: 4 } as const;
const N = 200;

describe('screens without a true effect', () => {
  it('know what a rate of .05 may show (golden: scipy 1.17.1 stats.binom.ppf)', () => {
    expect(binomialRange(200, 0.05)).toEqual([4 / 200, 16 / 200]);
    expect(binomialRange(400, 0.05)).toEqual([12 / 400, 29 / 400]);
  });

  it.each([
    ['normal', {}],
    ['heavy tails', { shape: 't3' }],
    ['heavy tails in modules of genes', { shape: 't5', moduleCorrelation: 0.5 }],
    ['mask', { operator: 'mask', shape: 't5' }],
  ] as const)(
    'give a false finding in at most one of twenty, within the interval of 200 screens: %s',
    (_name, world) => {
      const { used } = measureTests({ ...SMALL, ...world }, N, { tests: ['used'] });
      expect(used.anyWrong).toBeLessThanOrEqual(binomialRange(N, 0.05)[1]);
    },
  );

  it('fool a normal fit', () => {
    const found = measureTests({ ...SMALL, shape: 't3' }, 20, { tests: ['normal fit'] });
    expect(found['normal fit'].anyWrong).toBeGreaterThan(0.9);
  });

  it('are measured through the evidence a ranking is made from', () => {
    const world = { ...TYPICAL, ...SMALL, seed: 3, planted: { n: 5, effect: 12 } };
    const screen = syntheticScreen(world);
    const { genes } = screenEvidence(screen, GOAL, world.operator);
    const { fdr, candidates } = testGenes(screen, GOAL, world.operator);
    expect(genes.map((gene) => gene.fdr)).toEqual([...fdr].map((value) => (Number.isNaN(value) ? 1 : value)));
    expect(genes.map((gene) => gene.gene.tokenId - 2)).toEqual(candidates);
    expect(genes.slice(0, 5).every((gene) => gene.fdr < 0.05)).toBe(true);
  });
});

describe('donors and cells as replicates', () => {
  let rates: ReplicateRates;
  beforeAll(() => {
    rates = measureReplicates({ nCandidates: 600, nNull: 30, nDonors: 4, cellsPerDonor: 12 }, 2);
  });

  it('a test over donors is wrong as often as it says, one over cells far more often', () => {
    const [low, high] = binomialRange(1200, 0.05);
    expect(rates.pseudoBulk).toBeGreaterThanOrEqual(low);
    expect(rates.pseudoBulk).toBeLessThanOrEqual(high);
    expect(rates.mixedModel).toBeLessThanOrEqual(high);
    expect(rates.cells).toBeGreaterThan(0.12);
    expect(rates.rankSum).toBeGreaterThan(0.12);
  });

  it('with few donors Student’s interval holds the truth, that of a bootstrap is too narrow', () => {
    expect(rates.coverT).toBeGreaterThan(0.93);
    expect(rates.coverBootstrap).toBeLessThan(0.88);
  });
});
