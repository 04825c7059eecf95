import type { QualityInfo } from '#shared/contract/quality.ts';
import type { QualityMeasure } from '#shared/domain/quality.ts';
import { QualityConfig } from '#shared/domain/quality.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { donorBalance } from '#singlecell/qc/donor-balance.ts';
import { groupTable, spreadOf } from '#singlecell/qc/group-table.ts';
import { countedIn } from '#singlecell/qc/histogram.ts';
import type { CellComposition, CellMetrics } from '#singlecell/qc/metrics.ts';
import { binMeasures, measureValues } from '#singlecell/qc/quality.ts';
import { RuleCounter } from '#singlecell/qc/rule-counts.ts';
import { RuledCells } from '#singlecell/qc/rules.ts';
import { artifactId, IDS, N_CELLS, STATES } from './fake-data.ts';

const EMBRYOS = ['E1', 'E2', 'E3', 'E4'];

/** Cells of four embryos, the last of which is of poor quality, and a state that one of them holds nearly alone. */
export function fakeQuality(stateOf: readonly number[]) {
  const random = new CounterRandom(11, 'fake-quality');
  const donors = Int32Array.from(stateOf, (state, cell) => (state === 6 && cell % 5 > 0 ? 1 : cell % 4));
  const draw = (stream: number, cell: number) => random.normal(stream * N_CELLS + cell);
  const array = (of: (cell: number) => number) => Float64Array.from({ length: N_CELLS }, (_, cell) => of(cell));
  const isPoor = (cell: number) => (donors[cell] === 3 ? 1 : 0);
  const totalCounts = array((cell) => Math.round(Math.exp(8.6 - 0.7 * isPoor(cell) + 0.45 * draw(0, cell))));
  const detectedGenes = Int32Array.from(totalCounts, (n, cell) =>
    Math.round(3.1 * n ** 0.77 * Math.exp(0.06 * draw(1, cell))),
  );
  const metrics: CellMetrics = {
    nCells: N_CELLS,
    totalCounts,
    detectedGenes,
    coreGenes: detectedGenes,
    mitoFraction: array((cell) => Math.min(0.6, 0.035 * Math.exp(0.8 * isPoor(cell) + 0.5 * draw(2, cell)))),
    ribosomalFraction: array((cell) => Math.min(0.5, 0.19 * Math.exp(0.25 * draw(3, cell)))),
    complexity: array((cell) => Math.log10(detectedGenes[cell]) / Math.log10(totalCounts[cell])),
    nMitoGenes: 13,
    nRibosomalGenes: 79,
    doubletScore: Float32Array.from({ length: N_CELLS }, (_, cell) =>
      Math.min(1, cell % 29 === 0 ? 0.5 + 0.1 * draw(4, cell) : 0.07 * Math.exp(0.6 * draw(5, cell))),
    ),
  };
  const composition: CellComposition = {
    topFraction: array((cell) => Math.min(1, 0.32 * Math.exp(0.18 * draw(6, cell)))),
    haemoglobinFraction: array((cell) => (cell % 97 === 0 ? 0.3 : 0.001)),
  };
  const notEmpty = new Uint8Array(N_CELLS).fill(1);
  const values = measureValues(metrics, composition);
  const bins = binMeasures(metrics, composition);
  const balance = donorBalance(
    { column: 'embryo', categories: EMBRYOS, codes: donors },
    { column: 'clusters', categories: STATES.map(([label]) => label), codes: Int32Array.from(stateOf) },
  );
  const scores = bins.doubletScore!.histogram;
  const info: QualityInfo = {
    id: artifactId('9c'),
    dataset: IDS.dataset,
    config: QualityConfig.parse({ dataset: IDS.dataset, donorColumn: 'embryo', labelColumn: 'clusters' }),
    createdAt: '2026-03-02T09:06:00.000Z',
    report: {
      nCells: N_CELLS,
      nEmpty: 0,
      measures: Object.entries(bins).map(([measure, { histogram }]) => ({
        measure: measure as QualityMeasure,
        isKnown: true,
        histogram,
        ...spreadOf(values[measure as QualityMeasure]!),
      })),
      samples: null,
      donors: groupTable('embryo', donors, values, notEmpty),
      doublets: {
        runs: EMBRYOS.map((_, code) => ({
          code,
          nCells: donors.filter((donor) => donor === code).length,
          nReference: donors.filter((donor) => donor === code).length,
          nSimulated: 1848,
          expectedRate: 0.0074,
          threshold: code === 3 ? null : 0.31,
          detectedRate: code === 3 ? null : 0.034,
          detectableFraction: code === 3 ? null : 0.62,
        })),
        suggestedScore: 0.31,
        expectedScore: 0.52,
        simulated: {
          ...scores,
          counts: countedIn(
            scores.edges,
            Array.from({ length: 7392 }, (_, i) =>
              i % 3 === 0 ? 0.12 * Math.exp(0.4 * random.normal(-1 - i)) : 0.55 + 0.12 * random.normal(-1 - i),
            ),
          ),
        },
        runsFrom: 'donor',
        nNotScored: 0,
      },
      ambient: {
        kind: 'estimate',
        contamination: 0.063,
        low: 0.041,
        high: 0.094,
        nMarkers: 38,
        nGroups: 8,
        markers: ['Ins2', 'Gcg', 'Ghrl', 'Sst', 'Iapp', 'Pyy'].map((symbol, i) => ({
          geneId: `ENSMUSG0000000100${i}`,
          symbol,
          group: ['Beta', 'Alpha', 'Epsilon', 'Delta', 'Beta', 'Alpha'][i],
          detectedIn: 0.97 - i / 20,
          detectedElsewhere: 0.22 - i / 40,
          contamination: 0.041 + i / 90,
        })),
      },
      ambientBySample: [
        { code: 0, nCells: 3000, hint: { contamination: 0.048, low: 0.031, high: 0.071, nMarkers: 30, nGroups: 7 } },
        { code: 1, nCells: 2900, hint: { contamination: 0.112, low: 0.084, high: 0.151, nMarkers: 34, nGroups: 8 } },
        { code: 2, nCells: 140, hint: null },
      ],
      balance,
      warnings: [],
    },
  };
  return { info, counter: new RuleCounter(new RuledCells(metrics), donors, bins) };
}
