import fc from '#tests/support/properties.ts';
import { describe, expect, test } from 'vitest';
import { PreprocessConfig } from '#shared/domain/preprocess.ts';
import { QC_PROFILES } from '#shared/domain/qc-profiles.ts';
import { QcRules } from '#shared/domain/qc-rules.ts';
import type { CellMetrics } from '#singlecell/qc/metrics.ts';
import { applyQcRules, QC_RULE_ORDER, resolveQcRules } from '#singlecell/qc/rules.ts';
import { zScores } from '#singlecell/qc/z-scores.ts';

function metricsOf(cells: { total: number; genes?: number; mito?: number; core?: number }[]): CellMetrics {
  const genes = cells.map((cell) => cell.genes ?? (cell.total > 0 ? 500 : 0));
  return {
    nCells: cells.length,
    totalCounts: Float64Array.from(cells, (cell) => cell.total),
    detectedGenes: Int32Array.from(genes),
    coreGenes: Int32Array.from(cells, (cell, i) => cell.core ?? genes[i]),
    mitoFraction: Float64Array.from(cells, (cell) => cell.mito ?? 0.05),
    ribosomalFraction: new Float64Array(cells.length),
    complexity: new Float64Array(cells.length),
    nMitoGenes: 13,
    nRibosomalGenes: 80,
  };
}
const off = QcRules.parse({ maxCountsZ: null, maxMitoZ: null, minCoreGenes: 0 });

describe('zScores', () => {
  test('agree with scipy.stats.zscore 1.10.1 (ddof 0) on included cells', () => {
    const z = zScores(Float64Array.of(1, 2, 4, 9, 1e9), Uint8Array.of(1, 1, 1, 1, 0));
    const scipy = [-0.9733285267845753, -0.6488856845230502, 0, 1.6222142113076254];
    scipy.forEach((value, i) => expect(z[i]).toBeCloseTo(value, 12));
    expect(z[4]).toBeNaN();
  });

  test('are taken within groups, and 0 where nothing varies', () => {
    const z = zScores(Float64Array.of(1, 3, 5, 5), Uint8Array.of(1, 1, 1, 1), Int32Array.of(0, 0, 1, 1));
    expect([...z]).toEqual([-1, 1, 0, 0]);
  });
});

describe('published profile', () => {
  test('drops a count outlier beyond 3 population standard deviations, and empty cells before the statistics', () => {
    // Eleven cells of 100 and one of 200: z of the outlier = sqrt(11) = 3.3166; with ten, sqrt(10) = 3.1623; with nine,
    // exactly 3, which is outside the open interval.
    for (const nSame of [11, 10, 9, 8]) {
      const cells = [...Array.from({ length: nSame }, () => ({ total: 100 })), { total: 200 }, { total: 0 }];
      const result = applyQcRules(metricsOf(cells), resolveQcRules('published'));
      expect(result.maskedBy).toEqual(nSame >= 9 ? { empty: 1, maxCountsZ: 1 } : { empty: 1 });
      expect(result.keep[nSame + 1]).toBe(0);
    }
  });

  test('limits of a z-score are outside on both sides', () => {
    // z of −1 and 1.
    const cells = [100, 300].map((total) => ({ total }));
    const at = (maxCountsZ: number) => [...applyQcRules(metricsOf(cells), { ...off, maxCountsZ }).keep];
    expect(at(1)).toEqual([0, 0]);
    expect(at(1.01)).toEqual([1, 1]);
  });

  test('needs seven core genes', () => {
    const cells = [7, 6].map((core) => ({ total: 100, core }));
    expect([...applyQcRules(metricsOf(cells), resolveQcRules('published')).keep]).toEqual([1, 0]);
  });

  test('without a mitochondrial gene the mitochondrial rule is skipped with a warning instead of dropping every cell', () => {
    const metrics = {
      ...metricsOf([
        { total: 10, mito: 0 },
        { total: 12, mito: 0 },
      ]),
      nMitoGenes: 0,
    };
    const result = applyQcRules(metrics, resolveQcRules('published'));
    expect(result.nKept).toBe(2);
    expect(result.warnings).toEqual([expect.stringContaining('No mitochondrial gene')]);
  });
});

describe('paper profile', () => {
  const rules = resolveQcRules('paper');

  test('masks few genes, a high mitochondrial share and small samples; 15 % itself passes', () => {
    const cells = [
      ...Array.from({ length: 4 }, () => ({ total: 1000 })),
      { total: 1000, genes: 199 },
      { total: 1000, mito: 0.151 },
      { total: 1000, mito: 0.15 },
      { total: 1000 },
    ];
    // Sample 1 holds only the last cell.
    const result = applyQcRules(metricsOf(cells), rules, Int32Array.of(0, 0, 0, 0, 0, 0, 0, 1));
    expect([...result.keep]).toEqual([1, 1, 1, 1, 0, 0, 1, 0]);
    expect(result.maskedBy).toEqual({ minGenes: 1, maxMitoFraction: 1, minCellsPerSample: 1 });
  });

  test('scores detected genes within each sample', () => {
    const small = Array.from({ length: 12 }, (_, i) => ({ total: 1000, genes: 500 + (i % 3) }));
    const large = Array.from({ length: 12 }, (_, i) => ({ total: 9000, genes: 3000 + (i % 3) }));
    const cells = [...small, { total: 1000, genes: 3000 }, ...large];
    const samples = Int32Array.from(cells, (_, i) => (i <= 12 ? 0 : 1));
    expect(applyQcRules(metricsOf(cells), rules, samples).maskedBy).toEqual({ maxGenesZ: 1 });
    expect(applyQcRules(metricsOf(cells), rules).maskedBy).toEqual({});
  });
});

test('a cell is counted under the first rule that masks it', () => {
  const result = applyQcRules(metricsOf([{ total: 50, genes: 3, core: 1, mito: 0.9 }, { total: 60 }]), {
    ...off,
    minGenes: 200,
    minCoreGenes: 7,
    maxMitoFraction: 0.5,
  });
  expect(QC_RULE_ORDER[result.maskedByRule[0] - 1]).toBe('minGenes');
  expect(result.maskedBy).toEqual({ minGenes: 1 });
});

test('masked numbers always add up, and masking nothing keeps every cell with counts', () => {
  const cell = fc.record({
    total: fc.integer({ min: 0, max: 5000 }),
    genes: fc.integer({ min: 0, max: 900 }),
    mito: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 40 }), fc.constantFrom('published', 'paper', 'none'), (cells, profile) => {
      const metrics = metricsOf(cells);
      const result = applyQcRules(metrics, resolveQcRules(profile as keyof typeof QC_PROFILES));
      const masked = Object.values(result.maskedBy).reduce((sum, n) => sum + n, 0);
      expect(masked + result.nKept).toBe(cells.length);
      expect(applyQcRules(metrics, off).nKept).toBe(cells.filter(({ total }) => total > 0).length);
    }),
  );
});

test('changing one rule of a profile leaves its other rules as they are', () => {
  const config = PreprocessConfig.parse({ dataset: 'd', profile: 'paper', rules: { minGenes: 100 } });
  expect(config.rules).toEqual({ minGenes: 100 });
  expect(resolveQcRules(config.profile, config.rules)).toEqual({ ...QC_PROFILES.paper.rules, minGenes: 100 });
  expect(resolveQcRules('paper', { maxMitoFraction: null }).maxMitoFraction).toBeNull();
});

test('limits of counts, ribosomal share, complexity and doublet score: the limit itself passes', () => {
  const metrics = {
    ...metricsOf([{ total: 99 }, { total: 100 }, { total: 900 }, { total: 901 }, { total: 500 }, { total: 500 }]),
    ribosomalFraction: Float64Array.of(0, 0, 0.3, 0, 0.31, 0),
    complexity: Float64Array.of(0.8, 0.8, 0.8, 0.8, 0.8, 0.79),
    doubletScore: Float32Array.of(0, 0.25, NaN, 0, 0, 0),
  };
  const rules = { ...off, minCounts: 100, maxCounts: 900, maxRiboFraction: 0.3, minComplexity: 0.8 };
  expect(applyQcRules(metrics, rules).maskedBy).toEqual({
    minCounts: 1,
    maxCounts: 1,
    maxRiboFraction: 1,
    minComplexity: 1,
  });
  // A cell without a score passes.
  expect([...applyQcRules(metrics, { ...off, maxDoubletScore: 0.2 }).keep]).toEqual([1, 0, 1, 1, 1, 1]);
  expect(applyQcRules(metrics, { ...off, maxDoubletScore: 0.25 }).nKept).toBe(6);
});

test('a rule that has nothing to ask says so and masks no cell', () => {
  const metrics = { ...metricsOf([{ total: 10 }]), nMitoGenes: 0, nRibosomalGenes: 0 };
  const result = applyQcRules(metrics, { ...off, maxMitoFraction: 0.1, maxRiboFraction: 0.1, maxDoubletScore: 0.1 });
  expect(result.nKept).toBe(1);
  expect(result.warnings.map((warning) => warning.split(';')[0])).toEqual([
    'No mitochondrial gene is in this dataset',
    'No ribosomal gene is in this dataset',
    'Doublets were not scored',
  ]);
});

test('presets of tissues have limits and sources, and leave the rules of GeneCompass as they were', () => {
  for (const [name, { rules, sources, text }] of Object.entries(QC_PROFILES)) {
    expect(QcRules.parse(rules)).toEqual(rules);
    expect(text.length).toBeGreaterThan(20);
    if (name !== 'none') expect(sources.length).toBeGreaterThan(0);
    // A limit of doublet scores follows from the data, never from the tissue.
    expect(rules.maxDoubletScore).toBeNull();
  }
  const lasting = ({
    minGenes,
    maxCountsZ,
    maxMitoZ,
    maxMitoFraction,
    maxGenesZ,
    minCoreGenes,
    minCellsPerSample,
  }: QcRules) => [minGenes, maxCountsZ, maxMitoZ, maxMitoFraction, maxGenesZ, minCoreGenes, minCellsPerSample];
  expect(lasting(QC_PROFILES.published.rules)).toEqual([null, 3, 3, null, null, 7, null]);
  expect(lasting(QC_PROFILES.paper.rules)).toEqual([200, null, null, 0.15, 3, 7, 4]);
  expect(lasting(QC_PROFILES.none.rules)).toEqual([null, null, null, null, null, 7, null]);
});
