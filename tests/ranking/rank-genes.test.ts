import { beforeAll, describe, expect, it } from 'vitest';
import { RankedGene, RankingReport } from '#shared/domain/ranking.ts';
import type { ScreenResult } from '#screen/types.ts';
import { effectsPerGene } from '#screen/states.ts';
import { DEFAULT_WEIGHTS, RankingWeights, WITNESSES } from '#shared/domain/witness.ts';
import { compositeOrder } from '#shared/ranking/composite.ts';
import type { ScreenEvidence } from '#ranking/evidence.ts';
import { rankingTable } from '#ranking/csv.ts';
import { witnessesOf, witnessPoints } from '#ranking/witnesses.ts';
import { CellTypes } from '#singlecell/genes/facts/cell-types.ts';
import type { GeneFacts } from '#singlecell/genes/facts/gene-facts.ts';
import { makeRanking, makeScreen, world } from './make-ranking.ts';

const NO_FACTS: GeneFacts = {
  classesOf: () => [],
  familyOf: () => null,
  orthologOf: () => ({ kind: 'none', symbol: null }),
  dosageOf: () => null,
  druggableFamiliesOf: () => null,
  regulons: new Map(),
  cocktails: [],
  cellTypes: new CellTypes([]),
};

describe('ranking', () => {
  let screen: ScreenResult;
  beforeAll(async () => {
    screen = await makeScreen();
  });

  it('puts the planted regulator first, significant, and stands by its schema', async () => {
    const { genes, report } = await makeRanking({}, { screen });
    expect(genes[0]).toMatchObject({ rank: 1, symbol: 'GENE0', rankByModel: 1 });
    expect(genes[0].fdr).toBeLessThan(0.05);
    expect(genes[0].effectLow).toBeGreaterThan(0);
    for (const { effect, effectLow, effectHigh } of genes) {
      expect(effectLow).toBeLessThan(effect);
      expect(effectHigh).toBeGreaterThan(effect);
    }
    expect(RankedGene.array().parse(genes)).toEqual(genes);
    expect(RankingReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({ leader: 'combined', start: 'progenitor', goal: 'monocyte', nGenes: genes.length });
    expect(report.nSignificant).toBe(genes.filter((gene) => gene.fdr < 0.05).length);
  });

  it('ranks the other fate by the other regulator, from the same screen', async () => {
    const { genes } = await makeRanking({ goal: 'b-cell' }, { screen });
    expect(genes[0].symbol).toBe('GENE1');
  });

  it('gives every method a complete ranking', async () => {
    const { genes } = await makeRanking({}, { screen });
    const complete = genes.map((_, i) => i + 1);
    const sorted = (ranks: number[]) => ranks.sort((a, b) => a - b);
    expect(genes.map((gene) => gene.rank)).toEqual(complete);
    for (const key of ['rankByModel', 'rankByFoldChange', 'rankByCombined', 'rankByExpression'] as const)
      expect(sorted(genes.map((gene) => gene[key]))).toEqual(complete);
    const others = ['random', 'detection-difference', 't-statistic', 'specific-fold-change', 'universal-response'];
    expect(Object.keys(genes[0].baselineRanks)).toEqual(others);
    for (const method of others) expect(sorted(genes.map((gene) => gene.baselineRanks[method]))).toEqual(complete);
  });

  it('adds co-expression projection where vectors are there', async () => {
    const vectors = new Float32Array(world.genes.length * 2).map((_, i) => Math.sin(i));
    const geneVectors = { width: 2, vectors, rowOfGene: world.genes.map((_, i) => i) };
    const { genes } = await makeRanking({}, { screen, geneVectors });
    expect(Object.keys(genes[0].baselineRanks)).toContain('co-expression-projection');
  });

  it('adds a linear screen and the shift of targets where their tables are there', async () => {
    const n = world.genes.length;
    const linear = {
      components: { nComponents: 1, loadings: new Float64Array(n).fill(1 / Math.sqrt(n)) },
      doses: new Float64Array(n).fill(9),
    };
    const target = (gene: number) => ({
      geneId: world.genes[gene].id,
      symbol: '',
      mode: 'activates' as const,
      pubmed: [],
    });
    const facts: GeneFacts = {
      ...NO_FACTS,
      regulons: new Map([[world.genes[0].id, [1, 2, 3].map(target)]]),
    };
    const { genes } = await makeRanking({}, { screen, linear, facts });
    expect(Object.keys(genes[0].baselineRanks)).toEqual(expect.arrayContaining(['linear-screen', 'target-shift']));
    expect(genes.find(({ symbol }) => symbol === 'GENE0')?.baselineRanks['target-shift']).toBe(1);
  });

  it('takes the mean effect on the other goals for the universal response, and none where there is no other', async () => {
    const goals = ['monocyte', 'b-cell'];
    const { genes } = await makeRanking({}, { screen });
    const other = await makeRanking({ goal: goals[1] }, { screen });
    const rankThere = new Map(other.genes.map(({ geneId, rankByModel }) => [geneId, rankByModel]));
    for (const { geneId, baselineRanks } of genes)
      expect(baselineRanks['universal-response']).toBe(rankThere.get(geneId));
    const alone = await makeRanking({}, {}, { goals: goals.slice(0, 1), alternatives: 'none' });
    expect(alone.genes[0].baselineRanks['universal-response']).toBeUndefined();
  });

  it('measures every method on known regulators, and tells of those it cannot', async () => {
    const resolve = (name: string) => (name === 'CEBP-OLD' ? world.genes[3].id : null);
    const knownRegulators = ['gene0', 'CEBP-OLD', 'GENE4', 'NOSUCH'];
    const { genes, report } = await makeRanking({ knownRegulators }, { screen, resolve });
    expect(
      genes
        .filter((gene) => gene.isKnown)
        .map((gene) => gene.symbol)
        .sort(),
    ).toEqual(['GENE0', 'GENE3']);
    // GENE4 is no transcription factor, and only those were asked for.
    expect(report.recall.every((entry) => entry.known === 2)).toBe(true);
    expect(report.recall.map((entry) => entry.method)).toEqual([
      'model',
      'fold-change',
      'combined',
      'expression',
      'random',
      'detection-difference',
      't-statistic',
      'specific-fold-change',
      'universal-response',
    ]);
    expect(report.warnings.join(' ')).toMatch(/not measured in this dataset: NOSUCH\./);
    expect(report.warnings.join(' ')).toMatch(/outside the screened gene set, not counted: GENE4\./);
  });

  it('never makes a score of known regulators', async () => {
    // They may choose which order is shown first, and are told beside a gene; nothing else of it knows them.
    const scores = ({ genes }: Awaited<ReturnType<typeof makeRanking>>) =>
      genes
        .map(({ rank: _rank, isKnown: _isKnown, evidence: _evidence, ...gene }) => gene)
        .sort((a, b) => a.rankByModel - b.rankByModel);
    const without = await makeRanking({}, { screen });
    expect(scores(await makeRanking({ knownRegulators: ['GENE30', 'GENE33'] }, { screen }))).toEqual(scores(without));
  });

  it('does not rank a gene that hardly any start cell could lose, with the reason counted', async () => {
    const { report, genes } = await makeRanking({ operator: 'remove' }, { screen });
    const candidates = screen.plan.genes.filter((gene) => gene.isCandidate).length;
    expect(genes.every((gene) => gene.nCells >= 3)).toBe(true);
    expect(report.notRanked).toBeGreaterThan(0);
    expect(genes.length + report.notRanked).toBe(candidates);
    const shift = report.checks.find(({ id }) => id === 'rank-shift');
    expect(shift?.sentence).toMatch(/% of the variance of removing a gene is the shift of all later ranks/);
  });

  it('says when genes move towards every goal alike', async () => {
    const alike = structuredClone(screen);
    const effects = alike.effects['over-express'] as Float32Array;
    const stride = alike.readOuts.length;
    for (let i = 0; i < effects.length; i += effectsPerGene(alike.plan, alike.readOuts))
      for (let k = 0; k < stride; k++) effects[i + stride + k] = effects[i + k];
    const { report } = await makeRanking({}, { screen: alike });
    expect(report.warnings.join(' ')).toMatch(/much the same for "b-cell" \(Spearman 1\.00\)/);
  });

  it('says which genes the model could not read even when they were raised', async () => {
    const unread = structuredClone(screen);
    const effects = unread.effects['over-express'] as Float32Array;
    const perGene = effects.length / unread.plan.genes.length;
    const silent = unread.plan.genes.findIndex((gene) => gene.isCandidate && gene.symbol !== 'GENE0');
    effects.fill(0, silent * perGene, (silent + 1) * perGene);
    const { report } = await makeRanking({}, { screen: unread });
    expect(report.warnings.join(' ')).toMatch(/^.*1 of \d+ genes change no start cell even when raised/);
    expect((await makeRanking({}, { screen })).report.warnings.join(' ')).not.toMatch(/even when raised/);
  });

  it('gives a gene the model does not read no place among those it reads', async () => {
    const unread = structuredClone(screen);
    const effects = unread.effects['over-express'] as Float32Array;
    const perGene = effects.length / unread.plan.genes.length;
    const silent = unread.plan.genes
      .map(({ isCandidate, symbol }, gene) => ({ gene, symbol, isCandidate }))
      .filter(({ isCandidate, symbol }) => isCandidate && symbol !== 'GENE0')
      .slice(0, 9);
    for (const { gene } of silent) effects.fill(0, gene * perGene, (gene + 1) * perGene);
    const { genes } = await makeRanking({}, { screen: unread });
    const symbols = silent.map(({ symbol }) => symbol).sort();
    const last = [...genes].sort((a, b) => a.rankByModel - b.rankByModel).slice(-9);
    expect(last.map(({ symbol }) => symbol).sort()).toEqual(symbols);
    expect(genes.some(({ effect }) => effect < 0)).toBe(true);
    for (const gene of last) {
      expect(gene.statistics).toMatchObject({ cellsMoved: 0, isTested: false, rankLow: null, rankHigh: null });
      expect(gene.leads).toBeNull();
      expect(gene.baselineRanks['universal-response']).toBeGreaterThan(genes.length - 9);
    }
    const read = genes.filter(({ statistics }) => statistics!.cellsMoved > 0);
    expect(read.every(({ statistics }) => statistics!.rankHigh! <= genes.length - 4)).toBe(true);
    const table = rankingTable(genes);
    const at = (name: string) => table.columns.findIndex(({ title }) => title === name);
    for (const row of table.rows.filter((one) => symbols.includes(String(one[at('symbol')]))))
      expect(['rank_by_model', 'null_percentile', 'is_read', 'leads', 'fdr'].map((name) => row[at(name)])).toEqual([
        null,
        null,
        'false',
        null,
        1,
      ]);
  });

  it('tells of each gene its replicates, and whether its effect follows the counts of a cell', async () => {
    const nCells = screen.plan.cells.length;
    const counts = Float64Array.from({ length: nCells }, (_, cell) => 1000 + 7 * ((cell * 5) % nCells));
    const planted = structuredClone(screen);
    const effects = planted.effects['over-express'] as Float32Array;
    const perCell = effects.length / planted.plan.genes.length / nCells;
    const plant = (symbol: string, effectOf: (cell: number) => number) => {
      const gene = planted.plan.genes.findIndex((one) => one.symbol === symbol);
      for (let cell = 0; cell < nCells; cell++)
        effects.fill(effectOf(cell), (gene * nCells + cell) * perCell, (gene * nCells + cell + 1) * perCell);
    };
    plant('GENE30', (cell) => counts[cell] / 1e5);
    plant('GENE33', (cell) => -(counts[cell] ** 2) / 1e8);
    const { genes } = await makeRanking({}, { screen: planted, depth: { counts, genes: counts } });
    const of = (symbol: string) => genes.find((gene) => gene.symbol === symbol)!.statistics!;
    expect(of('GENE30').librarySizeCorrelation).toBeCloseTo(1, 12);
    expect(of('GENE33').librarySizeCorrelation).toBeCloseTo(-1, 12);
    expect(of('GENE30').librarySizeFdr).toBeLessThan(1e-6);
    const others = genes.filter(({ symbol }) => symbol !== 'GENE30' && symbol !== 'GENE33');
    for (const { statistics } of others) {
      expect(statistics!.nReplicates).toBe(4);
      expect(Math.abs(statistics!.librarySizeCorrelation!)).toBeLessThan(0.9);
      expect(statistics!.librarySizeFdr).toBeGreaterThan(1e-3);
    }
    const { genes: untold } = await makeRanking({}, { screen });
    expect(untold[0].statistics).toMatchObject({ librarySizeCorrelation: null, librarySizeFdr: null });
  });

  it('refuses a goal, an operator and a dataset the screen does not have', async () => {
    await expect(makeRanking({ goal: 'stem' }, { screen })).rejects.toMatchObject({ code: 'not-found' });
    const masked = await makeScreen({ operators: ['mask'] });
    await expect(makeRanking({}, { screen: masked })).rejects.toThrow(/did not run it; choose one of: mask/);
    await expect(makeRanking({}, { screen, genes: world.genes.slice(5) })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('simple methods of a gene that is taken away', () => {
  it('ask which genes are lost on the way to the goal', async () => {
    const screen = await makeScreen();
    const first = (operator: 'over-express' | 'remove') => makeRanking({ operator }, { screen });
    const [raised, removed] = [await first('over-express'), await first('remove')];
    const change = (ranking: typeof raised) =>
      ranking.genes.find(({ rankByFoldChange }) => rankByFoldChange === 1)!.log2FoldChange;
    expect(change(raised)).toBe(Math.max(...raised.genes.map(({ log2FoldChange }) => log2FoldChange)));
    expect(change(removed)).toBe(Math.min(...removed.genes.map(({ log2FoldChange }) => log2FoldChange)));
  });

  it('take the published over-expression for raising', async () => {
    const screen = await makeScreen({ operators: ['published-over-express'] });
    const { genes } = await makeRanking({ operator: 'published-over-express' }, { screen });
    const top = genes.find(({ rankByFoldChange }) => rankByFoldChange === 1)!;
    expect(top.log2FoldChange).toBe(Math.max(...genes.map(({ log2FoldChange }) => log2FoldChange)));
  });
});

describe('points of witnesses', () => {
  const evidence = (detections: number[], splitHalf: number | null) =>
    ({ genes: detections.map((n) => ({ gene: { detections: n } })), splitHalf }) as unknown as ScreenEvidence;
  const model = Float64Array.of(4, 3, 2, 1);

  it('are log2(n / rank); equal scores share a rank, an unknown one gets the mean', () => {
    expect([...witnessPoints([9, 7, 5, 3])]).toEqual([2, 1, Math.log2(4 / 3), 0]);
    expect([...witnessPoints([9, NaN, 9])]).toEqual([Math.log2(2 / 1.5), Math.log2(2 / 1.5), Math.log2(2 / 1.5)]);
    expect([...witnessPoints([NaN])]).toEqual([0]);
  });

  it('say nothing where the model does not repeat itself', () => {
    for (const splitHalf of [0, -0.3, null]) {
      const points = witnessesOf({ model }, evidence([99, 99, 99, 99], splitHalf)).map((one) => one.model);
      expect(new Set(points.map((value) => value.toFixed(9))).size).toBe(1);
    }
    const [first, ...rest] = witnessesOf({ model }, evidence([99, 99, 99, 99], 1)).map((one) => one.model);
    expect(first).toBeCloseTo(2, 12);
    expect(rest.every((value) => value < first)).toBe(true);
  });

  it('believe a model effect less where the gene was hardly seen', () => {
    const [rare, often] = witnessesOf({ model: Float64Array.of(4, 3, 0, 0) }, evidence([5, 100, 9, 9], 1));
    // 3 × 100 / 110 is more than 4 × 5 / 15, so their places are changed.
    expect([often.model, rare.model]).toEqual([2, 1]);
  });

  it('leave out witnesses that are not there', () => {
    const [first] = witnessesOf({ model, 'fold-change': model, random: model }, evidence([9, 9, 9, 9], 1));
    expect(Object.keys(first)).toEqual(['model', 'fold-change']);
  });
});

describe('composite order', () => {
  it('is the one the window computes for the same weights', async () => {
    const weights = { ...DEFAULT_WEIGHTS, 'fold-change': 0.25, model: 0.5 };
    const { genes, report } = await makeRanking({ weights });
    expect(report.weights).toEqual(weights);
    const order = compositeOrder(genes, weights);
    expect(order.map((i) => genes[i].rankByCombined)).toEqual(genes.map((_, i) => i + 1));
  });

  it('is that of a single witness with a weight', async () => {
    const none = Object.fromEntries(WITNESSES.map((witness) => [witness, 0]));
    const { genes } = await makeRanking({ weights: RankingWeights.parse({ ...none, 'fold-change': 1 }) });
    expect(genes.map(({ rankByCombined }) => rankByCombined)).toEqual(
      genes.map(({ rankByFoldChange }) => rankByFoldChange),
    );
    expect(genes[0].rank).toBe(1);
  });

  it('falls back to fold change without any weight', async () => {
    const none = RankingWeights.parse(Object.fromEntries(WITNESSES.map((witness) => [witness, 0])));
    const { report, genes } = await makeRanking({ weights: none });
    expect(report.leader).toBe('fold-change');
    expect(compositeOrder(genes, none)).toEqual(genes.map((_, i) => i));
  });
});
