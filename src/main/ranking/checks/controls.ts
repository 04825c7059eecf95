import { raisesGenes } from '#shared/domain/screen.ts';
import { rankSum } from '#singlecell/statistics/rank-tests.ts';
import { chance, type Check, type CheckSubject } from './subject.ts';

const FEWEST_CONTROLS = 3;

/**
 * Genes expressed evenly in every tissue, which should drive no fate.
 *
 * Source: Eisenberg and Levanon 2013, Trends Genet 29:569, table 1.
 */
const HOUSEKEEPING = new Set(
  ['C1orf43', 'CHMP2A', 'EMC7', 'GPI', 'PSMB2', 'PSMB4', 'RAB7A', 'REEP5', 'SNRPD3', 'VCP', 'VPS29'].map((symbol) =>
    symbol.toUpperCase(),
  ),
);

/** Does raising a marker of the goal move cells towards it (and taking one away move them away)? */
export const directionCheck: Check = (subject) => {
  const { evidence, goal, operator, markers, screen } = subject;
  const raises = raisesGenes(operator);
  const effects = effectsOf(subject, ({ geneId }) => markers.has(geneId));
  if (effects.length < FEWEST_CONTROLS)
    return {
      id: 'direction',
      verdict: 'caution',
      value: null,
      sentence: `Whether the read-out points the right way could not be checked: ${effects.length} of the null genes mark "${goal}" and were measured, ${FEWEST_CONTROLS} are needed. Add genes you know to mark "${goal}" and see that ${raises ? 'raising them moves' : 'losing them does not move'} cells towards it.`,
    };
  const right = effects.filter((effect) => (raises ? effect > 0 : effect < 0)).length;
  const { pValue } = rankSum(effects, evidence.nullEffects);
  const share = right / effects.length;
  const act = raises ? 'Raising' : operator === 'knock-down' ? 'Lowering' : 'Taking away';
  const where = raises ? 'towards it' : `away from it`;
  const found = `${right} of ${effects.length}, p = ${chance(pValue)} against ${evidence.nullEffects.length} null genes`;
  const subjectOf = `${act} genes that mark "${goal}" in your own cells`;
  if (share >= 0.7 && pValue < 0.05)
    return {
      id: 'direction',
      verdict: 'good',
      value: share,
      sentence: `${subjectOf} moves start cells ${where} (${found}): the read-out points the right way.`,
    };
  return {
    id: 'direction',
    verdict: share < 0.5 ? 'bad' : 'caution',
    value: share,
    sentence:
      share < 0.5
        ? `${subjectOf} moves most start cells the wrong way (${found}). Do not use this order before you have looked at the labels of "${screen.plan.config.start}" and "${goal}", the test score of the model and the other read-out.`
        : `${subjectOf} moves start cells ${where} only weakly (${found}). Take the direction of single genes with care; a model trained longer or on more cells may tell more.`,
  };
};

/** Known regulators as a second positive control. */
export const knownCheck: Check = (subject) => {
  const { evidence, operator, known } = subject;
  const effects = evidence.genes.filter(({ gene }) => known.has(gene.geneId)).map(({ effect }) => effect);
  if (effects.length < FEWEST_CONTROLS || evidence.nullEffects.length === 0) return null;
  const raises = raisesGenes(operator);
  const right = effects.filter((effect) => (raises ? effect > 0 : effect < 0)).length;
  const { pValue } = rankSum(effects, evidence.nullEffects);
  const share = right / effects.length;
  const found = `${right} of the ${effects.length} known regulators that were ranked (p = ${chance(pValue)} against null genes)`;
  const where = raises ? 'towards the goal' : 'away from the goal';
  return share >= 0.7 && pValue < 0.05
    ? {
        id: 'known-direction',
        verdict: 'good',
        value: share,
        sentence: `The screen moves cells ${where} for ${found}.`,
      }
    : {
        id: 'known-direction',
        verdict: share < 0.5 ? 'bad' : 'caution',
        value: share,
        sentence: `The screen moves cells ${where} for only ${found}: it does not know this fate well. Rely on the method that leads, not on the effects.`,
      };
};

/** Housekeeping genes, as far as they were screened, should not stand out. */
export const housekeepingCheck: Check = (subject) => {
  const { evidence } = subject;
  const effects = effectsOf(subject, ({ symbol }) => HOUSEKEEPING.has(symbol.toUpperCase()));
  if (effects.length < FEWEST_CONTROLS || evidence.nullEffects.length === 0) return null;
  const { pValue } = rankSum(effects.map(Math.abs), evidence.nullEffects.map(Math.abs));
  return pValue < 0.05
    ? {
        id: 'housekeeping',
        verdict: 'caution',
        value: pValue,
        sentence: `${effects.length} housekeeping genes move cells otherwise than null genes do (p = ${chance(pValue)}): effects may follow how much a gene is expressed. Compare with the ranking by expression.`,
      }
    : {
        id: 'housekeeping',
        verdict: 'good',
        value: pValue,
        sentence: `${effects.length} housekeeping genes, which should drive no fate, do no more than null genes (p = ${chance(pValue)}).`,
      };
};

function effectsOf({ screen, evidence }: CheckSubject, wanted: (gene: { geneId: string; symbol: string }) => boolean) {
  return screen.plan.genes.flatMap((gene, row) =>
    wanted(gene) && !Number.isNaN(evidence.means[row]) ? [evidence.means[row]] : [],
  );
}
