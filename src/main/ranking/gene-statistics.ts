import type { GeneStatistics, ReplicateUse } from '#shared/domain/ranking-checks.ts';
import type { Operator } from '#shared/domain/screen.ts';
import type { ScreenResult } from '#screen/types.ts';
import { countFinite } from '#screen/effects.ts';
import { bootstrapInterval, type BootstrapWeights, type Interval } from '#singlecell/statistics/bootstrap.ts';
import { correlationTest } from '#singlecell/statistics/correlation-test.ts';
import { meanTest } from '#singlecell/statistics/mean-test.ts';
import { randomInterceptMean } from '#singlecell/statistics/mixed-model.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { FEWEST_MOVED } from '#singlecell/statistics/null-model.ts';
import { rankStability, type CellEffects, type RankStability } from '#singlecell/statistics/rank-stability.ts';
import { specificEffects } from '#singlecell/statistics/responses.ts';
import { stateMeans } from './state-means.ts';

/** Below so many replicates percentiles of a bootstrap are too narrow, and Student's t takes their place. */
export const FEW_REPLICATES = 20;

/** How an effect's interval is made: donors are few, cells are many. */
export function replicateUse({ plan }: ScreenResult): ReplicateUse {
  const { replicateUnit: unit, nReplicates: n } = plan;
  return { unit, n, interval: unit === 'donor' && n < FEW_REPLICATES ? 't' : 'bootstrap' };
}

/** 95 % interval of the mean over one gene's replicates. */
export function effectInterval(perReplicate: Float64Array, weights: BootstrapWeights, use: ReplicateUse): Interval {
  return use.interval === 't' ? meanTest(perReplicate) : bootstrapInterval(perReplicate, weights);
}

export interface StatisticsInput {
  screen: ScreenResult;
  goal: string;
  operator: Operator;
  /** Rows of the plan, in the order of the answer and of everything below. */
  rows: readonly number[];
  cells: CellEffects;
  /** Shape: rows × replicates. */
  perReplicate: Float64Array;
  cellsMoved: readonly number[];
  pValues: ArrayLike<number>;
  countedPValues: ArrayLike<number>;
  chosenFdr: readonly (number | null)[];
  /** Counts of each start cell; null where they were not read. */
  librarySizes: ArrayLike<number> | null;
}

/** What is told of each gene beside its effect, and how stable all ranks are. */
export function geneStatistics(input: StatisticsInput): { genes: GeneStatistics[]; stability: RankStability } {
  const { screen, goal, operator, rows, cells, perReplicate } = input;
  const { nCells, nReplicates } = cells;
  const stability = rankStability(cells, screen.plan.config.seed, (gene) => input.cellsMoved[gene] > 0);
  const means = stateMeans(screen, operator);
  const specific = specificEffects(
    { effects: means.effects, nGenes: screen.plan.genes.length, nStates: means.states.length },
    means.states.indexOf(goal),
  );
  const byDonor = screen.plan.replicateUnit === 'donor';
  const sizes = librarySizeTests(input, byDonor);
  const sizeFdr = benjaminiHochberg(sizes.map((test) => test?.pValue ?? NaN));
  const genes = rows.map((row, i): GeneStatistics => {
    const donors = byDonor ? meanTest(perReplicate.subarray(i * nReplicates, (i + 1) * nReplicates)) : null;
    const mixed = byDonor
      ? randomInterceptMean(cells.effects.subarray(i * nCells, (i + 1) * nCells), cells.replicates, nReplicates)
      : null;
    const hasRank = input.cellsMoved[i] > 0;
    return {
      cellsMoved: input.cellsMoved[i],
      isTested: !Number.isNaN(input.pValues[i]),
      countedPValue: known(input.countedPValues[i]) ?? 1,
      specificEffect: known(specific[row]),
      donorPValue: known(donors?.pValue),
      mixedEffect: known(mixed?.mean),
      mixedPValue: known(mixed?.pValue),
      donorShare: known(mixed?.intraclassCorrelation),
      rankLow: hasRank ? stability.low[i] : null,
      rankHigh: hasRank ? stability.high[i] : null,
      topShare: hasRank ? stability.topShare[i] : null,
      chosenFdr: input.chosenFdr[i],
      nReplicates: countFinite(perReplicate, i, nReplicates),
      donorsAgree: donors
        ? countOfSign(perReplicate.subarray(i * nReplicates, (i + 1) * nReplicates), donors.mean)
        : null,
      librarySizeCorrelation: sizes[i]?.correlation ?? null,
      librarySizeFdr: known(sizeFdr[i]),
    };
  });
  return { genes, stability };
}

/** Whether a gene's effect follows how deeply its start cells were sequenced, within donors; only where it moves enough of them. */
function librarySizeTests({ cells, cellsMoved, librarySizes }: StatisticsInput, byDonor: boolean) {
  const { effects, nCells, replicates } = cells;
  return cellsMoved.map((moved, i) =>
    librarySizes && moved >= FEWEST_MOVED
      ? correlationTest(effects.subarray(i * nCells, (i + 1) * nCells), librarySizes, byDonor ? replicates : null)
      : null,
  );
}

function countOfSign(values: Float64Array, mean: number): number {
  return values.filter((value) => value !== 0 && Math.sign(value) === Math.sign(mean)).length;
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
