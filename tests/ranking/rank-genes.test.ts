import { beforeAll, describe, expect, it } from 'vitest';
import { RankedGene, RankingReport } from '#shared/domain/ranking.ts';
import type { ScreenResult } from '#screen/types.ts';
import { effectsPerGene } from '#screen/states.ts';
import { combinedScores } from '#ranking/combine.ts';
import { makeRanking, makeScreen, world } from './make-ranking.ts';

describe('ranking', () => {
  let screen: ScreenResult;
  beforeAll(async () => {
    screen = await makeScreen();
  });

  it('puts the planted regulator first, significant, and stands by its schema', async () => {
    const { genes, report } = await makeRanking({}, { screen });
    expect(genes[0]).toMatchObject({ rank: 1, symbol: 'GENE0', rankByModel: 1 });
    expect(genes[0].fdr).toBeLessThan(0.05);
    expect(genes[0].effectLow).toBeLessThanOrEqual(genes[0].effect);
    expect(genes[0].effectHigh).toBeGreaterThanOrEqual(genes[0].effect);
    expect(RankedGene.array().parse(genes)).toEqual(genes);
    expect(RankingReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({ leader: 'model', start: 'progenitor', goal: 'monocyte', nGenes: genes.length });
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
    expect(Object.keys(genes[0].baselineRanks)).toEqual(['random', 'detection-difference']);
    for (const method of ['random', 'detection-difference'])
      expect(sorted(genes.map((gene) => gene.baselineRanks[method]))).toEqual(complete);
  });

  it('adds co-expression projection where vectors are there', async () => {
    const vectors = new Float32Array(world.genes.length * 2).map((_, i) => Math.sin(i));
    const geneVectors = { width: 2, vectors, rowOfGene: world.genes.map((_, i) => i) };
    const { genes } = await makeRanking({}, { screen, geneVectors });
    expect(Object.keys(genes[0].baselineRanks)).toContain('co-expression-projection');
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
    ]);
    expect(report.warnings.join(' ')).toMatch(/not measured in this dataset: NOSUCH\./);
    expect(report.warnings.join(' ')).toMatch(/outside the screened gene set, not counted: GENE4\./);
  });

  it('never makes a score of known regulators', async () => {
    const scores = ({ genes }: Awaited<ReturnType<typeof makeRanking>>) =>
      genes
        .map(({ symbol, effect, fdr, rankByModel, rankByCombined, rankByFoldChange }) =>
          JSON.stringify([symbol, effect, fdr, rankByModel, rankByCombined, rankByFoldChange]),
        )
        .sort();
    const without = await makeRanking({}, { screen });
    expect(scores(await makeRanking({ knownRegulators: ['GENE30', 'GENE33'] }, { screen }))).toEqual(scores(without));
  });

  it('does not rank a gene that hardly any start cell could lose, with the reason counted', async () => {
    const { report, genes } = await makeRanking({ operator: 'remove' }, { screen });
    const candidates = screen.plan.genes.filter((gene) => gene.isCandidate).length;
    expect(genes.every((gene) => gene.nCells >= 3)).toBe(true);
    expect(genes.length + report.notRanked).toBe(candidates);
    expect(report.warnings.join(' ')).toMatch(/% of the variance of removing a gene is the shift of all later ranks/);
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

  it('refuses a goal, an operator and a dataset the screen does not have', async () => {
    await expect(makeRanking({ goal: 'stem' }, { screen })).rejects.toMatchObject({ code: 'not-found' });
    const masked = await makeScreen({ operators: ['mask'] });
    await expect(makeRanking({}, { screen: masked })).rejects.toThrow(/did not run it; choose one of: mask/);
    await expect(makeRanking({}, { screen, genes: world.genes.slice(5) })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('combined score', () => {
  const score = (modelZ: number, detections: number, splitHalf: number | null) =>
    combinedScores({
      log2FoldChanges: [-1, 0, 1, 2],
      modelZ: [0, 0, modelZ, 0],
      detections: [100, 100, detections, 100],
      splitHalf,
    });

  it('is fold change where the model does not repeat itself or hardly saw the gene', () => {
    expect(score(3, 100, 0)).toEqual(score(0, 100, 1));
    expect(score(3, 0, 1)).toEqual(score(0, 100, 1));
    expect(score(3, 100, null)).toEqual(score(0, 100, 1));
  });

  it('lets the model corroborate, more where it saw the gene often, never without bound', () => {
    expect(score(2, 100, 1)[2]).toBeGreaterThan(score(2, 10, 1)[2]);
    expect(score(1000, 100, 1)).toEqual(score(3, 100, 1));
    expect(score(1000, 1e9, 1)[2] - score(0, 100, 1)[2]).toBeLessThanOrEqual(0.9);
  });
});
