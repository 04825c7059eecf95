import { insertsGenes, type Operator } from '#shared/domain/screen.ts';
import { cellEffects, rowMean } from '#screen/effects.ts';
import { goalStates } from '#screen/states.ts';
import type { ScreenResult } from '#screen/types.ts';
import { pearson, spearman } from '#singlecell/statistics/ranks.ts';
import { standardDeviation } from '#singlecell/statistics/robust.ts';
import { STABLE } from './leader.ts';
import type { ScreenEvidence } from './evidence.ts';

/** Rank correlation from which two things are as good as one. */
const SAME = 0.9;
const FOLLOWS = 0.7;
const FEW_NULL_GENES = 50;

/** Everything a reader must know before believing the screen, in plain words. */
export function rankingWarnings(
  screen: ScreenResult,
  goal: string,
  operator: Operator,
  evidence: ScreenEvidence,
): string[] {
  const { plan } = screen;
  const warnings = [...plan.warnings];
  const effects = evidence.genes.map((gene) => gene.effect);
  if (evidence.nNull < FEW_NULL_GENES)
    warnings.push(`Only ${evidence.nNull} null genes could be measured; p-values are coarse.`);
  if (effects.length > 1 && standardDeviation(effects) === 0)
    warnings.push('The model answers every perturbation alike; the screen says nothing here.');
  const unmoved = evidence.genes.filter((gene) => gene.effectLow === 0 && gene.effectHigh === 0).length;
  // A raised gene whose rank still lies beyond the model's length is not read, so its effect is 0 by construction.
  if (insertsGenes(operator) && unmoved > 0 && unmoved < effects.length)
    warnings.push(
      `${unmoved} of ${effects.length} genes change no start cell even when raised: at this dose they rank below the genes the model reads, so their effect of 0 says nothing.`,
    );
  if (evidence.splitHalf !== null && evidence.splitHalf < STABLE)
    warnings.push(
      `The screen does not repeat itself well: two halves of the start cells correlate at ${evidence.splitHalf.toFixed(2)} only.`,
    );
  warnings.push(...goalWarnings(screen, goal, operator, evidence));
  const follows = spearman(
    effects,
    evidence.genes.map(({ gene }) => gene.detections),
  );
  if (follows !== null && Math.abs(follows) > FOLLOWS)
    warnings.push(
      `Effects follow how often a gene is detected (Spearman ${follows.toFixed(2)}); they may say little beyond that.`,
    );
  warnings.push(...stageWarnings(screen, goal, operator, evidence));
  const shift = operator === 'remove' ? rankShiftShare(screen, goal) : null;
  if (shift !== null)
    warnings.push(
      `${(100 * shift).toFixed(0)} % of the variance of removing a gene is the shift of all later ranks, not the gene itself; mask holds the ranks.`,
    );
  return warnings;
}

/** What a reader must know of a screen in two stages. */
function stageWarnings(screen: ScreenResult, goal: string, operator: Operator, evidence: ScreenEvidence): string[] {
  const told = screen.stages?.agreement.find((one) => one.operator === operator && one.goal === goal);
  if (!screen.stages || !told) return [];
  const agree =
    told.spearman === null ? 'could not be compared' : `correlate at ${told.spearman.toFixed(2)} (Spearman)`;
  const compared = `on ${told.nCompared} genes not chosen for it, foretold and exact effects ${agree}`;
  if (screen.stages.fellBack.includes(operator))
    return [
      `The backward pass does not foretell this operator well enough: ${compared}. So every effect was computed exactly.`,
    ];
  const n = evidence.genes.filter(({ isForetold }) => isForetold).length;
  return [
    `Two stages: the effects of ${n} of ${evidence.genes.length} genes are foretold by a backward pass and scaled to the exact ones; ${compared}. Leading genes are exact.`,
  ];
}

/** A gene that moves cells towards every goal alike is a universal responder, not a regulator of this fate. */
function goalWarnings(screen: ScreenResult, goal: string, operator: Operator, evidence: ScreenEvidence): string[] {
  const { plan } = screen;
  const indexOf = new Map(plan.genes.map((gene, g) => [gene.tokenId, g]));
  const here = evidence.genes.map((gene) => gene.effect);
  return goalStates(plan)
    .filter((state) => state.name !== goal)
    .flatMap((state) => {
      const perCell = cellEffects(screen, { operator, goal: state.name, readOut: plan.config.readOut });
      const there = evidence.genes.map(({ gene }) =>
        rowMean(perCell, indexOf.get(gene.tokenId) as number, plan.cells.length),
      );
      const alike = spearman(here, there);
      return alike !== null && alike > SAME
        ? [
            `The screen ranks genes much the same for "${state.name}" (Spearman ${alike.toFixed(2)}): its leaders may respond to anything.`,
          ]
        : [];
    });
}

/** Share of the variance of `remove` that `mask` does not explain. */
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
