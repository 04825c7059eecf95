import { cellEffects } from '#screen/effects.ts';
import type { ScreenResult } from '#screen/types.ts';
import { pearson, spearman } from '#singlecell/statistics/ranks.ts';
import { responseCollapse } from '#singlecell/statistics/responses.ts';
import { stateMeans } from '../state-means.ts';
import { hundredths } from '../report/numbers.ts';
import type { Check } from './subject.ts';
import { percent } from './subject.ts';

/** Rank correlation from which two things are as good as one. */
const SAME = 0.9;
/** States from which it means something that all responses lie along one line. */
const STATES_FOR_LINE = 3;
/** Share of the variance of `remove` from which it no longer measures the gene. */
const MUCH_SHIFT = 0.1;

/** Gene effects on the other states of the screen, for the ranked genes. */
function otherStates({ screen, operator, goal, evidence }: Parameters<Check>[0]) {
  const means = stateMeans(screen, operator);
  const rowOf = new Map(screen.plan.genes.map((gene, row) => [gene.tokenId, row]));
  const rows = evidence.genes.map(({ gene }) => rowOf.get(gene.tokenId) as number);
  return means.states.flatMap((state, at) =>
    state === goal ? [] : [{ state, effects: rows.map((row) => means.effects[row * means.states.length + at]) }],
  );
}

/** A gene that moves cells towards everything alike is a universal responder, not a regulator of this fate. */
export const universalCheck: Check = (subject) => {
  const { genes } = subject.evidence;
  const others = otherStates(subject);
  if (others.length === 0)
    return {
      id: 'universal',
      verdict: 'caution',
      value: null,
      sentence:
        'The screen has one goal only, so it cannot tell regulators of this fate from genes that respond to anything. Screen other states as goals beside it; they cost nothing.',
    };
  const here = genes.map(({ effect }) => effect);
  const alike = others
    .map(({ state, effects }) => ({ state, rho: spearman(here, effects) ?? 0 }))
    .reduce((most, one) => (one.rho > most.rho ? one : most));
  if (alike.rho > SAME)
    return {
      id: 'universal',
      verdict: 'bad',
      value: alike.rho,
      sentence: `The screen ranks genes much the same for "${alike.state}" (Spearman ${hundredths(alike.rho)}): its leaders may respond to anything. Order by the specific effect, which takes away what a gene does to the other states.`,
    };
  return {
    id: 'universal',
    verdict: 'good',
    value: alike.rho,
    sentence: `The order is this fate's own: the most similar other state, "${alike.state}", is ranked with a Spearman correlation of ${hundredths(alike.rho)}.`,
  };
};

/** Mode collapse: one response, whatever is perturbed. */
export const collapseCheck: Check = ({ screen, operator, evidence }) => {
  const effects = evidence.genes.map(({ effect }) => effect);
  if (effects.length < 2) return null;
  if (effects.every((effect) => effect === effects[0]))
    return {
      id: 'collapse',
      verdict: 'bad',
      value: 1,
      sentence:
        'The model answers every perturbation alike; the screen says nothing here. Use another model, operator or dose.',
    };
  const means = stateMeans(screen, operator);
  const found = responseCollapse({
    effects: means.effects,
    nGenes: screen.plan.genes.length,
    nStates: means.states.length,
  });
  if (found === null) return null;
  const { meanShare, rankOneShare } = found;
  if (meanShare > 0.5)
    return {
      id: 'collapse',
      verdict: meanShare > 0.8 ? 'bad' : 'caution',
      value: meanShare,
      sentence: `${percent(meanShare)} of all movement is one response that every perturbation shares. Trust differences between genes, not the effects themselves, and compare with another model.`,
    };
  if (means.states.length >= STATES_FOR_LINE && rankOneShare > SAME)
    return {
      id: 'collapse',
      verdict: 'caution',
      value: rankOneShare,
      sentence: `${percent(rankOneShare)} of all movement lies along one line through the states: genes differ in how far they move cells, hardly in where to. Prefer the specific effect.`,
    };
  return {
    id: 'collapse',
    verdict: 'good',
    value: meanShare,
    sentence: `Perturbations do different things: the response they share is ${percent(meanShare)} of all movement.`,
  };
};

/** Share of the variance of `remove` that `mask` does not explain. */
export const rankShiftCheck: Check = ({ screen, goal, operator }) => {
  const shift = operator === 'remove' ? rankShiftShare(screen, goal) : null;
  if (shift === null) return null;
  return {
    id: 'rank-shift',
    verdict: shift > MUCH_SHIFT ? 'caution' : 'good',
    value: shift,
    sentence: `${percent(shift)} of the variance of removing a gene is the shift of all later ranks, not the gene itself; mask holds the ranks.`,
  };
};

function rankShiftShare(screen: ScreenResult, goal: string): number | null {
  if (!screen.effects.mask) return null;
  const query = { goal, readOut: screen.plan.config.readOut };
  const removed = cellEffects(screen, { ...query, operator: 'remove' });
  const masked = cellEffects(screen, { ...query, operator: 'mask' });
  const finite = (values: Float64Array) =>
    values.filter((_, i) => !Number.isNaN(removed[i]) && !Number.isNaN(masked[i]));
  const correlation = pearson(finite(masked), finite(removed));
  return correlation === null ? null : 1 - correlation ** 2;
}
