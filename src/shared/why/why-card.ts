import type { RankedGene, RankingReport } from '../domain/ranking.ts';
import { raisesGenes } from '../domain/screen.ts';
import { isUnread } from '#shared/ranking/unread.ts';
import type { WhyCard, WhyMessage, WhyValue } from './message.ts';
import { doubtsOf } from './doubts.ts';
import {
  type MethodRecall,
  count,
  decimal,
  effect,
  expressed,
  FDR_CUT,
  isBehind,
  percent,
  standsOut,
} from './reading.ts';

/** The parts of a report that sentences about a gene need. */
export type WhyReport = Pick<
  RankingReport,
  'goal' | 'start' | 'operator' | 'leader' | 'nGenes' | 'splitHalf' | 'goalCellTypes'
> & { recall: readonly MethodRecall[] };

const MOST_COCKTAILS = 3;

/**
 * Why a gene stands where it stands, in sentences a biologist can check, and when not to trust it.
 *
 * Note: never says that a gene stands out at an FDR of 5 % or more, and always says so where another method than the
 * screen orders the table or finds more known regulators.
 */
export function whyCard(gene: RankedGene, report: WhyReport): WhyCard {
  return {
    says: [...screenSays(gene, report), ...placeSays(gene, report), ...evidenceSays(gene, report)],
    doubts: doubtsOf(gene, report),
  };
}

function say(key: Extract<WhyMessage['key'], `says.${string}`>, values: Record<string, WhyValue>): WhyMessage {
  return { key, values };
}

/** Whether the gene leads to the goal more than elsewhere; null where that was not measured. */
export function leadsSays(
  { leads, competing }: Pick<RankedGene, 'leads' | 'competing'>,
  { goal }: Pick<WhyReport, 'goal'>,
): WhyMessage | null {
  return leads && { key: `leads.${leads}`, values: { goal, state: competing?.state ?? '' } };
}

/** What the model does with the gene. */
function screenSays(gene: RankedGene, { goal, operator, nGenes }: WhyReport): WhyMessage[] {
  const action: WhyValue = { action: operator, gene: gene.symbol };
  if (isUnread(gene)) return [say('says.still', { action })];
  const cells = count(gene.nCells);
  const moves = gene.evidence ? { towards: count(gene.evidence.nTowards), away: count(gene.evidence.nAway) } : null;
  const isUp = gene.effect > 0;
  const isClear = gene.effectLow > 0 || gene.effectHigh < 0;
  const found: WhyMessage[] = [];
  if (moves && !isClear)
    found.push(
      say('says.unclear', {
        action,
        goal,
        cells,
        ...moves,
        low: effect(gene.effectLow),
        high: effect(gene.effectHigh),
      }),
    );
  else if (moves) found.push(say(isUp ? 'says.towards' : 'says.away', { action, goal, cells, ...moves }));
  const share = isUp ? gene.nullPercentile : 100 - gene.nullPercentile;
  found.push(say(isUp ? 'says.nullTowards' : 'says.nullAway', { share: percent(share / 100) }));
  const fdr: WhyValue = { number: gene.fdr, as: 'chance' };
  found.push(
    standsOut(gene) ? say('says.standsOut', { fdr }) : say('says.withinChance', { fdr, genes: count(nGenes) }),
  );
  return found;
}

/** Where it stands in the table, and by the screen where that orders it otherwise. */
function leaderSays(gene: RankedGene, { leader, nGenes }: WhyReport): WhyMessage {
  const { symbol } = gene;
  const [rank, genes] = [count(gene.rank), count(nGenes)];
  const change = count(gene.rankByFoldChange);
  const method: WhyValue = { method: leader };
  if (leader === 'model')
    return isUnread(gene)
      ? say('says.leadsModelUnread', { gene: symbol, change })
      : say('says.leadsModel', { gene: symbol, rank, genes, change });
  return isUnread(gene)
    ? say('says.leadsOtherUnread', { method, gene: symbol, rank, genes })
    : say('says.leadsOther', { method, gene: symbol, rank, genes, model: count(gene.rankByModel) });
}

/** Where it stands by the screen and by simple methods. */
function placeSays(gene: RankedGene, report: WhyReport): WhyMessage[] {
  const { recall, operator, goal } = report;
  const model = count(gene.rankByModel);
  const change = count(gene.rankByFoldChange);
  const found = [leaderSays(gene, report)];
  const own = recall.find(({ method }) => method === 'model');
  const best = isBehind(report);
  if (own && best)
    found.push(
      say('says.recall', {
        known: count(own.known),
        method: { method: best.method },
        found: count(best.at50),
        model: count(own.at50),
      }),
    );
  if (!raisesGenes(operator)) found.push(say('says.silencing', { change, goal }));
  else if (isUnread(gene)) return found;
  else if (gene.effectHigh < 0) found.push(say('says.against', { change, model }));
  else if (gene.rankByFoldChange <= gene.rankByModel) found.push(say('says.nothingBeyond', { change, model }));
  else found.push(say(standsOut(gene) ? 'says.beyond' : 'says.beyondByChance', { change, model }));
  return found;
}

/** What stands beside the screen. */
function evidenceSays(gene: RankedGene, report: WhyReport): WhyMessage[] {
  const { goal } = report;
  const { evidence, competing } = gene;
  const found: WhyMessage[] = [expressed(gene, goal)];
  if (competing && gene.effect > 0 && competing.effect > 0 && competing.effect < gene.effect)
    found.push(
      say('says.competing', {
        state: competing.state,
        goal,
        other: effect(competing.effect),
        effect: effect(gene.effect),
      }),
    );
  if (gene.isKnown) found.push(say('says.known', { goal }));
  if (!evidence) return found;
  const { classes, regulon, cocktails, ortholog, novelty, dosage, druggableFamilies } = evidence;
  if (classes.length > 0) found.push(say('says.classes', { classes: { classes } }));
  if (regulon && regulon.pValue !== null && regulon.fdr !== null) {
    const isTold = regulon.fdr < FDR_CUT && regulon.activity !== 'unclear';
    const key = !isTold
      ? 'says.regulonUnclear'
      : regulon.activity === 'higher'
        ? 'says.regulonHigher'
        : 'says.regulonLower';
    found.push(
      say(key, {
        consistent: count(regulon.nConsistent),
        signed: count(regulon.nSigned),
        expected: decimal(regulon.expected),
        fdr: { number: regulon.fdr, as: 'chance' },
        goal,
      }),
    );
  }
  for (const one of cocktails.filter(({ ledTo }) => ledTo === 'goal').slice(0, MOST_COCKTAILS))
    found.push(
      say(one.action === 'raised' ? 'says.cocktail' : 'says.cocktailAway', {
        type: one.cellType,
        factors: one.raised.join(' + '),
        start: one.start,
        doi: one.doi,
      }),
    );
  if (novelty === 'unrecorded') found.push(say('says.unrecorded', { goal }));
  if (report.goalCellTypes.length === 0) found.push(say('says.unnamedGoal', { goal }));
  if (dosage?.asOf) found.push(say('says.haploinsufficient', { date: dosage.asOf }));
  if (druggableFamilies && druggableFamilies.length > 0)
    found.push(say('says.druggable', { families: { classes: druggableFamilies } }));
  if (ortholog?.symbol) found.push(say('says.ortholog', { symbol: ortholog.symbol }));
  return found;
}
