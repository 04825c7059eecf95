import { beforeAll, describe, expect, it } from 'vitest';
import type { RankingCheck } from '#shared/domain/ranking-checks.ts';
import type { ScreenResult } from '#screen/types.ts';
import { findGenes } from '#ranking/chosen.ts';
import { rankingCsv } from '#ranking/csv.ts';
import { makeRanking, makeScreen, world } from './make-ranking.ts';

const find = (checks: readonly RankingCheck[], id: string) => checks.find((check) => check.id === id);

describe('checks of a ranking', () => {
  let screen: ScreenResult;
  beforeAll(async () => {
    screen = await makeScreen();
  });

  it('say what the replicate is, and that a stable screen is stable, in sentences without code words', async () => {
    const { report } = await makeRanking({}, { screen });
    expect(find(report.checks, 'replicate')).toMatchObject({ verdict: 'caution', value: 4 });
    expect(report.replicates).toEqual({ unit: 'donor', n: 4, interval: 't' });
    expect(find(report.checks, 'split-half')).toMatchObject({ verdict: 'good', value: report.splitHalf });
    for (const { sentence } of report.checks) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
    expect(new Set(report.checks.map(({ id }) => id)).size).toBe(report.checks.length);
    const said = report.checks.filter(({ verdict }) => verdict !== 'good').map(({ sentence }) => sentence);
    for (const sentence of said) expect(report.warnings).toContain(sentence);
  });

  it('begin with the direction of the read-out', async () => {
    const { report } = await makeRanking({}, { screen });
    expect(report.checks[0].id).toBe('direction');
  });

  it('call a model that answers everything alike collapsed', async () => {
    const alike = structuredClone(screen);
    for (const effects of Object.values(alike.effects)) effects.fill(0.01);
    const { report } = await makeRanking({}, { screen: alike });
    expect(find(report.checks, 'collapse')).toMatchObject({ verdict: 'bad', value: 1 });
  });

  it('see effects that follow the depth of a cell', async () => {
    const nCells = screen.plan.cells.length;
    const deep = structuredClone(screen);
    const effects = deep.effects['over-express'] as Float32Array;
    const perCell = effects.length / deep.plan.genes.length / nCells;
    for (let i = 0; i < effects.length; i++) effects[i] *= 1 + (Math.floor(i / perCell) % nCells);
    const depth = {
      counts: screen.plan.cells.map((_, cell) => 1000 * (1 + cell)),
      genes: screen.plan.cells.map((_, cell) => 500 + cell),
    };
    const found = find((await makeRanking({}, { screen: deep, depth })).report.checks, 'depth');
    expect(found?.verdict).toBe('caution');
    expect(found?.value).toBeGreaterThan(0.8);
    expect(found?.sentence).toMatch(/(follow counts: compare with a screen of to-rank|No single gene of \d+ follows)/);
    expect(find((await makeRanking({}, { screen })).report.checks, 'depth')).toBeUndefined();
  });

  it('tell effects that follow depth because deep cells do not read the raised gene', async () => {
    const unread = structuredClone(screen);
    const effects = unread.effects['over-express'] as Float32Array;
    const { cells, genes } = unread.plan;
    const perCell = effects.length / genes.length / cells.length;
    for (let i = 0; i < effects.length; i++)
      effects[i] = Math.floor(i / perCell) % cells.length < cells.length / 2 ? 1 + (i % 7) / 100 : 0;
    const depth = { counts: cells.map((_, cell) => 1000 * (1 + cell)), genes: cells.map(() => 500) };
    const found = find((await makeRanking({}, { screen: unread, depth })).report.checks, 'depth');
    expect(found?.verdict).toBe('caution');
    expect(found?.sentence).toMatch(
      /(\d+) of \d+ genes follow counts, \1 of them because deeper cells do not read .* \(100 % .*, 0 % in the other/,
    );
    expect(found?.sentence).toContain('to-rank');
  });

  it('give each gene its stability, its specific effect and tests over donors, and the CSV has them', async () => {
    const { genes } = await makeRanking({}, { screen });
    for (const { statistics, rankByModel, effect } of genes) {
      expect(statistics?.rankLow).toBeLessThanOrEqual(statistics?.rankHigh ?? 0);
      // Four donors with equally many cells: the mixed model has the same mean.
      expect(statistics?.mixedEffect).toBeCloseTo(effect, 9);
      if (rankByModel === 1) expect(statistics?.topShare).toBe(1);
    }
    expect(rankingCsv(genes).split('\r\n')[0]).toMatch(/,p_value_donors,.*,rank_low,rank_high,top_share/);
  });

  it('test a gene over its donors (scipy 1.10.1 stats.ttest_1samp of 1, 2, 3, 4)', async () => {
    const planted = structuredClone(screen);
    const { plan } = planted;
    const effects = planted.effects['over-express'] as Float32Array;
    const gene = plan.genes.findIndex(({ symbol }) => symbol === 'GENE30');
    const perCell = effects.length / plan.genes.length / plan.cells.length;
    plan.cells.forEach((_, cell) => {
      const from = (gene * plan.cells.length + cell) * perCell;
      effects.fill(1 + plan.replicates[cell], from, from + perCell);
    });
    const { genes } = await makeRanking({}, { screen: planted });
    const found = genes.find(({ symbol }) => symbol === 'GENE30');
    expect(found?.effect).toBeCloseTo(2.5, 12);
    // Cells of a donor are copies of each other, so the mixed model knows donors only.
    expect(found?.statistics?.donorPValue).toBeCloseTo(0.030466291662170977, 12);
    expect(found?.statistics?.mixedPValue).toBeCloseTo(0.030466291662170977, 12);
    expect(found?.statistics?.donorShare).toBe(1);
  });
});

describe('genes chosen in advance', () => {
  it('are tested by themselves: fewer tests, a lower false discovery rate', async () => {
    const { genes, report } = await makeRanking({ chosenGenes: ['gene0', 'GENE30', 'NOSUCH', 'GENE4'] });
    const chosen = genes.filter(({ statistics }) => statistics?.chosenFdr !== null);
    expect(chosen.map(({ symbol }) => symbol).sort()).toEqual(['GENE0', 'GENE30']);
    const planted = genes.find(({ symbol }) => symbol === 'GENE0');
    expect(planted?.statistics?.chosenFdr).toBeCloseTo(2 * (planted?.pValue ?? 0), 12);
    expect(planted?.statistics?.chosenFdr).toBeLessThan(planted?.fdr ?? 0);
    expect(find(report.checks, 'chosen')?.sentence).toMatch(
      /^As a group the 2 genes chosen in advance move cells .* \(rank-sum p = [\d.e-]+, permutation of means p = [\d.e-]+\)\. 1 of them passes/,
    );
    expect(find((await makeRanking()).report.checks, 'chosen')).toBeUndefined();
    expect(report.chosen).toMatchObject({ nTested: 2, nSignificant: 1, notRanked: ['NOSUCH', world.genes[4].id] });
  });

  it('are found by id, symbol and alias, each once', () => {
    const genes = [
      { id: 'ENSG1', symbol: 'GATA1' },
      { id: 'ENSG2', symbol: 'SPI1' },
    ];
    const resolve = (name: string) => (name === 'PU.1' ? 'ENSG2' : null);
    const found = findGenes(['gata1', ' ENSG1 ', 'PU.1', '', 'X'], genes, resolve);
    expect([...found.ids]).toEqual(['ENSG1', 'ENSG2']);
    expect(found.unknown).toEqual(['X']);
  });
});
