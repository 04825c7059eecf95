import type { DoubletReport, DoubletRun, QualityMeasure, QualityReport } from '#shared/domain/quality.ts';
import type { Dataset } from '../types.ts';
import { ambientHints } from './ambient.ts';
import { donorBalance, type Annotation } from './donor-balance.ts';
import { doubletScores, LEAST_CELLS } from './doublets/doublet-scores.ts';
import { groupTable, membersOf, spreadOf } from './group-table.ts';
import { binned, countedIn, type Binned } from './histogram.ts';
import {
  cellMetrics,
  emptyComposition,
  type CellComposition,
  type CellMetrics,
  type MetricOptions,
} from './metrics.ts';

export interface QualityOptions {
  coreGeneIds?: MetricOptions['coreGeneIds'];
  samples: Annotation | null;
  donors: Annotation | null;
  labels: Annotation | null;
  /** Null: doublets are not scored. */
  doublets: { ratePerThousand: number; simulatedRatio: number; maxReferenceCells: number; seed: number } | null;
  onStep?: (step: QualityStep, done: number, total: number) => void | Promise<void>;
}
export type QualityStep = 'measures' | 'doublets' | 'ambient';

export interface CheckedCells {
  metrics: CellMetrics;
  composition: CellComposition;
  report: QualityReport;
}

/** A run with more doublets than this is no use of the table of the instrument. */
const HIGHEST_RATE = 0.3;

/** Measures every cell, scores doublets within each run, and says what stands in the way of a comparison. Masks nothing. */
export async function checkQuality(dataset: Dataset, options: QualityOptions): Promise<CheckedCells> {
  const { counts, genes } = dataset;
  const { samples, donors, labels, onStep } = options;
  const composition = emptyComposition(counts.nCells);
  const metrics = await cellMetrics(dataset, {
    ...(options.coreGeneIds ? { coreGeneIds: options.coreGeneIds } : {}),
    composition,
    onCells: (done, total) => onStep?.('measures', done, total),
  });
  const scored = options.doublets && (await scoreRuns(dataset, metrics, options, options.doublets));
  if (scored) metrics.doubletScore = scored.scores;
  const hints = await ambientHints(counts, genes, labels, samples, (done, total) => onStep?.('ambient', done, total));

  const values = measureValues(metrics, composition);
  const notEmpty = notEmptyCells(metrics);
  const histograms = binMeasures(metrics, composition);
  const isKnown = (measure: QualityMeasure) =>
    measure === 'mitoFraction'
      ? metrics.nMitoGenes > 0
      : measure === 'ribosomalFraction'
        ? metrics.nRibosomalGenes > 0
        : true;
  const measured = Object.entries(histograms) as [QualityMeasure, Binned][];
  return {
    metrics,
    composition,
    report: {
      nCells: counts.nCells,
      nEmpty: notEmpty.reduce((n, flag) => n + 1 - flag, 0),
      measures: measured.map(([measure, { histogram }]) => ({
        measure,
        isKnown: isKnown(measure),
        histogram,
        ...spreadOf(Float64Array.from(values[measure]!, (value, cell) => (notEmpty[cell] ? value : NaN))),
      })),
      samples: samples && groupTable(samples.column, samples.codes, values, notEmpty),
      donors: donors && groupTable(donors.column, donors.codes, values, notEmpty),
      doublets: scored && doubletReport(scored, histograms.doubletScore!),
      ...hints,
      balance: donors && donorBalance(donors, labels),
      warnings: scored?.warnings ?? [],
    },
  };
}

/** The measures of the cells by name. */
export function measureValues(metrics: CellMetrics, composition: CellComposition) {
  const values: Partial<Record<QualityMeasure, ArrayLike<number>>> = {
    totalCounts: metrics.totalCounts,
    detectedGenes: metrics.detectedGenes,
    mitoFraction: metrics.mitoFraction,
    ribosomalFraction: metrics.ribosomalFraction,
    complexity: metrics.complexity,
    topFraction: composition.topFraction,
    haemoglobinFraction: composition.haemoglobinFraction,
  };
  if (metrics.doubletScore) values.doubletScore = metrics.doubletScore;
  return values;
}

/** Histogram of each measure over the cells with counts, with the bin of every cell. */
export function binMeasures(
  metrics: CellMetrics,
  composition: CellComposition,
): Partial<Record<QualityMeasure, Binned>> {
  const notEmpty = notEmptyCells(metrics);
  return Object.fromEntries(
    Object.entries(measureValues(metrics, composition)).map(([measure, values]) => [
      measure,
      binned(measure as QualityMeasure, values, notEmpty),
    ]),
  );
}

function notEmptyCells({ totalCounts }: CellMetrics): Uint8Array {
  return Uint8Array.from(totalCounts, (total) => (total > 0 ? 1 : 0));
}

interface ScoredRuns {
  scores: Float32Array;
  simulated: Float32Array[];
  runs: DoubletRun[];
  runsFrom: DoubletReport['runsFrom'];
  warnings: string[];
}

async function scoreRuns(
  { counts }: Dataset,
  metrics: CellMetrics,
  { samples, donors, onStep }: QualityOptions,
  { ratePerThousand, simulatedRatio, maxReferenceCells, seed }: NonNullable<QualityOptions['doublets']>,
): Promise<ScoredRuns> {
  const by = samples ?? donors;
  const codes = by?.codes ?? new Int32Array(counts.nCells);
  const scored: ScoredRuns = {
    scores: new Float32Array(counts.nCells).fill(NaN),
    simulated: [],
    runs: [],
    runsFrom: samples ? 'sample' : donors ? 'donor' : 'none',
    warnings: [],
  };
  let nSmall = 0;
  let nSketched = 0;
  let before = 0;
  for (const [code, members] of membersOf(codes)) {
    const cells = members.filter((cell) => metrics.totalCounts[cell] > 0);
    if (cells.length < LEAST_CELLS) {
      if (cells.length > 0) nSmall++;
      before += members.length;
      continue;
    }
    const expectedRate = Math.min(HIGHEST_RATE, (ratePerThousand * cells.length) / 1000);
    const done = before;
    const run = await doubletScores(counts, cells, {
      expectedRate,
      simulatedRatio,
      maxReferenceCells,
      seed,
      onCells: (part, total) => onStep?.('doublets', done + Math.floor((part / total) * members.length), counts.nCells),
    });
    cells.forEach((cell, i) => (scored.scores[cell] = run.scores[i]));
    if (run.nReference < cells.length) nSketched++;
    scored.simulated.push(run.simulated);
    scored.runs.push({
      code: by ? code : -1,
      nCells: cells.length,
      nReference: run.nReference,
      nSimulated: run.simulated.length,
      expectedRate,
      threshold: run.threshold,
      detectedRate: run.threshold === null ? null : shareAbove(run.scores, run.threshold),
      detectableFraction: run.threshold === null ? null : shareAbove(run.simulated, run.threshold),
    });
    before += members.length;
  }
  if (nSmall > 0) {
    scored.warnings.push(
      `${nSmall} ${nSmall === 1 ? 'run has' : 'runs have'} fewer than ${LEAST_CELLS} cells with counts, too few to score doublets; the rule on the doublet score leaves their cells.`,
    );
  }
  if (nSketched > 0) {
    scored.warnings.push(
      `In ${nSketched} large ${nSketched === 1 ? 'run' : 'runs'} doublets were learned from ${maxReferenceCells} cells drawn at random; every cell was scored.`,
    );
  }
  return scored;
}

function doubletReport({ scores, simulated, runs, runsFrom }: ScoredRuns, bins: Binned): DoubletReport {
  const thresholds = runs.flatMap(({ threshold }) => (threshold === null ? [] : [threshold]));
  const known = scores.filter((score) => !Number.isNaN(score)).sort();
  const nExpected = Math.round(runs.reduce((sum, { nCells, expectedRate }) => sum + nCells * expectedRate, 0));
  const { edges } = bins.histogram;
  const inBins = simulated.map((some) => countedIn(edges, some));
  return {
    runs,
    suggestedScore: spreadOf(thresholds).median,
    expectedScore: nExpected > 0 && nExpected < known.length ? known[known.length - 1 - nExpected] : null,
    simulated: {
      ...bins.histogram,
      counts: bins.histogram.counts.map((_, bin) => inBins.reduce((sum, counts) => sum + counts[bin], 0)),
    },
    runsFrom,
    nNotScored: scores.length - known.length,
  };
}

function shareAbove(values: Float32Array, threshold: number): number {
  let n = 0;
  for (const value of values) if (value > threshold) n++;
  return n / values.length;
}
