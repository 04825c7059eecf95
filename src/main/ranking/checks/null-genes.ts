import { insertsGenes } from '#shared/domain/screen.ts';
import { rankSum } from '#singlecell/statistics/rank-tests.ts';
import { spearman } from '#singlecell/statistics/ranks.ts';
import { hundredths } from '../report/numbers.ts';
import type { Check } from './subject.ts';
import { chance, percent } from './subject.ts';

const FEW_NULL_GENES = 50;
const FOLLOWS = 0.7;

export const nullGenesCheck: Check = ({ evidence: { nNull } }) =>
  nNull < FEW_NULL_GENES
    ? {
        id: 'null-genes',
        verdict: nNull < 3 ? 'bad' : 'caution',
        value: nNull,
        sentence: `Only ${nNull} null genes could be measured; p-values are coarse. Screen more start cells, ask for more null genes, or use an operator that acts on cells without the gene.`,
      }
    : {
        id: 'null-genes',
        verdict: 'good',
        value: nNull,
        sentence: `Every gene is compared with ${nNull} random genes that are expressed alike and move about as many cells.`,
      };

/** Whether any gene stands out, and what to do where none does. */
export const significanceCheck: Check = ({ evidence: { genes, chosen } }) => {
  const tested = genes.filter(({ statistics }) => statistics.isTested).length;
  const n = genes.filter(({ fdr }) => fdr < 0.05).length;
  const own = chosen
    ? ` Of the ${chosen.nTested} genes chosen in advance ${chosen.nSignificant} ${chosen.nSignificant === 1 ? 'does' : 'do'}.`
    : '';
  if (n > 0)
    return {
      id: 'significance',
      verdict: 'good',
      value: n,
      sentence: `${n} of ${tested} tested genes move cells farther than random genes do, at a false discovery rate of 5 %.${own}`,
    };
  return {
    id: 'significance',
    verdict: 'caution',
    value: 0,
    sentence: `No gene stands out from random genes among ${tested} tests at a false discovery rate of 5 %: random genes move cells too.${own} Take the order as a shortlist for the bench, not as proof${
      chosen ? '' : '; a short list of genes chosen in advance is tested by itself and needs less'
    }.`,
  };
};

/** The candidates as a group beside null genes: rank-sum test of how far they move cells. */
export const groupCheck: Check = ({ evidence: { genes, nullEffects } }) => {
  if (genes.length < 10 || nullEffects.length < FEW_NULL_GENES) return null;
  // Every gene a candidate: the null genes are among them, and the comparison is empty.
  if (genes.filter(({ gene }) => gene.isNull).length > genes.length / 20) return null;
  const { u, pValue } = rankSum(
    genes.map(({ effect }) => Math.abs(effect)),
    nullEffects.map(Math.abs),
  );
  const farther = u / (genes.length * nullEffects.length);
  const found = `a candidate moves cells farther than a random gene in ${percent(farther)} of pairs (rank-sum p = ${chance(pValue)})`;
  return pValue < 0.05 && farther > 0.5
    ? {
        id: 'candidates',
        verdict: 'good',
        value: farther,
        sentence: `As a group the candidates do more than random genes: ${found}.`,
      }
    : {
        id: 'candidates',
        verdict: 'caution',
        value: farther,
        sentence: `As a group the candidates do no more than random genes: ${found}. That a gene is among them says nothing by itself; look at single genes.`,
      };
};

/** The genes chosen in advance as a group beside null genes, by ranks and by relabelling of means. */
export const chosenCheck: Check = ({ evidence: { chosen } }) => {
  if (!chosen || chosen.nTested < 2) return null;
  const { nTested, nSignificant, rankSumPValue, permutationPValue } = chosen;
  const found = `rank-sum p = ${chance(rankSumPValue)}, permutation of means p = ${chance(permutationPValue)}`;
  const own = `${nSignificant} of them ${nSignificant === 1 ? 'passes' : 'pass'} an FDR of 5 % of their own list.`;
  const value = Math.max(rankSumPValue, permutationPValue);
  return value < 0.05
    ? {
        id: 'chosen',
        verdict: 'good',
        value,
        sentence: `As a group the ${nTested} genes chosen in advance move cells otherwise than random genes do (${found}). ${own}`,
      }
    : {
        id: 'chosen',
        verdict: 'caution',
        value,
        sentence: `As a group the ${nTested} genes chosen in advance move cells no otherwise than random genes do (${found}). ${own}`,
      };
};

/** A raised gene whose rank still lies beyond the model's length is not read, so its effect is 0 by construction. */
export const reachCheck: Check = ({ evidence: { genes }, operator }) => {
  if (!insertsGenes(operator)) return null;
  const unmoved = genes.filter(({ statistics }) => statistics.cellsMoved === 0).length;
  if (unmoved === genes.length) return null;
  const value = unmoved / genes.length;
  return unmoved === 0
    ? {
        id: 'reach',
        verdict: 'good',
        value,
        sentence: 'Every raised gene is read by the model in some start cell.',
      }
    : {
        id: 'reach',
        verdict: 'caution',
        value,
        sentence: `${unmoved} of ${genes.length} genes change no start cell even when raised: at this dose they rank below the genes the model reads, so their effect of 0 says nothing and they are not tested. The dose by depth, a higher dose or a model that reads more genes reaches them.`,
      };
};

export const detectionCheck: Check = ({ evidence: { genes } }) => {
  const follows = spearman(
    genes.map(({ effect }) => effect),
    genes.map(({ gene }) => gene.detections),
  );
  if (follows === null || Math.abs(follows) <= FOLLOWS) return null;
  return {
    id: 'detections',
    verdict: 'caution',
    value: follows,
    sentence: `Effects follow how often a gene is detected (Spearman ${hundredths(follows)}); they may say little beyond that. Compare with the ranking by expression.`,
  };
};
