import type { Combination, Estimate, InteractionWord } from '#shared/domain/follow-up.ts';
import { meanTest } from '#singlecell/statistics/mean-test.ts';
import { benjaminiHochberg } from '#singlecell/statistics/multiple-testing.ts';
import { type Estimates, FEWEST_CELLS, FEWEST_REPLICATES, isTold } from './estimates.ts';
import { liesWithin } from '#singlecell/statistics/equivalence.ts';
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
export function combinationResults(
  plan: FollowUpPlan,
  estimates: Estimates,
): { told: Combination[]; notTold: { kind: string; genes: string[]; reason: string }[] } {
  const acting = plan.sets.map((set) => actingCells(estimates, set));
  const told = estimates.goals.flatMap((_, goal) => {
    const tested = plan.sets.flatMap((set, i) =>
      acting[i].length < FEWEST_CELLS ? [] : (oneSet(plan, estimates, set, acting[i], goal) ?? []),
    );
    const fdr = benjaminiHochberg(tested.map(({ pValue }) => pValue ?? NaN));
    return tested.map(({ isWithin, ...one }, i): Combination => ({
      ...one,
      fdr: Number.isNaN(fdr[i]) ? null : fdr[i],
      word: wordOf(one, fdr[i], isWithin),
    }));
  });
  const notTold = plan.sets.flatMap(({ kind, genes }, i) =>
    acting[i].length < FEWEST_CELLS
      ? [
          {
            kind,
            genes: genes.map((gene) => plan.genes[gene].symbol),
            reason: `start cells in which all of them act: ${acting[i].length}, needed: ${FEWEST_CELLS}`,
          },
        ]
      : [],
  );
  return { told, notTold };
}

/** Start cells in which every part of a set changes what the model reads. */
function actingCells(estimates: Estimates, set: SetPlan): number[] {
  return Array.from({ length: estimates.nCells }, (_, cell) => cell).filter((cell) =>
    [...set.singles, set.condition].every((condition) => estimates.act(condition, cell) === ACTS),
  );
}

function oneSet(
  plan: FollowUpPlan,
  estimates: Estimates,
  set: SetPlan,
  acting: readonly number[],
  goal: number,
): (Combination & { isWithin: boolean }) | null {
  const { nCells } = estimates;
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
  const means = singles.map((effects) => averaged((cell) => effects[cell]).estimate!.mean);
  const margin = ADDITIVE_MARGIN * Math.max(...[...means, expected.estimate.mean, found.estimate.mean].map(Math.abs));
  return {
    goal: estimates.goals[goal],
    kind: set.kind,
    genes: set.genes.map((gene) => plan.genes[gene].symbol),
    nCells: acting.length,
    singles: means,
    found: found.estimate,
    expected: expected.estimate,
    interaction: interaction.estimate,
    pValue: nReplicates < FEWEST_REPLICATES ? null : meanTest(interaction.perReplicate).pValue,
    fdr: null,
    word: 'not-told-apart',
    beyondPairs: beyond?.estimate ?? null,
    isWithin: nReplicates >= FEWEST_REPLICATES && liesWithin(interaction.perReplicate, margin) <= SIGNIFICANT,
  };
}

function wordOf(
  { found, expected, interaction }: Pick<Combination, 'found' | 'expected' | 'interaction'>,
  fdr: number,
  isWithin: boolean,
): InteractionWord {
  if (fdr <= SIGNIFICANT) {
    // Where the sum is not told from 0, the effect appears only together.
    const reference: Estimate = isTold(expected) ? expected : found;
    return Math.sign(interaction.mean) === Math.sign(reference.mean) ? 'synergy' : 'redundancy';
  }
  return isWithin ? 'additive' : 'not-told-apart';
}
