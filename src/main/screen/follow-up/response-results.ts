import type { GeneResponse, RespondingGene } from '#shared/domain/follow-up.ts';
import { hypergeometricSurvival } from '#singlecell/statistics/hypergeometric.ts';
import { median } from '#singlecell/statistics/robust.ts';
import type { Vocabulary } from '#singlecell/types.ts';
import type { FollowUpPlan, ResponseSums } from './types.ts';

/** Genes shown of each perturbation. */
const SHOWN = 50;
/** A spread over fewer cells is luck. */
const FEWEST_CELLS = 3;
/** Least share of the cells in which a perturbation acts; else the table is led by genes seen in few cells that agree. */
const LEAST_SHARE = 0.25;

export interface ResponseInput {
  plan: FollowUpPlan;
  sums: ResponseSums;
  vocabulary: Vocabulary;
  symbolOf: (geneId: string) => string;
  /** Gene ids a gene is known to regulate. */
  knownTargets: (geneId: string) => ReadonlySet<string>;
}

/**
 * Genes that respond to each chosen gene beyond what they do under any perturbation.
 *
 * The mean of what is left of the distances over cells, in standard errors; to each of those the median one of the
 * perturbation is added, so that a gene seen in few cells that happen to agree does not lead the table.
 * Source: moderated score: Tusher, Tibshirani and Chu 2001, PNAS 98:5116; the mean response as the bar to pass:
 * Ahlmann-Eltze et al. 2025, Nat Methods 22:1657.
 */
export function responseResults(input: ResponseInput): {
  told: GeneResponse[];
  notTold: { kind: string; genes: string[]; reason: string }[];
} {
  const { plan, sums } = input;
  const told: GeneResponse[] = [];
  const notTold: { kind: string; genes: string[]; reason: string }[] = [];
  const scores = plan.responses.map((_, row) => scoresOf(sums, row));
  plan.responses.forEach(({ gene, kind }, row) => {
    if (gene === null) return;
    const result = oneResponse(input, row, gene, scores);
    if (result) told.push(result);
    else
      notTold.push({
        kind,
        genes: [plan.genes[gene].symbol],
        reason: `start cells in which it acts: ${sums.nActing[row]}; too few of them tell what is usual for other genes`,
      });
  });
  return { told, notTold };
}

function oneResponse(
  { plan, sums, vocabulary, symbolOf, knownTargets }: ResponseInput,
  row: number,
  gene: number,
  scores: readonly Float64Array[],
): GeneResponse | null {
  const { kind } = plan.responses[row];
  const nulls = plan.responses.flatMap((other, i) => (other.kind === kind && other.gene === null ? [i] : []));
  const targets = knownTargets(plan.genes[gene].geneId);
  const all: RespondingGene[] = [];
  sums.tokens.forEach((token, slot) => {
    const score = scores[row][slot];
    if (Number.isNaN(score)) return;
    const at = row * sums.tokens.length + slot;
    const n = sums.counts[at];
    const beside = nulls.map((other) => scores[other][slot]).filter((other) => !Number.isNaN(other));
    const geneId = vocabulary.tokens[token];
    all.push({
      geneId,
      symbol: symbolOf(geneId),
      nCells: n,
      response: sums.responses[at] / n,
      universal: sums.universals[at] / n,
      specific: (sums.responses[at] - sums.universals[at]) / n,
      score,
      nullPercentile:
        beside.length === 0 ? null : (100 * beside.filter((other) => other < score).length) / beside.length,
      isKnownTarget: targets.has(geneId),
    });
  });
  if (all.length === 0) return null;
  // Ties by id, so that the order never depends on the vocabulary.
  const order = [...all].sort((a, b) => b.score - a.score || (a.geneId < b.geneId ? -1 : 1));
  const shown = order.slice(0, SHOWN);
  const leads = nulls.map((other) => highest(scores[other])).filter((lead) => lead > -Infinity);
  return {
    gene: plan.genes[gene].symbol,
    kind,
    nCells: sums.nActing[row],
    strength: sums.strengths[row] / sums.nStrengths[row],
    nGenes: all.length,
    chance: { nAsHigh: leads.filter((lead) => lead >= shown[0].score).length, nNull: leads.length },
    genes: shown,
    knownTargets: knownAmong(all, shown),
  };
}

function highest(scores: Float64Array): number {
  return scores.reduce((most, score) => (score > most ? score : most), -Infinity);
}

/** Moderated score of each gene; NaN where too few cells tell. */
function scoresOf(sums: ResponseSums, row: number): Float64Array {
  const n = sums.tokens.length;
  const means = new Float64Array(n).fill(NaN);
  const errors = new Float64Array(n).fill(NaN);
  for (let slot = 0; slot < n; slot++) {
    const at = row * n + slot;
    const count = sums.counts[at];
    if (count < Math.max(FEWEST_CELLS, LEAST_SHARE * sums.nActing[row])) continue;
    means[slot] = (sums.responses[at] - sums.universals[at]) / count;
    const variance = Math.max(0, sums.squares[at] - count * means[slot] ** 2) / (count - 1);
    errors[slot] = Math.sqrt(variance / count);
  }
  const usual = median(errors.filter((error) => !Number.isNaN(error)));
  return means.map((mean, slot) => {
    const error = errors[slot] + usual;
    return Number.isNaN(mean) ? NaN : error > 0 ? mean / error : 0;
  });
}

function knownAmong(all: readonly RespondingGene[], shown: readonly RespondingGene[]): GeneResponse['knownTargets'] {
  const count = (genes: readonly RespondingGene[]) => genes.filter(({ isKnownTarget }) => isKnownTarget).length;
  const nKnown = count(all);
  if (nKnown === 0) return null;
  const nShown = count(shown);
  return {
    nKnown,
    nShown,
    expected: (nKnown * shown.length) / all.length,
    pValue: hypergeometricSurvival(nShown, all.length, nKnown, shown.length),
  };
}
