import { insertsGenes, type Operator } from '#shared/domain/screen.ts';
import { cellEffects, countFinite, enoughTold, replicateEffects, rowMean } from '#screen/effects.ts';
import { FORETOLD } from '#screen/foretell.ts';
import type { PlannedGene, ScreenResult } from '#screen/types.ts';
import { bootstrapInterval, bootstrapWeights } from '#singlecell/statistics/bootstrap.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { testAgainstNull } from '#singlecell/statistics/null-model.ts';
import { splitHalfStability } from '#singlecell/statistics/split-half.ts';

/** What the screen says of one gene for one goal and operator. */
export interface ModelEvidence {
  gene: PlannedGene;
  effect: number;
  effectLow: number;
  effectHigh: number;
  /** Effect in standard deviations of matched null genes. */
  z: number;
  pValue: number;
  fdr: number;
  nullPercentile: number;
  /** Start cells in which the perturbation has a meaning. */
  nCells: number;
  /** From the backward pass, scaled to the exact effects. */
  isForetold: boolean;
}

export interface ScreenEvidence {
  genes: ModelEvidence[];
  notRanked: { gene: string; reason: string }[];
  /** Null genes behind the p-values. */
  nNull: number;
  splitHalf: number | null;
}

/** Effect, interval, p-value and FDR of every candidate that enough start cells tell about. */
export function screenEvidence(screen: ScreenResult, goal: string, operator: Operator): ScreenEvidence {
  const { plan } = screen;
  const { config, nReplicates } = plan;
  const query = { operator, goal, readOut: config.readOut };
  const perCell = cellEffects(screen, query);
  const perReplicate = replicateEffects(screen, query);
  const means = plan.genes.map((_, g) => rowMean(perReplicate, g, nReplicates));
  const nCells = plan.genes.map((_, g) => countFinite(perCell, g, plan.cells.length));
  const enough = enoughTold(screen, perCell, perReplicate);
  const all = plan.genes.map((_, g) => g);
  const candidates = all.filter((g) => plan.genes[g].isCandidate && enough[g]);
  const nulls = all.filter((g) => plan.genes[g].isNull && enough[g]);
  const test = testAgainstNull(tested(candidates), tested(nulls));
  const fdr = benjaminiHochberg(test.pValues);
  const weights = bootstrapWeights(nReplicates, config.nBootstrap, config.seed);
  const exact = new Set(screen.stages?.exact);
  const foretold = screen.stages !== null && FORETOLD.includes(operator) && !screen.stages.fellBack.includes(operator);
  const genes = candidates.map((g, i): ModelEvidence => {
    const interval = bootstrapInterval(perReplicate.subarray(g * nReplicates, (g + 1) * nReplicates), weights);
    return {
      gene: plan.genes[g],
      effect: means[g],
      effectLow: Number.isNaN(interval.low) ? means[g] : interval.low,
      effectHigh: Number.isNaN(interval.high) ? means[g] : interval.high,
      z: orElse(test.z[i], 0),
      pValue: orElse(test.pValues[i], 1),
      fdr: orElse(fdr[i], 1),
      nullPercentile: orElse(test.percentiles[i], 50),
      nCells: nCells[g],
      isForetold: foretold && !exact.has(g),
    };
  });
  const notRanked = all
    .filter((g) => plan.genes[g].isCandidate && !enough[g])
    .map((g) => ({
      gene: plan.genes[g].symbol,
      reason: `${nCells[g]} of ${plan.cells.length} start cells express it, too few to ${operator} it`,
    }));
  const rows = Float64Array.from(
    { length: candidates.length * plan.cells.length },
    (_, i) => perCell[candidates[Math.floor(i / plan.cells.length)] * plan.cells.length + (i % plan.cells.length)],
  );
  const shape = { nGenes: candidates.length, nReplicates: plan.cells.length };
  return { genes, notRanked, nNull: test.nNull, splitHalf: splitHalfStability(rows, shape, config.seed) };

  function tested(indices: readonly number[]) {
    return {
      effects: indices.map((g) => means[g]),
      // Where an effect exists only in expressing cells its spread follows their number.
      detections: indices.map((g) => (insertsGenes(operator) ? plan.genes[g].detections : nCells[g])),
    };
  }
}

function orElse(value: number, fallback: number): number {
  return Number.isNaN(value) ? fallback : value;
}
