import type { GeneResponse, RespondingGene } from '#shared/domain/follow-up.ts';
import { hypergeometricSurvival } from '#singlecell/statistics/hypergeometric.ts';
import type { Vocabulary } from '#singlecell/types.ts';
import type { FollowUpPlan, ResponseSums } from './types.ts';

/** Genes shown of each perturbation. */
const SHOWN = 50;
/** A mean over fewer cells is luck. */
const FEWEST_CELLS = 3;
/** A gene has to be seen under this many other perturbations before it is known what it does under any. */
const FEWEST_OTHERS = 5;

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
 * response(g | X) = mean cosine distance of g's state; universal(g) = its mean over all other perturbations of the same
 * kind, null genes included. A strong perturbation moves everything more, so
 * specific(g | X) = response(g | X) − s(X) · universal(g), with s(X) the least-squares slope through 0 over all genes.
 * Source: universal responders: Ahlmann-Eltze et al. 2025, Nat Methods 22:1657 (the mean response as the bar to pass).
 */
export function responseResults(input: ResponseInput): GeneResponse[] {
  const { plan } = input;
  return plan.responses.flatMap(({ gene }, row) => (gene === null ? [] : (oneResponse(input, row, gene) ?? [])));
}

function oneResponse(input: ResponseInput, row: number, gene: number): GeneResponse | null {
  const { plan, sums, vocabulary } = input;
  const nTokens = vocabulary.tokens.length;
  const { kind } = plan.responses[row];
  const others = plan.responses.flatMap((other, i) => (i !== row && other.kind === kind ? [i] : []));
  const mean = (response: number, token: number) =>
    sums.counts[response * nTokens + token] < FEWEST_CELLS
      ? NaN
      : sums.sums[response * nTokens + token] / sums.counts[response * nTokens + token];
  const tokens: number[] = [];
  const own: number[] = [];
  const universal: number[] = [];
  for (let token = 0; token < nTokens; token++) {
    const response = mean(row, token);
    if (Number.isNaN(response)) continue;
    const [average, n] = meanOver(others, (other) => mean(other, token));
    if (n < FEWEST_OTHERS) continue;
    tokens.push(token);
    own.push(response);
    universal.push(average);
  }
  if (tokens.length === 0) return null;
  const strength = slope(own, universal);
  const nulls = others.filter((other) => plan.responses[other].gene === null);
  const nullSpecific = nulls.map((other) => specificOf(tokens, (token) => mean(other, token), universal));
  const geneId = plan.genes[gene].geneId;
  const targets = input.knownTargets(geneId);
  const all = tokens.map((token, i): RespondingGene => {
    const id = vocabulary.tokens[token];
    const specific = own[i] - strength * universal[i];
    const told = nullSpecific.map((values) => values[i]).filter((value) => !Number.isNaN(value));
    return {
      geneId: id,
      symbol: input.symbolOf(id),
      nCells: sums.counts[row * nTokens + token],
      response: own[i],
      universal: strength * universal[i],
      specific,
      nullPercentile: told.length === 0 ? null : (100 * told.filter((value) => value < specific).length) / told.length,
      isKnownTarget: targets.has(id),
    };
  });
  // Ties by id, so that the order never depends on the vocabulary.
  const order = [...all].sort((a, b) => b.specific - a.specific || (a.geneId < b.geneId ? -1 : 1));
  const shown = order.slice(0, SHOWN);
  return {
    gene: plan.genes[gene].symbol,
    kind,
    nCells: sums.nCells[row],
    strength,
    nGenes: all.length,
    genes: shown,
    knownTargets: knownAmong(all, shown),
  };
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

/** Response of a null perturbation beyond its own share of the universal one; NaN where it does not tell. */
function specificOf(
  tokens: readonly number[],
  response: (token: number) => number,
  universal: readonly number[],
): number[] {
  const values = tokens.map(response);
  const told = values.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
  const strength = slope(
    told.map((i) => values[i]),
    told.map((i) => universal[i]),
  );
  return values.map((value, i) => value - strength * universal[i]);
}

/** Least-squares slope through 0; 1 where there is nothing to scale by. */
function slope(y: readonly number[], x: readonly number[]): number {
  const xx = x.reduce((sum, value) => sum + value * value, 0);
  return xx > 0 ? y.reduce((sum, value, i) => sum + value * x[i], 0) / xx : 1;
}

function meanOver(rows: readonly number[], of: (row: number) => number): [mean: number, n: number] {
  let sum = 0;
  let n = 0;
  for (const row of rows) {
    const value = of(row);
    if (Number.isNaN(value)) continue;
    sum += value;
    n++;
  }
  return [n > 0 ? sum / n : NaN, n];
}
