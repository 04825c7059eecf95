import fc from '#tests/support/properties.ts';
import { expect, test } from 'vitest';
import { QcRules } from '#shared/domain/qc-rules.ts';
import { binned } from '#singlecell/qc/histogram.ts';
import type { CellMetrics } from '#singlecell/qc/metrics.ts';
import { RuleCounter } from '#singlecell/qc/rule-counts.ts';
import { applyQcRules, RuledCells } from '#singlecell/qc/rules.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const cell = fc.record({
  total: fc.integer({ min: 0, max: 3000 }),
  genes: fc.integer({ min: 0, max: 900 }),
  mito: share,
  ribo: share,
  complexity: share,
  doublet: fc.oneof(share, fc.constant(NaN)),
  sample: fc.integer({ min: -1, max: 2 }),
  donor: fc.integer({ min: -1, max: 3 }),
});
const limit = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const rules = fc.record({
  minGenes: limit(fc.integer({ min: 0, max: 900 })),
  minCounts: limit(fc.integer({ min: 0, max: 3000 })),
  maxCounts: limit(fc.integer({ min: 1, max: 3000 })),
  minCoreGenes: fc.integer({ min: 0, max: 20 }),
  maxCountsZ: limit(fc.double({ min: 0.5, max: 3, noNaN: true })),
  maxMitoZ: limit(fc.double({ min: 0.5, max: 3, noNaN: true })),
  maxGenesZ: limit(fc.double({ min: 0.5, max: 3, noNaN: true })),
  maxMitoFraction: limit(share),
  maxRiboFraction: limit(share),
  minComplexity: limit(share),
  maxDoubletScore: limit(share),
  minCellsPerSample: limit(fc.integer({ min: 0, max: 8 })),
});

test('counts what the rules keep and mask, exactly as preparing does, by rule, sample and donor', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 40 }), fc.array(rules, { maxLength: 3 }), (cells, sets) => {
      const metrics: CellMetrics = {
        nCells: cells.length,
        totalCounts: Float64Array.from(cells, ({ total }) => total),
        detectedGenes: Int32Array.from(cells, ({ total, genes }) => (total > 0 ? genes : 0)),
        coreGenes: Int32Array.from(cells, ({ genes }) => genes),
        mitoFraction: Float64Array.from(cells, ({ mito }) => mito),
        ribosomalFraction: Float64Array.from(cells, ({ ribo }) => ribo),
        complexity: Float64Array.from(cells, ({ complexity }) => complexity),
        doubletScore: Float32Array.from(cells, ({ doublet }) => doublet),
        nMitoGenes: 13,
        nRibosomalGenes: 80,
      };
      const samples = Int32Array.from(cells, ({ sample }) => sample);
      const donors = Int32Array.from(cells, ({ donor }) => donor);
      const mito = binned('mitoFraction', metrics.mitoFraction, new Uint8Array(cells.length).fill(1));
      const counter = new RuleCounter(new RuledCells(metrics, samples), donors, { mitoFraction: mito });
      // One counter is asked several times: nothing of one answer may stay in the next.
      for (const set of sets.map((one) => QcRules.parse(one))) {
        const told = counter.count(set);
        const { keep, nKept, maskedBy, maskedByRule } = applyQcRules(metrics, set, samples);
        expect(told).toMatchObject({ nKept, maskedBy });
        for (const [rows, codes] of [
          [told.samples, samples],
          [told.donors, donors],
        ] as const) {
          for (const { code, nCells, nKept: kept } of rows) {
            expect(nCells).toBe(codes.filter((one) => one === code).length);
            expect(kept).toBe(codes.filter((one, i) => one === code && keep[i] === 1).length);
          }
          expect(rows.reduce((sum, { nCells }) => sum + nCells, 0)).toBe(cells.length);
        }
        expect(told.kept.mitoFraction!.reduce((sum, n) => sum + n, 0)).toBe(nKept);
        if (set.maxMitoFraction !== null) {
          expect(told.masksAlone.maxMitoFraction).toBe(cells.filter((one) => one.mito > set.maxMitoFraction!).length);
        }
        expect(maskedByRule.filter((code) => code === 0)).toHaveLength(nKept);
      }
    }),
  );
});
