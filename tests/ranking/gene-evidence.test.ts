import { beforeAll, describe, expect, it } from 'vitest';
import type { GeneEvidence } from '#shared/domain/gene-evidence.ts';
import { RankedGene } from '#shared/domain/ranking.ts';
import { regulonSupport } from '#ranking/regulon-support.ts';
import type { ScreenResult } from '#screen/types.ts';
import { groupExpression } from '#singlecell/baselines/ranking/group-expression.ts';
import { CellTypes } from '#singlecell/genes/facts/cell-types.ts';
import type { GeneFacts } from '#singlecell/genes/facts/gene-facts.ts';
import type { Regulons } from '#singlecell/genes/facts/regulons.ts';
import { counts, makeRanking, makeScreen, world } from './make-ranking.ts';

const target = (geneId: string, mode: 'activates' | 'represses' | 'unknown', pubmed = ['1']) => ({
  geneId,
  symbol: geneId,
  mode,
  pubmed,
});
/** 40 targets of some factor, half of them up. */
const changes = new Map(
  Array.from({ length: 40 }, (_, i) => [
    `G${i}`,
    { log2FoldChange: i < 20 ? 1 + i / 100 : -1 - i / 100, startFraction: 0.5, goalFraction: 0.5 },
  ]),
);
const others: [string, ReturnType<typeof target>[]] = ['OTHER', [...changes.keys()].map((id) => target(id, 'unknown'))];

describe('regulon support', () => {
  const support = (targets: ReturnType<typeof target>[], more: Partial<Record<string, object>> = {}) =>
    regulonSupport(
      ['F', 'OTHER', 'NONE'],
      new Map([others, ['F', targets]]) as Regulons,
      new Map([...changes, ...(Object.entries(more) as [string, never][])]),
      new Set(['G3']),
    );

  it('says that a factor is more active where activated targets rise and repressed ones fall', () => {
    const up = Array.from({ length: 8 }, (_, i) => target(`G${i}`, 'activates'));
    const down = Array.from({ length: 4 }, (_, i) => target(`G${30 + i}`, 'represses'));
    const [told, unsigned, none] = support([...up, ...down]);
    expect(told).toMatchObject({ nKnown: 12, nMeasured: 12, nSigned: 12, nConsistent: 12, expected: 6 });
    expect(told).toMatchObject({ activity: 'higher' });
    expect(told!.fdr).toBeLessThan(0.001);
    expect(told!.targets[0].symbol).toBe('G33');
    expect(told!.targets.find(({ symbol }) => symbol === 'G3')?.isMarker).toBe(true);
    expect(unsigned).toMatchObject({ nSigned: 0, pValue: null, fdr: null, activity: 'unclear' });
    expect(none).toBeNull();
  });

  it('says that it is less active where all signs are turned round', () => {
    const [told] = support(Array.from({ length: 8 }, (_, i) => target(`G${i}`, 'represses')));
    expect(told).toMatchObject({ nConsistent: 0, activity: 'lower' });
  });

  it('says nothing where half of them do, or where there are two', () => {
    const half = ['G0', 'G1', 'G2', 'G37', 'G38', 'G39'].map((id) => target(id, 'activates'));
    expect(support(half)[0]).toMatchObject({ nConsistent: 3, expected: 3, pValue: 1, activity: 'unclear' });
    expect(support(half.slice(0, 2))[0]).toMatchObject({ nSigned: 2, pValue: null });
  });

  it('counts neither the factor itself nor targets that no cell of either state shows', () => {
    const rare = { log2FoldChange: 5, startFraction: 0, goalFraction: 0.01 };
    const [told] = support([target('F', 'activates'), target('RARE', 'activates'), target('G0', 'activates')], {
      F: { log2FoldChange: 3, startFraction: 1, goalFraction: 1 },
      RARE: rare,
    });
    expect(told).toMatchObject({ nKnown: 3, nMeasured: 1, nSigned: 1 });
  });
});

describe('evidence beside a ranking', () => {
  let screen: ScreenResult;
  beforeAll(async () => {
    screen = await makeScreen();
  });
  const [driver, second, third] = world.genes;
  const facts: GeneFacts = {
    classesOf: (id) => (id === driver.id ? ['transcription-factor', 'homeobox'] : []),
    familyOf: () => null,
    orthologOf: () => ({ kind: 'none', symbol: null }),
    dosageOf: (id) => (id === driver.id ? { isHaploinsufficient: true, asOf: '2026-04-25' } : null),
    druggableFamiliesOf: (id) => (id === driver.id ? ['kinase'] : []),
    regulons: new Map(),
    cocktails: [
      cocktail('to-relative', 'macrophage', [driver.id, second.id]),
      cocktail('to-goal', 'monocyte', [driver.id]),
      cocktail('elsewhere', 'neuron', [second.id, third.id]),
    ],
    cellTypes: new CellTypes([
      { key: 'monocyte', id: 'CL:0000576', name: 'monocyte', lineage: 'myeloid', synonyms: [] },
      { key: 'macrophage', id: null, name: 'macrophage', lineage: 'myeloid', synonyms: [] },
      { key: 'neuron', id: null, name: 'neuron', lineage: 'neuron', synonyms: [] },
    ]),
  };
  function cocktail(id: string, goal: string, ids: string[]) {
    const plain = { id, goal, start: 'fibroblast', species: 'mouse', takenAway: [], doi: '10.1/x' };
    return { ...plain, raised: ids, raisedIds: ids, takenAwayIds: [] };
  }

  it('counts the cells that move, also without the tables, and stands by the schema', async () => {
    const { genes, report } = await makeRanking({}, { screen });
    const first = genes[0];
    expect(first.evidence).toMatchObject({ nTowards: 12, nAway: 0, nUnmoved: 0, regulon: null, cocktails: [] });
    for (const { evidence, nCells } of genes)
      expect(evidence!.nTowards + evidence!.nAway + evidence!.nUnmoved).toBe(nCells);
    expect(report.goalCellTypes).toEqual([]);
  });

  it('finds cocktails to the goal first, then to its relatives', async () => {
    const { genes, report } = await makeRanking({}, { screen, facts });
    const of = (id: string) => genes.find(({ geneId }) => geneId === id)!.evidence!;
    expect(report.goalCellTypes).toEqual([{ name: 'monocyte', id: 'CL:0000576' }]);
    expect(of(driver.id).cocktails.map(({ id, ledTo }) => [id, ledTo])).toEqual([
      ['to-goal', 'goal'],
      ['to-relative', 'relative'],
    ]);
    expect(of(driver.id)).toMatchObject({ novelty: 'cocktail', classes: ['transcription-factor', 'homeobox'] });
    expect(of(second.id).novelty).toBe('unrecorded');
    const told = ({ dosage, druggableFamilies }: GeneEvidence) => ({ dosage, druggableFamilies });
    const listed = { isHaploinsufficient: true, asOf: '2026-04-25' };
    expect(told(of(driver.id))).toEqual({ dosage: listed, druggableFamilies: ['kinase'] });
    expect(told(of(second.id))).toEqual({ dosage: null, druggableFamilies: [] });
  });

  it('never changes an order, not even where targets speak clearly', async () => {
    // Targets of every other gene rise, of those between them they fall: an opinion only the tables could have.
    const targetsOf = (i: number) => [0, 0, 0].map(() => target(driver.id, i % 2 ? 'activates' : 'represses'));
    const regulons: Regulons = new Map(world.genes.slice(1).map(({ id }, i) => [id, targetsOf(i)]));
    const withFacts = await makeRanking({}, { screen, facts: { ...facts, regulons } });
    const opinions = withFacts.genes.map(({ witnesses }) => witnesses['target-shift']);
    expect(Math.max(...opinions) - Math.min(...opinions)).toBeGreaterThan(0.5);
    // The shift of targets is told beside the order; all else of a gene is as without the tables.
    const rest = (ranking: typeof withFacts) =>
      ranking.genes.map(({ evidence: _evidence, witnesses, baselineRanks, ...gene }) => {
        const { 'target-shift': _points, ...otherPoints } = witnesses;
        const { 'target-shift': _rank, ...otherRanks } = baselineRanks;
        return { ...gene, otherPoints, otherRanks };
      });
    expect(rest(withFacts)).toEqual(rest(await makeRanking({}, { screen })));
  });

  it('marks targets that the goal has at least twice as much of and that a tenth of its cells show', async () => {
    const groups = Int32Array.from({ length: counts.nCells }, (_, cell) => (cell % 3 === 2 ? -1 : cell % 3));
    const expression = await groupExpression(counts, groups, 2);
    const n = world.genes.length;
    const set = (gene: number, [start, goal]: number[], [startShare, goalShare]: number[]) => {
      [expression.means[gene], expression.means[n + gene]] = [start, goal];
      [expression.fractions[gene], expression.fractions[n + gene]] = [startShare, goalShare];
    };
    set(10, [1, 2.2], [0.5, 0.1]);
    set(11, [1, 2.2], [0.5, 0.09]);
    set(12, [1, 1.8], [0.5, 1]);
    const targets = [10, 11, 12].map((gene) => target(world.genes[gene].id, 'activates'));
    const regulons: Regulons = new Map([[driver.id, targets]]);
    const { genes } = await makeRanking({}, { screen, expression, facts: { ...facts, regulons } });
    const told = genes.find(({ geneId }) => geneId === driver.id)!.evidence!.regulon!.targets;
    const marked = new Map(told.map(({ symbol, isMarker }) => [symbol, isMarker]));
    expect([10, 11, 12].map((gene) => marked.get(world.genes[gene].id))).toEqual([true, false, false]);
  });

  it('is absent, not wrong, in a ranking of an older version', async () => {
    const { genes } = await makeRanking({}, { screen });
    const { evidence: _evidence, ...older } = genes[0];
    expect(RankedGene.parse(older).evidence).toBeNull();
  });
});
