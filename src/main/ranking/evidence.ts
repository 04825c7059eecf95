import type { ChosenGenes, GeneStatistics, ReplicateUse } from '#shared/domain/ranking-checks.ts';
import { isForetold, type Operator } from '#shared/domain/screen.ts';
import { countFinite } from '#screen/effects.ts';
import type { PlannedGene, ScreenResult } from '#screen/types.ts';
import { bootstrapWeights } from '#singlecell/statistics/bootstrap.ts';
import {
  halfAgreement,
  type CellEffects,
  type HalfAgreement,
  type RankStability,
} from '#singlecell/statistics/rank-stability.ts';
import { splitHalfStability } from '#singlecell/statistics/split-half.ts';
import { chosenFdr, chosenGroup } from './chosen.ts';
import { testGenes } from './gene-test.ts';
import { effectInterval, geneStatistics, replicateUse } from './gene-statistics.ts';

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
  statistics: GeneStatistics;
}

export interface ScreenEvidence {
  genes: ModelEvidence[];
  notRanked: { gene: string; reason: string }[];
  /** Null genes behind the p-values, and their mean effects. */
  nNull: number;
  nullEffects: number[];
  /** Mean effect of every gene of the plan, controls among them. */
  means: number[];
  splitHalf: number | null;
  /** Halves of donors where donors are the replicate, else of cells. */
  halves: HalfAgreement | null;
  stability: RankStability;
  replicates: ReplicateUse;
  /** Effects of the ranked genes in each start cell. */
  cells: CellEffects;
  chosen: ChosenGenes | null;
}

/** Genes the user chose before seeing a result. */
export interface ChosenInAdvance {
  ids: ReadonlySet<string>;
  unknown: readonly string[];
}

/** Effect, interval, p-value and FDR of every candidate that enough start cells tell about. */
export function screenEvidence(
  screen: ScreenResult,
  goal: string,
  operator: Operator,
  chosen: ChosenInAdvance = { ids: new Set(), unknown: [] },
  heldOut: ReadonlySet<string> = new Set(),
  librarySizes: ArrayLike<number> | null = null,
): ScreenEvidence {
  const { plan } = screen;
  const { config, nReplicates } = plan;
  const nCells = plan.cells.length;
  const tested = testGenes(screen, goal, operator, heldOut);
  const { perCell, perReplicate, means, reach, candidates, nulls, test, fdr } = tested;
  const isChosen = candidates.map((g) => chosen.ids.has(plan.genes[g].geneId));
  const ownFdr = chosenFdr(test.pValues, isChosen);
  const cells: CellEffects = {
    effects: rowsOf(perCell, candidates, nCells),
    nGenes: candidates.length,
    nCells,
    replicates: plan.replicates,
    nReplicates,
  };
  const ranked = rowsOf(perReplicate, candidates, nReplicates);
  const { genes: statistics, stability } = geneStatistics({
    screen,
    goal,
    operator,
    rows: candidates,
    cells,
    perReplicate: ranked,
    cellsMoved: candidates.map((g) => reach[g]),
    pValues: test.pValues,
    countedPValues: test.counted,
    chosenFdr: ownFdr,
    librarySizes,
  });
  const use = replicateUse(screen);
  const weights = bootstrapWeights(nReplicates, config.nBootstrap, config.seed);
  const exact = new Set(screen.stages?.exact);
  const foretold = screen.stages !== null && isForetold(operator) && !screen.stages.fellBack.includes(operator);
  const genes = candidates.map((g, i): ModelEvidence => {
    const interval = effectInterval(ranked.subarray(i * nReplicates, (i + 1) * nReplicates), weights, use);
    return {
      gene: plan.genes[g],
      effect: means[g],
      effectLow: orElse(interval.low, means[g]),
      effectHigh: orElse(interval.high, means[g]),
      z: orElse(test.z[i], 0),
      pValue: orElse(test.pValues[i], 1),
      fdr: orElse(fdr[i], 1),
      nullPercentile: orElse(test.percentiles[i], 50),
      nCells: countFinite(perCell, g, nCells),
      isForetold: foretold && !exact.has(g),
      statistics: statistics[i],
    };
  });
  const isRanked = new Set(candidates);
  const notRanked = plan.genes
    .map((_, g) => g)
    .filter((g) => plan.genes[g].isCandidate && !isRanked.has(g))
    .map((g) => ({
      gene: plan.genes[g].symbol,
      reason: `${countFinite(perCell, g, nCells)} of ${nCells} start cells express it, too few to ${operator} it`,
    }));
  const nullEffects = nulls.map((g) => means[g]);
  return {
    genes,
    notRanked,
    nNull: test.nNull,
    nullEffects,
    means,
    splitHalf: splitHalfStability(cells.effects, { nGenes: candidates.length, nReplicates: nCells }, config.seed),
    halves: halfAgreement(cells, config.seed),
    stability,
    replicates: use,
    cells,
    chosen: chosenOf(),
  };

  function chosenOf(): ChosenGenes | null {
    if (chosen.ids.size === 0 && chosen.unknown.length === 0) return null;
    const ranks = new Set(candidates.map((g) => plan.genes[g].geneId));
    return chosenGroup(
      candidates.filter((_, i) => isChosen[i]).map((g) => means[g]),
      nullEffects,
      ownFdr,
      { notRanked: [...chosen.unknown, ...[...chosen.ids].filter((id) => !ranks.has(id))], seed: config.seed },
    );
  }
}

function rowsOf(values: Float64Array, rows: readonly number[], width: number): Float64Array {
  const answer = new Float64Array(rows.length * width);
  rows.forEach((row, i) => answer.set(values.subarray(row * width, (row + 1) * width), i * width));
  return answer;
}

function orElse(value: number, fallback: number): number {
  return Number.isNaN(value) ? fallback : value;
}
