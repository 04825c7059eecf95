import { RankingMethod, type RankedGene, type RankingConfig, type RankingReport } from '#shared/domain/ranking.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { compositeScore } from '#shared/ranking/composite.ts';
import { isOfModel, isUnread } from '#shared/ranking/unread.ts';
import { rankMoves } from '#screen/rank-moves.ts';
import type { ScreenGene, ScreenResult } from '#screen/types.ts';
import type { TokenSet } from '#singlecell/types.ts';
import { log2FoldChanges } from '#singlecell/baselines/ranking/scores.ts';
import type { GeneFacts } from '#singlecell/genes/facts/gene-facts.ts';
import { descendingRanks } from '#singlecell/statistics/ranks.ts';
import { rankingChecks } from './checks/index.ts';
import type { CellDepth } from './checks/subject.ts';
import { findGenes } from './chosen.ts';
import { competingStates } from './competing-states.ts';
import { computedCells } from './computed-cells.ts';
import { type ScreenEvidence, screenEvidence } from './evidence.ts';
import { geneEvidence } from './gene-evidence.ts';
import { goalMarkers } from './goal-markers.ts';
import { chooseLeader, type Support } from './leader.ts';
import { GOAL_GROUP, methodScores, type SimpleInput, START_GROUP } from './method-scores.ts';
import { disagreement, recallByChance, recallOf } from './recall.ts';
import { rankingWarnings } from './warnings.ts';
import { witnessesOf } from './witnesses.ts';

export interface RankingInput extends SimpleInput {
  screen: ScreenResult;
  /** The prepared cells of the screen; without them no move in rank is told. */
  tokens?: TokenSet;
  config: RankingConfig;
  /** Genes of the dataset, in the order of `expression`. */
  genes: readonly ScreenGene[];
  /** Test macro-F1 of the classifier and of its best baseline; null for a pretrained model. */
  classifier: Support['classifier'];
  /** Of each perturbed start cell, so that effects which follow sequencing depth are seen. */
  depth?: CellDepth | null;
  /** Aliases and previous symbols of known regulators. */
  resolve?: (name: string) => string | null;
  /** What the shipped tables know of genes; without it only the screen and the cells speak. */
  facts?: GeneFacts;
}

/**
 * Ranks the screened genes for one goal by every method and says which one leads.
 *
 * Known regulators measure the methods and choose the leading one; no score is made of them.
 * Throws: `not-found` for a goal or operator the screen has not run, or when no gene can be ranked.
 */
export function rankGenes(input: RankingInput): { genes: RankedGene[]; report: RankingReport } {
  const { screen, config, expression } = input;
  const { plan } = screen;
  const chosen = findGenes(config.chosenGenes, input.genes, input.resolve);
  const markers = new Set(goalMarkers(plan, input.genes, expression));
  const sizes = input.depth?.counts ?? null;
  const evidence = screenEvidence(screen, config.goal, config.operator, chosen, markers, sizes);
  if (evidence.genes.length === 0)
    throw new WorkbenchError(
      'not-found',
      `ranking: no gene is expressed by enough of the ${plan.cells.length} start cells to ${config.operator} it; choose another operator or screen more cells.`,
    );
  const known = knownRegulators(input);
  const rowOf = new Map(input.genes.map((gene, row) => [gene.id, row]));
  const rows = evidence.genes.map(({ gene }) => rowOf.get(gene.geneId) ?? -1);
  if (rows.includes(-1))
    throw new WorkbenchError(
      'conflict',
      'ranking: the dataset is not the one the screen was made from; choose that dataset.',
    );
  const tokenIds = evidence.genes.map(({ gene }) => gene.tokenId);
  const scores = methodScores(input, evidence, rows, input);
  const witnesses = witnessesOf(scores, evidence);
  scores.combined = Float64Array.from(witnesses, (points) => compositeScore(points, config.weights));
  const methods = RankingMethod.options.filter((method) => scores[method]);
  const ranks = {} as Record<RankingMethod, Int32Array>;
  for (const method of methods)
    // As the window breaks ties when it weighs the witnesses anew.
    ranks[method] = descendingRanks(
      isOfModel(method) ? withoutUnread(scores[method]!, evidence) : scores[method]!,
      method === 'combined' ? ranks['fold-change'] : tokenIds,
    );
  const isKnown = evidence.genes.map(({ gene }) => known.ids.has(gene.geneId));
  const recall =
    known.ids.size === 0 ? [] : methods.map((method) => recallOf(method, ranks[method], isKnown, known.ids.size));
  const nSignificant = evidence.genes.filter((gene) => gene.fdr < 0.05).length;
  const { splitHalf } = evidence;
  const { leader, leaderReason } = chooseLeader({
    nGenes: evidence.genes.length,
    recall,
    splitHalf,
    nSignificant,
    classifier: input.classifier,
    weights: config.weights,
    compare: (first, second, depth) => disagreement(ranks[first], ranks[second], isKnown, depth),
  });
  const beside = geneEvidence({
    screen,
    goal: config.goal,
    operator: config.operator,
    genes: input.genes,
    expression,
    startGroup: START_GROUP,
    goalGroup: GOAL_GROUP,
    ranked: evidence.genes.map(({ gene }) => gene.geneId),
    isKnown,
    facts: input.facts ?? null,
  });
  const moves = input.tokens ? rankMoves(plan, input.tokens, config.operator) : null;
  const elsewhere = competingStates(screen, config.goal, config.operator);
  const computed = computedCells(screen, config.goal, config.operator);
  const rowOfToken = new Map(plan.genes.map(({ tokenId }, row) => [tokenId, row]));
  const { nGenes, fractions } = expression;
  const foldChanges = log2FoldChanges(expression, START_GROUP, GOAL_GROUP);
  const named: readonly RankingMethod[] = ['model', 'fold-change', 'combined', 'expression'];
  const genes = evidence.genes.map(({ gene, z: _z, ...effect }, i): RankedGene => ({
    rank: ranks[leader][i],
    geneId: gene.geneId,
    symbol: gene.symbol,
    ...effect,
    ...computed(gene.tokenId, effect),
    ...elsewhere[rowOfToken.get(gene.tokenId)!],
    rankMove: moves?.[rowOfToken.get(gene.tokenId)!] ?? null,
    detections: gene.detections,
    isTranscriptionFactor: gene.isTranscriptionFactor,
    log2FoldChange: foldChanges[rows[i]],
    startFraction: fractions[START_GROUP * nGenes + rows[i]],
    goalFraction: fractions[GOAL_GROUP * nGenes + rows[i]],
    rankByModel: ranks.model[i],
    rankByFoldChange: ranks['fold-change'][i],
    rankByCombined: ranks.combined[i],
    rankByExpression: ranks.expression[i],
    baselineRanks: Object.fromEntries(
      methods.filter((method) => !named.includes(method)).map((method) => [method, ranks[method][i]]),
    ),
    isKnown: isKnown[i],
    witnesses: witnesses[i],
    evidence: beside.genes[i],
  }));
  const notRanked = [...plan.notRanked, ...evidence.notRanked];
  const checks = rankingChecks({
    screen,
    goal: config.goal,
    operator: config.operator,
    evidence,
    depth: input.depth ?? null,
    known: new Set(known.ids.keys()),
    markers,
  });
  return {
    genes: genes.sort((a, b) => a.rank - b.rank),
    report: {
      goal: config.goal,
      start: plan.config.start,
      operator: config.operator,
      weights: config.weights,
      leader,
      leaderReason,
      nGenes: genes.length,
      nSignificant,
      notRanked: notRanked.length,
      goalCellTypes: beside.goalCellTypes,
      recall,
      chance: known.ids.size === 0 ? [] : recallByChance(isKnown),
      splitHalf,
      checks,
      chosen: evidence.chosen,
      replicates: evidence.replicates,
      groups: [],
      warnings: [...rankingWarnings(plan, checks), ...known.warnings(genes)],
    },
  };
}

/** Scores by the model, with none for a gene it does not read: an effect of 0 that was not measured is no middle place. */
function withoutUnread(scores: Float64Array, { genes }: ScreenEvidence): Float64Array {
  return scores.map((score, i) => (isUnread(genes[i]) ? NaN : score));
}

/** Known regulators among the genes the screen was asked for; the rest is told in warnings. */
function knownRegulators({ config, genes, resolve, screen }: RankingInput) {
  const asked = new Set([
    ...screen.plan.genes.filter((gene) => gene.isCandidate).map((gene) => gene.geneId),
    ...screen.plan.notRanked.map((entry) => entry.gene),
  ]);
  const outside: string[] = [];
  const bySymbol = new Map(genes.map((gene) => [gene.symbol.toUpperCase(), gene]));
  const byId = new Map(genes.map((gene) => [gene.id.toUpperCase(), gene]));
  const ids = new Map<string, string>();
  const unmeasured: string[] = [];
  for (const name of config.knownRegulators.map((text) => text.trim()).filter((text) => text !== '')) {
    const key = name.toUpperCase();
    const gene = byId.get(key) ?? bySymbol.get(key) ?? byId.get(resolve?.(name)?.toUpperCase() ?? '');
    if (!gene) unmeasured.push(name);
    else if (asked.has(gene.id) || asked.has(gene.symbol)) ids.set(gene.id, gene.symbol);
    else outside.push(gene.symbol);
  }
  const warnings = (ranked: readonly RankedGene[]) => {
    const present = new Set(ranked.map((gene) => gene.geneId));
    const missed = [...ids].filter(([id]) => !present.has(id)).map(([, symbol]) => symbol);
    return [
      ...(unmeasured.length > 0 ? [`Known regulators not measured in this dataset: ${unmeasured.join(', ')}.`] : []),
      ...(outside.length > 0
        ? [`Known regulators outside the screened gene set, not counted: ${outside.join(', ')}.`]
        : []),
      ...(missed.length > 0
        ? [`Known regulators measured but not ranked, counted as missed by every method: ${missed.join(', ')}.`]
        : []),
    ];
  };
  return { ids, warnings };
}
