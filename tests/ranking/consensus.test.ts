import { describe, expect, it } from 'vitest';
import { ConsensusGene, ConsensusReport } from '#shared/domain/consensus.ts';
import type { RankedGene } from '#shared/domain/ranking.ts';
import { consensusOf, type ConsensusInput } from '#ranking/consensus.ts';
import { consensusCsv } from '#ranking/consensus-csv.ts';
import { makeRanking, makeScreen } from './make-ranking.ts';

const ranking = async (id: string, seed: number, other: Partial<ConsensusInput> = {}): Promise<ConsensusInput> => {
  const { genes, report } = await makeRanking({}, { screen: await makeScreen({ seed, nCells: 8 }) });
  return { id, title: id, species: 'human', dataset: 'd', report, genes, ...other };
};
const seeds = await Promise.all([1, 2, 3].map((seed) => ranking(`seed-${seed}`, seed)));
const config = { method: 'model' as const, minRankings: 2 };
const none = () => undefined;

describe('consensus of rankings', () => {
  it('puts the planted regulator of every seed first, towards the goal, and stands by its schema', () => {
    const { genes, report } = consensusOf(seeds, config, none);
    expect(genes[0]).toMatchObject({ rank: 1, symbol: 'GENE0', nRankings: 3, ranks: [1, 1, 1], direction: 'towards' });
    expect(genes[0].pValue).toBeLessThan(1e-3);
    expect(ConsensusGene.array().parse(genes)).toEqual(genes);
    expect(ConsensusReport.parse(report)).toEqual(report);
    expect(report.kendallW).toBeGreaterThan(0.7);
    expect(report.pairs).toHaveLength(3);
    expect(report.pairs[0].top[0]).toMatchObject({ k: 10 });
    expect(report.warnings.join(' ')).toMatch(/same cells/);
    // Ranks over the number of genes each ranking has, which here is the same.
    const nGenes = report.nGenes;
    for (const { ranks, meanRank } of genes)
      expect(meanRank).toBeCloseTo(
        ranks.reduce<number>((sum, rank) => sum + rank! / nGenes / 3, 0),
        12,
      );
    expect(report.reading[0]).toMatch(/taken whole, agree well: Kendall's W is 0\.\d\d over \d+ genes/);
  });

  it('is the same whatever the order the rankings come in', () => {
    const order = (inputs: ConsensusInput[]) =>
      consensusOf(inputs, config, none).genes.map(({ geneId, rho }) => [geneId, rho]);
    expect(order([...seeds].reverse())).toEqual(order(seeds));
  });

  it('claims nothing of random orders', () => {
    const shuffled = seeds.map((one, i) => ({
      ...one,
      genes: one.genes.map((gene, row): RankedGene => ({
        ...gene,
        rankByModel: 1 + ((row * [7, 11, 13][i] + 9 * i) % 31),
      })),
    }));
    const { report } = consensusOf(shuffled, config, none);
    expect(report.nSignificant).toBe(0);
    expect(report.reading[0]).toMatch(/hardly agree: Kendall's W is/);
    expect(report.reading.join(' ')).toMatch(/No gene of/);
  });

  it('by the screen has no place for a gene that a model does not read, by other methods it has', () => {
    const silent = seeds[0].genes.at(-1)!.geneId;
    const unread = (gene: RankedGene): RankedGene =>
      gene.geneId === silent
        ? { ...gene, effect: 0, effectLow: 0, effectHigh: 0, statistics: { ...gene.statistics!, cellsMoved: 0 } }
        : gene;
    const [one, two] = seeds.map((each) => ({ ...each, genes: each.genes.map(unread) }));
    const byScreen = consensusOf([one, two], config, none);
    expect(byScreen.genes.map(({ geneId }) => geneId)).not.toContain(silent);
    expect(byScreen.report.rankings.map(({ nUnread }) => nUnread)).toEqual([1, 1]);
    expect(byScreen.report.nLeftOut).toBe(1);
    expect(byScreen.report.warnings.join(' ')).toMatch(/1 of 31 in seed-1, 1 of 31 in seed-2. That does not count/);
    const mouse = { ...two, id: 'mouse', species: 'mouse' as const, dataset: 'm' };
    const byChange = consensusOf([one, mouse], { ...config, method: 'fold-change' }, (id) => id);
    expect(byChange.genes.find(({ geneId }) => geneId === silent)?.speciesAgree).toBeNull();
    expect(byChange.report.rankings.map(({ nUnread }) => nUnread)).toEqual([0, 0]);
  });

  it('matches mouse to human by ortholog, leaves out genes without one, and compares directions', () => {
    const [human] = seeds;
    const lost = human.genes.at(-1)!.geneId;
    const turned = human.genes[5].geneId;
    const mouse: ConsensusInput = {
      ...seeds[1],
      id: 'mouse',
      species: 'mouse',
      dataset: 'm',
      genes: seeds[1].genes.map((gene) => ({
        ...gene,
        geneId: `M${gene.geneId}`,
        symbol: gene.symbol.toLowerCase(),
        ...(gene.geneId === turned ? { effect: -1, effectLow: -2, effectHigh: -0.5 } : {}),
      })),
    };
    const first = {
      ...human,
      genes: human.genes.map((gene) =>
        gene.geneId === turned ? { ...gene, effect: 1, effectLow: 0.5, effectHigh: 2 } : gene,
      ),
    };
    const { genes, report } = consensusOf([first, mouse], config, (id) =>
      id === `M${lost}` ? undefined : id.slice(1),
    );
    expect(genes.map(({ geneId }) => geneId)).not.toContain(lost);
    expect(report.nLeftOut).toBe(2);
    expect(genes.find(({ geneId }) => geneId === turned)).toMatchObject({ direction: 'mixed', speciesAgree: false });
    expect(genes[0]).toMatchObject({ symbol: 'GENE0', speciesAgree: true });
    expect(report.warnings.join(' ')).toMatch(/ortholog/);
    expect(report.warnings.join(' ')).not.toMatch(/same cells/);
  });

  it('refuses one ranking twice, other operators and a method that a ranking lacks', () => {
    expect(() => consensusOf([seeds[0], seeds[0]], config, none)).toThrow(/different rankings/);
    const other = { ...seeds[1], report: { ...seeds[1].report, operator: 'mask' as const } };
    expect(() => consensusOf([seeds[0], other], config, none)).toThrow(/different operators/);
    expect(() => consensusOf(seeds, { ...config, method: 'co-expression-projection' }, none)).toThrow(
      /has no order by/,
    );
    const elsewhere = { ...seeds[1], genes: seeds[1].genes.map((gene) => ({ ...gene, geneId: `X${gene.geneId}` })) };
    expect(() => consensusOf([seeds[0], elsewhere], config, none)).toThrow(/no gene is in 2 of the 2/);
  });

  it('is written as CSV with the rank in each ranking', () => {
    const { genes, report } = consensusOf(seeds, config, none);
    const [header, line] = consensusCsv(genes, report).split('\r\n');
    expect(header).toMatch(/^rank,gene_id,symbol,rho,p_value,fdr,.*rank_seed-1,direction_seed-1/);
    expect(line.split(',')).toHaveLength(header.split(',').length);
    expect(line).toMatch(/,GENE0,.*towards/);
  });
});
