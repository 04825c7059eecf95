import type { RankedGene } from '../domain/ranking.ts';
import { raisesGenes } from '../domain/screen.ts';
import { isUnread } from '#shared/ranking/unread.ts';
import type { DoubtKey, WhyMessage, WhyValue } from './message.ts';
import { count, decimal, FDR_CUT, isBehind, percent, standsOut } from './reading.ts';
import type { WhyReport } from './why-card.ts';

/** Below these the number of cells, or their agreement, is no ground for a claim. */
const FEW_CELLS = 10;
const FEW_DETECTIONS = 50;
const MIXED_SHARE = 0.3;
const STABLE = 0.5;
/** Correlation with the counts of a cell below which a dependence does not matter. */
const FOLLOWS = 0.4;
/** Shares of cells in which a gene counts as off or on. */
const OFF = 0.05;
const ON = 0.8;

/** When not to trust what is said of a gene, the gravest first; never empty. */
export function doubtsOf(gene: RankedGene, report: WhyReport): WhyMessage[] {
  const found: WhyMessage[] = [];
  const doubt = (isSo: boolean | null | undefined, key: DoubtKey, values: Record<string, WhyValue> = {}) => {
    if (isSo) found.push({ key: `doubts.${key}`, values });
  };
  const { goal, operator, splitHalf, recall } = report;
  const { evidence, competing } = gene;
  const raises = raisesGenes(operator);
  const isUnreadGene = isUnread(gene);
  const behind = isBehind(report);
  const towards = gene.effect > 0;

  doubt(isUnreadGene, 'still', { gene: gene.symbol });
  doubt(!standsOut(gene), 'withinChance');
  doubt(gene.effectHigh < 0, 'away', { goal });
  doubt(!isUnreadGene && gene.effectLow <= 0 && gene.effectHigh >= 0, 'interval');
  doubt(competing && towards && competing.effect >= gene.effect, 'competing', {
    state: competing?.state ?? '',
    goal,
  });
  doubt(behind !== null, 'behind', { method: { method: behind?.method ?? 'fold-change' } });
  doubt(raises && !isUnreadGene && gene.effectHigh >= 0 && gene.rankByFoldChange <= gene.rankByModel, 'nothingBeyond');
  const {
    librarySizeCorrelation: depth = null,
    librarySizeFdr = null,
    cellsMoved = gene.nCells,
  } = gene.statistics ?? {};
  const followsDepth =
    depth !== null && librarySizeFdr !== null && librarySizeFdr < FDR_CUT && Math.abs(depth) > FOLLOWS;
  const unread = gene.nCells - cellsMoved;
  doubt(followsDepth, raises && unread > 0 ? 'librarySizeUnread' : 'librarySize', {
    r: decimal(depth ?? 0),
    unread: count(unread),
    cells: count(gene.nCells),
  });
  const { donorsAgree = null, nReplicates = null } = gene.statistics ?? {};
  doubt(donorsAgree !== null && nReplicates !== null && donorsAgree < nReplicates, 'donors', {
    n: count((nReplicates ?? 0) - (donorsAgree ?? 0)),
    donors: count(nReplicates ?? 0),
  });
  doubt(splitHalf !== null && splitHalf < STABLE, 'unstable', { r: decimal(splitHalf ?? 0) });
  doubt(splitHalf === null, 'unchecked');
  doubt(
    recall.every(({ known }) => known === 0),
    'unmeasured',
  );
  doubt(evidence && towards && evidence.nAway / Math.max(1, gene.nCells) >= MIXED_SHARE, 'disagree', {
    away: count(evidence?.nAway ?? 0),
    cells: count(gene.nCells),
    goal,
  });
  doubt(gene.nCells < FEW_CELLS, 'few', { cells: count(gene.nCells) });
  doubt(gene.detections < FEW_DETECTIONS, gene.detections === 1 ? 'rareOne' : 'rare', {
    cells: count(gene.detections),
  });
  doubt(gene.isForetold, 'foretold');
  doubt(raises && towards && gene.goalFraction < OFF, 'offInGoal', { share: percent(gene.goalFraction), goal });
  doubt(raises && gene.startFraction > ON, 'onInStart', { share: percent(gene.startFraction) });
  doubt(!raises && gene.startFraction < OFF, 'offInStart', { share: percent(gene.startFraction) });
  doubt(raises && towards && evidence?.regulon?.activity === 'lower', 'targets', { goal });
  const opposite = evidence?.cocktails.find(
    ({ ledTo, action }) => ledTo === 'goal' && (action === 'raised') !== raises,
  );
  doubt(towards && opposite !== undefined, 'opposite', { type: opposite?.cellType ?? '', doi: opposite?.doi ?? '' });
  doubt(evidence?.dosage?.isHaploinsufficient, raises ? 'dosageRaised' : 'dosageLost', { goal });
  doubt(raises && !gene.isTranscriptionFactor, 'noFactor', { goal });
  doubt(evidence === null, 'noEvidence');
  doubt(true, 'model');
  return found;
}
