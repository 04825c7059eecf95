import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import type { GeneEvidence } from '#shared/domain/gene-evidence.ts';
import { RankedGene, RankingMethod } from '#shared/domain/ranking.ts';
import { Operator } from '#shared/domain/screen.ts';
import { WHY_ENGLISH } from '#shared/why/english.ts';
import { englishText, type WhyMessage, whySentence } from '#shared/why/message.ts';
import { whyCard, type WhyReport } from '#shared/why/why-card.ts';
import { whyInWords } from '#ranking/why.ts';

const evidence: GeneEvidence = {
  classes: ['transcription-factor', 'zinc-finger'],
  family: 'GATA zinc finger',
  nTowards: 18,
  nAway: 6,
  nUnmoved: 0,
  regulon: null,
  ortholog: { kind: 'one-to-one', symbol: 'Gata1' },
  cocktails: [],
  novelty: 'unrecorded',
  dosage: { isHaploinsufficient: false, asOf: null },
  druggableFamilies: [],
};
const statistics: NonNullable<RankedGene['statistics']> = {
  cellsMoved: 24,
  isTested: true,
  countedPValue: 0.005,
  specificEffect: 0.01,
  donorPValue: 0.001,
  mixedEffect: 0.012,
  mixedPValue: 0.001,
  donorShare: 0.2,
  rankLow: 1,
  rankHigh: 6,
  topShare: 1,
  chosenFdr: null,
  nReplicates: 6,
  donorsAgree: 6,
  librarySizeCorrelation: null,
  librarySizeFdr: null,
};
const gene: RankedGene = RankedGene.parse({
  rank: 3,
  geneId: 'ENSG00000102145',
  symbol: 'GATA1',
  effect: 0.012,
  effectLow: 0.004,
  effectHigh: 0.02,
  pValue: 0.0001,
  fdr: 0.01,
  nullPercentile: 97,
  detections: 400,
  nCells: 24,
  isTranscriptionFactor: true,
  log2FoldChange: 2.5,
  startFraction: 0.2,
  goalFraction: 0.7,
  rankByModel: 3,
  rankByFoldChange: 11,
  rankByCombined: 4,
  rankByExpression: 200,
  baselineRanks: {},
  isKnown: false,
  evidence,
});
const report: WhyReport = {
  goal: 'Erythroid',
  start: 'CD34+',
  operator: 'over-express',
  leader: 'model',
  nGenes: 800,
  recall: [
    { method: 'model', known: 8, at10: 3, at50: 5 },
    { method: 'fold-change', known: 8, at10: 2, at50: 4 },
  ],
  splitHalf: 0.8,
  goalCellTypes: [{ name: 'erythroid lineage cell', id: 'CL:0000764' }],
};
const keys = (messages: readonly WhyMessage[]) => messages.map(({ key }) => key.split('.')[1]);
const card = (changed: Partial<RankedGene> = {}, other: Partial<WhyReport> = {}) => {
  const { says, doubts } = whyCard({ ...gene, ...changed }, { ...report, ...other });
  return { says: keys(says), doubts: keys(doubts) };
};

describe('why-card', () => {
  it('says in plain words what the model does, what chance does and where simple methods stand', () => {
    const { says, doubts } = whyInWords(gene, report);
    expect(says).toEqual([
      'Raising GATA1 moves the cells towards Erythroid, in 18 of 24 cells.',
      '97 % of the matched genes do less.',
      'It stands out from matched genes (FDR .010).',
      'The table follows the screen, which puts GATA1 at 3 of 800; plain fold change puts it at 11.',
      'The screen puts it higher than fold change does: 3 against 11.',
      'It is seen in 20 % of the start cells and in 70 % of the Erythroid cells (log2 fold change 2.5).',
      'Its kind: transcription factor, C2H2 zinc finger.',
      'No cocktail and no published target in the tables of this program links it to Erythroid. That is no proof that nobody has.',
      'In the other species its one-to-one ortholog is Gata1.',
    ]);
    expect(doubts).toEqual([WHY_ENGLISH.doubts.model]);
  });

  const regulon = { nKnown: 20, nMeasured: 12, nSigned: 10, nConsistent: 9, expected: 5, pValue: 0.01, targets: [] };
  const cocktail = {
    id: 'capellera-2016',
    cellType: 'erythroid lineage cell',
    cellTypeId: 'CL:0000764',
    start: 'fibroblast',
    species: 'mouse',
    raised: ['GATA1', 'TAL1', 'LMO2', 'MYC'],
    takenAway: [],
    action: 'raised' as const,
    doi: '10.1016/j.celrep.2016.05.027',
    ledTo: 'goal' as const,
  };
  const having = (changed: Partial<GeneEvidence>) => ({ evidence: { ...evidence, ...changed } });

  it.each<[string, Partial<RankedGene>, Partial<WhyReport>, { says?: string[]; doubts?: string[]; not?: string[] }]>([
    [
      'chance',
      { fdr: 0.3 },
      {},
      { says: ['withinChance', 'beyondByChance'], doubts: ['withinChance'], not: ['standsOut', 'beyond'] },
    ],
    ['the edge of the FDR', { fdr: 0.05 }, {}, { says: ['withinChance'], not: ['standsOut'] }],
    [
      'an interval that holds zero',
      { effectLow: -0.01 },
      {},
      { says: ['unclear'], doubts: ['interval'], not: ['towards'] },
    ],
    [
      'a move away',
      { effect: -0.01, effectLow: -0.02, effectHigh: -0.001, nullPercentile: 2 },
      {},
      { says: ['away', 'nullAway', 'against'], doubts: ['away'], not: ['nothingBeyond', 'beyond'] },
    ],
    [
      'a gene the model did not read',
      { effect: 0, effectLow: 0, effectHigh: 0 },
      {},
      { says: ['still', 'leadsModelUnread'], doubts: ['still'], not: ['towards', 'standsOut', 'beyond', 'leadsModel'] },
    ],
    [
      'a gene the model did not read, in a table by another method',
      { effect: 0, effectLow: 0, effectHigh: 0 },
      { leader: 'fold-change' },
      { says: ['leadsOtherUnread'], not: ['leadsOther', 'leadsModelUnread'] },
    ],
    [
      'a shift that follows counts, and donors that disagree',
      { statistics: { ...statistics, librarySizeCorrelation: -0.7, librarySizeFdr: 0.001, donorsAgree: 4 } },
      {},
      { doubts: ['librarySize', 'donors'] },
    ],
    [
      'a shift that follows counts of a gene that some cells do not read',
      { statistics: { ...statistics, cellsMoved: 20, librarySizeCorrelation: -0.7, librarySizeFdr: 0.001 } },
      {},
      { doubts: ['librarySizeUnread'], not: ['librarySize'] },
    ],
    [
      'the same of a gene that is taken away, which has no dose',
      { statistics: { ...statistics, cellsMoved: 20, librarySizeCorrelation: -0.7, librarySizeFdr: 0.001 } },
      { operator: 'mask' },
      { doubts: ['librarySize'], not: ['librarySizeUnread'] },
    ],
    [
      'a shift that may follow counts by chance, and donors that agree',
      { statistics: { ...statistics, librarySizeCorrelation: -0.7, librarySizeFdr: 0.2, donorsAgree: 6 } },
      {},
      { not: ['librarySize', 'donors'] },
    ],
    [
      'nothing beyond fold change',
      { rankByFoldChange: 2 },
      {},
      { says: ['nothingBeyond'], doubts: ['nothingBeyond'], not: ['beyond'] },
    ],
    [
      'silencing',
      { startFraction: 0.01 },
      { operator: 'mask' },
      { says: ['silencing'], doubts: ['offInStart'], not: ['beyond', 'nothingBeyond'] },
    ],
    ['another leader', {}, { leader: 'combined' }, { says: ['leadsOther'], not: ['leadsModel'] }],
    [
      'a baseline that finds more',
      {},
      {
        leader: 'fold-change',
        recall: [
          { method: 'model', known: 8, at10: 0, at50: 1 },
          { method: 'fold-change', known: 8, at10: 4, at50: 6 },
        ],
      },
      { says: ['recall', 'leadsOther'], doubts: ['behind'] },
    ],
    ['no known regulators', {}, { recall: [] }, { doubts: ['unmeasured'] }],
    ['instability', {}, { splitHalf: 0.2 }, { doubts: ['unstable'] }],
    ['too few cells to halve', {}, { splitHalf: null }, { doubts: ['unchecked'] }],
    [
      'few cells, rarely read, foretold',
      { nCells: 5, detections: 12, isForetold: true },
      {},
      { doubts: ['few', 'rare', 'foretold'] },
    ],
    [
      'a state that it leads to as much',
      { competing: { state: 'Megakaryocyte', effect: 0.02 } },
      {},
      { doubts: ['competing'] },
    ],
    [
      'a state that it leads to less',
      { competing: { state: 'Megakaryocyte', effect: 0.001 } },
      {},
      { says: ['competing'] },
    ],
    ['cells that disagree', having({ nTowards: 12, nAway: 12 }), {}, { doubts: ['disagree'] }],
    ['a gene that is off in the goal', { goalFraction: 0.01 }, {}, { doubts: ['offInGoal'] }],
    ['a gene that is on in the start', { startFraction: 0.95 }, {}, { doubts: ['onInStart'] }],
    ['a marker', { isTranscriptionFactor: false }, {}, { doubts: ['noFactor'] }],
    [
      'targets that agree',
      having({ regulon: { ...regulon, fdr: 0.02, activity: 'higher' } }),
      {},
      { says: ['regulonHigher'] },
    ],
    [
      'targets that disagree',
      having({ regulon: { ...regulon, fdr: 0.02, activity: 'lower' } }),
      {},
      { says: ['regulonLower'], doubts: ['targets'] },
    ],
    [
      'targets that do not tell',
      having({ regulon: { ...regulon, fdr: 0.4, activity: 'unclear' } }),
      {},
      { says: ['regulonUnclear'] },
    ],
    [
      'a cocktail',
      having({ cocktails: [cocktail], novelty: 'cocktail' }),
      {},
      { says: ['cocktail'], not: ['unrecorded'] },
    ],
    [
      'a cocktail that did the opposite',
      having({ cocktails: [{ ...cocktail, action: 'taken-away' }] }),
      {},
      { says: ['cocktailAway'], doubts: ['opposite'] },
    ],
    [
      'a gene that cells cannot lose a copy of, taken away',
      having({ dosage: { isHaploinsufficient: true, asOf: '2026-04-25' } }),
      { operator: 'mask' },
      { says: ['haploinsufficient'], doubts: ['dosageLost'] },
    ],
    [
      'a gene that cells cannot lose a copy of, raised',
      having({ dosage: { isHaploinsufficient: true, asOf: '2026-04-25' } }),
      {},
      { says: ['haploinsufficient'], doubts: ['dosageRaised'] },
    ],
    [
      'a gene that no list has',
      having({ dosage: { isHaploinsufficient: false, asOf: null }, druggableFamilies: [] }),
      {},
      { not: ['haploinsufficient', 'druggable'] },
    ],
    ['a druggable family', having({ druggableFamilies: ['nuclear-receptor'] }), {}, { says: ['druggable'] }],
    [
      'the published way of raising a gene, which is no silencing',
      { startFraction: 0.01 },
      { operator: 'published-over-express' },
      { says: ['beyond'], not: ['silencing'] },
    ],
    ['a goal without a name', {}, { goalCellTypes: [] }, { says: ['unnamedGoal'] }],
    ['a ranking of an older version', { evidence: null }, {}, { doubts: ['noEvidence'] }],
  ])('tells of %s', (_, changed, other, { says = [], doubts = [], not = [] }) => {
    const told = card(changed, other);
    expect(told.says).toEqual(expect.arrayContaining(says));
    expect(told.doubts).toEqual(expect.arrayContaining(doubts));
    for (const key of not) expect(told.says).not.toContain(key);
  });
});

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const rank = fc.integer({ min: 1, max: 800 });
const anyGene = fc
  .record({
    effect: number(-0.1, 0.1),
    half: number(0, 0.1),
    fdr: fc.oneof(number(0, 0.06), number(0, 1)),
    nullPercentile: number(0, 100),
    nCells: fc.integer({ min: 3, max: 100 }),
    rank,
    rankByModel: rank,
    rankByFoldChange: rank,
    startFraction: number(0, 1),
    goalFraction: number(0, 1),
    isForetold: fc.boolean(),
    hasEvidence: fc.boolean(),
  })
  .map(({ half, hasEvidence, ...one }): RankedGene => ({
    ...gene,
    ...one,
    effectLow: one.effect - half,
    effectHigh: one.effect + half,
    evidence: hasEvidence ? evidence : null,
  }));
const anyReport = fc
  .record({
    operator: fc.constantFrom(...Operator.options),
    leader: fc.constantFrom(...RankingMethod.options.filter((method) => method !== 'random')),
    splitHalf: fc.option(number(-1, 1)),
    recall: fc.array(
      fc.record({
        method: fc.constantFrom(...RankingMethod.options),
        known: fc.constant(9),
        at10: fc.integer({ min: 0, max: 9 }),
        at50: fc.integer({ min: 0, max: 9 }),
      }),
      { maxLength: 6 },
    ),
  })
  .map((one): WhyReport => ({
    ...report,
    ...one,
    recall: one.recall.filter((row, i, all) => all.findIndex(({ method }) => method === row.method) === i),
  }));

describe('whatever the numbers, a why-card', () => {
  it('never claims that a gene stands out at an FDR of 5 % or more', () => {
    fc.assert(
      fc.property(anyGene, anyReport, (one, about) => {
        const { says, doubts } = whyCard(one, about);
        if (one.fdr >= 0.05) {
          expect(keys(says)).not.toContain('standsOut');
          expect(keys(says)).not.toContain('beyond');
          expect(keys(doubts)).toContain('withinChance');
        }
        expect(
          keys(says).filter((key) => key === 'standsOut' || key === 'withinChance' || key === 'still'),
        ).toHaveLength(1);
      }),
    );
  });

  it('never omits that another method leads or finds more known regulators', () => {
    fc.assert(
      fc.property(anyGene, anyReport, (one, about) => {
        const { says, doubts } = whyCard(one, about);
        expect(keys(says)).toContain(about.leader === 'model' ? 'leadsModel' : 'leadsOther');
        const own = about.recall.find(({ method }) => method === 'model');
        const wins = own && about.recall.some(({ method, at50 }) => method !== 'random' && at50 > own.at50);
        expect(keys(says).includes('recall')).toBe(wins === true);
        expect(keys(doubts).includes('behind')).toBe(wins === true);
      }),
    );
  });

  it('ends with what a model cannot know, and leaves no gap in a sentence', () => {
    fc.assert(
      fc.property(anyGene, anyReport, (one, about) => {
        const { says, doubts } = whyInWords(one, about);
        expect(doubts.at(-1)).toBe(WHY_ENGLISH.doubts.model);
        for (const sentence of [...says, ...doubts]) expect(sentence).toMatch(/^[A-Z0-9−+<][^{}]*[.)]$/);
        for (const sentence of says) expect(sentence).not.toMatch(/\b(actions|classes|says)\.\w/);
        expect(new Set([...says, ...doubts]).size).toBe(says.length + doubts.length);
      }),
    );
  });
});

describe('texts of the why-card', () => {
  it('promise nothing', () => {
    const texts = Object.values(WHY_ENGLISH).flatMap((group) => Object.values(group) as string[]);
    expect(
      texts.filter((text) => /signific|prove[sn]|strong|excellent|novel|powerful|best candidate/i.test(text)),
    ).toEqual([]);
  });

  it('are found by their key, and a gap without a value stays visible', () => {
    expect(englishText('says.nowhere')).toBe('says.nowhere');
    const words = { text: englishText, number: String, method: String };
    expect(whySentence({ key: 'doubts.noFactor', values: {} }, words)).toContain('{goal}');
  });
});
