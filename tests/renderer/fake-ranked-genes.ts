import type { RankedGene } from '#shared/domain/ranking.ts';

export { stages } from './fake-stages.ts';
export { fakeChecks } from './fake-checks.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { fakeEvidence } from './fake-gene-evidence.ts';

export const KNOWN = ['Neurog3', 'Pdx1', 'Nkx6-1', 'Neurod1', 'Mafa', 'Pax4', 'Nkx2-2', 'Isl1', 'Rfx6', 'Insm1'];
const OTHERS = [
  'Fev',
  'Myt1',
  'Pax6',
  'Mafb',
  'Hes1',
  'Sox9',
  'Onecut1',
  'Hnf1b',
  'Foxa2',
  'Gata6',
  'Tox3',
  'Etv1',
  'Cdx2',
];

const points = (rank: number) => Math.log2(742 / rank);

/** 742 factors; the known ones lie mostly, not all, near the top. */
export const rankedGenes: RankedGene[] = (() => {
  const random = new CounterRandom(11, 'ranking');
  const symbols = [...KNOWN, ...OTHERS];
  for (let i = symbols.length; i < 742; i++) symbols.push(`${['Zfp', 'Hox', 'Klf', 'Sox', 'Tbx', 'E2f'][i % 6]}${i}`);
  const genes = symbols.map((symbol, index) => {
    // Of the made-up ones every sixth stands below the genes the model reads.
    const isUnread = index > 60 && index % 6 === 0;
    const isKnown = KNOWN.includes(symbol);
    const effect = isUnread
      ? 0
      : 0.004 * random.normal(index) + (isKnown ? 0.014 : OTHERS.includes(symbol) ? 0.006 : 0);
    const half = isUnread ? 0 : 0.002 + 0.002 * random.uniform(index + 9000);
    const pValue = Math.min(1, Math.exp(-Math.max(0, effect) * 900) * (0.2 + random.uniform(index + 500)));
    const foldChange = 60 * effect + 0.8 * random.normal(index + 4000);
    return { symbol, effect, half, pValue, foldChange, isKnown, isUnread, random: random.uniform(index + 7000) };
  });
  const order = (score: (gene: (typeof genes)[number]) => number) => {
    const sorted = [...genes].sort((a, b) => score(b) - score(a));
    return new Map(sorted.map((gene, index) => [gene.symbol, index + 1]));
  };
  const byModel = order((gene) => (gene.isUnread ? -1 : gene.effect));
  const byChange = order((gene) => gene.foldChange);
  const byExpression = order((gene) => gene.random);
  const byBoth = order((gene) => -(byModel.get(gene.symbol) ?? 0) - (byChange.get(gene.symbol) ?? 0));
  const rankOf = (map: Map<string, number>, symbol: string) => map.get(symbol) ?? 0;
  return genes
    .map((gene, index) => ({
      rank: rankOf(byBoth, gene.symbol),
      geneId: `ENSMUSG${String(10_000 + index).padStart(11, '0')}`,
      symbol: gene.symbol,
      effect: gene.effect,
      effectLow: gene.effect - gene.half,
      effectHigh: gene.effect + gene.half,
      awayFromStart: 0.8 * gene.effect,
      competing: { state: 'Alpha', effect: 0.6 * gene.effect },
      leads: gene.effect > 0 ? ('more' as const) : ('nowhere' as const),
      stateReading: '',
      rankMove: { nGenes: 256, nCells: 24, nBefore: 9, before: 143, nApplied: 24, nAfter: 24, after: 21 },
      pValue: gene.pValue,
      fdr: Math.min(1, (gene.pValue * 742) / rankOf(byModel, gene.symbol)),
      nullPercentile: Math.max(0, Math.min(100, 50 + gene.effect * 3000)),
      detections: 20 + Math.round(gene.random * 1500),
      nCells: 24,
      isForetold: index % 9 === 4,
      exactCells: index % 9 === 4 ? 0 : 8,
      statistics: {
        cellsMoved: gene.isUnread ? 0 : 24 - (index % 7),
        isTested: !gene.isUnread,
        countedPValue: Math.min(1, (1 + Math.round(200 * gene.pValue)) / 201),
        specificEffect: 0.7 * gene.effect,
        donorPValue: Math.min(1, 1.4 * gene.pValue),
        mixedEffect: 0.97 * gene.effect,
        mixedPValue: Math.min(1, 1.6 * gene.pValue),
        donorShare: 0.1 + 0.3 * gene.random,
        rankLow: Math.max(1, Math.round(rankOf(byModel, gene.symbol) * 0.6)),
        rankHigh: Math.min(742, Math.round(rankOf(byModel, gene.symbol) * 1.7) + 8),
        topShare: Math.max(0, 1 - rankOf(byModel, gene.symbol) / 90),
        chosenFdr: null,
        nReplicates: 6,
        donorsAgree: 3 + (index % 4),
        librarySizeCorrelation: 0.5 - gene.random,
        librarySizeFdr: 0.4 + 0.5 * gene.random,
      },
      evidence: fakeEvidence(gene.symbol, index, Math.max(0.1, Math.min(1, 0.5 + gene.effect * 40))),
      isTranscriptionFactor: true,
      log2FoldChange: gene.foldChange,
      startFraction: gene.random * 0.5,
      goalFraction: Math.min(1, gene.random * 0.5 + Math.max(0, gene.foldChange) * 0.1),
      rankByModel: rankOf(byModel, gene.symbol),
      rankByFoldChange: rankOf(byChange, gene.symbol),
      rankByCombined: rankOf(byBoth, gene.symbol),
      rankByExpression: rankOf(byExpression, gene.symbol),
      baselineRanks: { 'detection-difference': rankOf(byChange, gene.symbol), 'co-expression-projection': 371 },
      isKnown: gene.isKnown,
      witnesses: {
        model: points(rankOf(byModel, gene.symbol)),
        'specific-fold-change': points(rankOf(byChange, gene.symbol)),
        'detection-difference': points(rankOf(byBoth, gene.symbol)),
        'fold-change': points(rankOf(byChange, gene.symbol)),
        'target-shift': points(rankOf(byExpression, gene.symbol)),
      },
    }))
    .sort((a, b) => a.rank - b.rank);
})();
