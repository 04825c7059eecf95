import type { Combination, Estimate, InteractionWord } from '#shared/domain/follow-up.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { studentSurvival } from '#singlecell/statistics/special-functions.ts';
import { type Estimates, FEWEST_REPLICATES, isTold } from './estimates.ts';
import { ACTS, type FollowUpPlan, type SetPlan } from './types.ts';

const SIGNIFICANT = 0.05;
/** Share of the largest effect involved within which a difference counts as none. */
const ADDITIVE_MARGIN = 0.25;

/**
 * Every pair and triple beside the sum of its single effects; false discovery rates over all sets of a goal.
 *
 * The interaction is taken per cell, E(AB) − E(A) − E(B), in cells in which each gene alone changes what the model reads:
 * elsewhere it is 0 by construction and would only dilute the mean. Its p-value is a t test over replicates.
 * Source: Bliss 1939, Ann Appl Biol 26:585 (additive expectation); genetic interactions of perturbation screens: Norman et
 * al. 2019, Science 365:786.
 */
export function combinationResults(plan: FollowUpPlan, estimates: Estimates): Combination[] {
  return estimates.goals.flatMap((_, goal) => {
    const tested = plan.sets.flatMap((set) => oneSet(plan, estimates, set, goal) ?? []);
    const fdr = benjaminiHochberg(tested.map(({ pValue }) => pValue ?? NaN));
    return tested.map((one, i) => ({ ...one, fdr: Number.isNaN(fdr[i]) ? null : fdr[i], word: wordOf(one, fdr[i]) }));
  });
}

function oneSet(plan: FollowUpPlan, estimates: Estimates, set: SetPlan, goal: number): Combination | null {
  const { nCells } = estimates;
  const acting = Array.from({ length: nCells }, (_, cell) => cell).filter((cell) =>
    [...set.singles, set.condition].every((condition) => estimates.act(condition, cell) === ACTS),
  );
  const together = estimates.perCell(set.condition, goal);
  const singles = set.singles.map((condition) => estimates.perCell(condition, goal));
  const pairs = set.pairs.map((condition) => estimates.perCell(condition, goal));
  const averaged = (of: (cell: number) => number) => {
    const perCell = new Float64Array(nCells).fill(NaN);
    for (const cell of acting) perCell[cell] = of(cell);
    const perReplicate = estimates.perReplicate(perCell);
    return { perReplicate, estimate: estimates.estimate(perReplicate) };
  };
  const sum = (cell: number) => singles.reduce((total, effects) => total + effects[cell], 0);
  const found = averaged((cell) => together[cell]);
  const expected = averaged(sum);
  const interaction = averaged((cell) => together[cell] - sum(cell));
  if (!found.estimate || !expected.estimate || !interaction.estimate) return null;
  const nReplicates = interaction.perReplicate.reduce((n, value) => n + (Number.isNaN(value) ? 0 : 1), 0);
  // Of three effects with all their pairs: what no pair explains.
  const beyond =
    pairs.length === 0
      ? null
      : averaged((cell) => together[cell] - pairs.reduce((total, effects) => total + effects[cell], 0) + sum(cell));
  return {
    goal: estimates.goals[goal],
    kind: set.kind,
    genes: set.genes.map((gene) => plan.genes[gene].symbol),
    nCells: acting.length,
    singles: singles.map((effects) => averaged((cell) => effects[cell]).estimate!.mean),
    found: found.estimate,
    expected: expected.estimate,
    interaction: interaction.estimate,
    pValue: nReplicates < FEWEST_REPLICATES ? null : pValueOfMean(interaction.perReplicate),
    fdr: null,
    word: 'not-told-apart',
    beyondPairs: beyond?.estimate ?? null,
  };
}

function wordOf({ singles, found, expected, interaction }: Combination, fdr: number): InteractionWord {
  if (fdr <= SIGNIFICANT) {
    // Where the sum is not told from 0, the effect appears only together.
    const reference: Estimate = isTold(expected) ? expected : found;
    return Math.sign(interaction.mean) === Math.sign(reference.mean) ? 'synergy' : 'redundancy';
  }
  const largest = Math.max(...[...singles, expected.mean, found.mean].map(Math.abs));
  const margin = ADDITIVE_MARGIN * largest;
  const { low, high } = interaction;
  return low !== null && high !== null && low >= -margin && high <= margin && margin > 0
    ? 'additive'
    : 'not-told-apart';
}

/** One-sample t test over replicates. Source: Student 1908, Biometrika 6:1. */
function pValueOfMean(perReplicate: Float64Array): number {
  const values = perReplicate.filter((value) => !Number.isNaN(value));
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (!(squares > 0)) return mean === 0 ? 1 : 0;
  return Math.min(1, 2 * studentSurvival(Math.abs(mean) / Math.sqrt(squares / (n - 1) / n), n - 1));
}
