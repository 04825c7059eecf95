import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { PlateConfig, PLATES } from '#shared/domain/plate.ts';
import { planPlates, type Well } from '#shared/plate/plan-plates.ts';

const genesOf = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ geneId: `ENSG${String(i).padStart(11, '0')}`, symbol: `GENE${i}` }));

const asked = fc
  .record({
    nGenes: fc.integer({ min: 0, max: 120 }),
    wells: fc.constantFrom('6', '12', '24', '48', '96', '384'),
    replicates: fc.integer({ min: 1, max: 6 }),
    negativeWells: fc.integer({ min: 0, max: 8 }),
    nPositives: fc.integer({ min: 0, max: 3 }),
    positiveWells: fc.integer({ min: 1, max: 3 }),
    layout: fc.constantFrom('randomised', 'by-row'),
    leaveEdgeEmpty: fc.boolean(),
    seed: fc.nat(),
  })
  .map(({ nGenes, nPositives, ...rest }) => ({
    genes: genesOf(nGenes),
    config: PlateConfig.parse({ ...rest, positiveControls: genesOf(nPositives).map(({ symbol }) => `P-${symbol}`) }),
  }))
  .filter(({ config }) => {
    const { rows, columns } = PLATES[config.wells];
    const usable = config.leaveEdgeEmpty && rows > 2 ? (rows - 2) * (columns - 2) : rows * columns;
    return config.negativeWells + config.positiveControls.length * config.positiveWells < usable;
  });
const count = (wells: readonly Well[], test: (well: Well) => boolean) => wells.filter(test).length;

describe('a plate map', () => {
  it('gives every gene exactly its replicates, each once', () => {
    fc.assert(
      fc.property(asked, ({ genes, config }) => {
        const wells = planPlates(genes, config).plates.flat();
        for (const { geneId } of genes) {
          const own = wells.filter((well) => well.geneId === geneId).map(({ replicate }) => replicate);
          expect(own.sort()).toEqual(Array.from({ length: config.replicates }, (_, r) => r + 1));
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('gives every plate all its controls and nearly as many genes as the others', () => {
    fc.assert(
      fc.property(asked, ({ genes, config }) => {
        const { plates } = planPlates(genes, config);
        const tests = plates.map((wells) => count(wells, ({ kind }) => kind === 'gene'));
        expect(Math.max(...tests) - Math.min(...tests)).toBeLessThanOrEqual(1);
        for (const wells of plates) {
          expect(count(wells, ({ kind }) => kind === 'negative')).toBe(config.negativeWells);
          for (const gene of config.positiveControls)
            expect(count(wells, ({ kind, content }) => kind === 'positive' && content === gene)).toBe(
              config.positiveWells,
            );
        }
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it('spreads the controls: no half of a plate has more than one above its share', () => {
    fc.assert(
      fc.property(asked, ({ genes, config }) => {
        const { plates, columns } = planPlates(genes, config);
        const isControl = ({ kind }: Well) => kind === 'negative' || kind === 'positive';
        for (const wells of plates) {
          const left = count(wells, (well) => isControl(well) && well.column < columns / 2);
          const all = count(wells, isControl);
          expect(Math.abs(left - all * (Math.ceil(columns / 2) / columns))).toBeLessThanOrEqual(2);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('leaves the edge empty where that was asked for', () => {
    fc.assert(
      fc.property(asked, ({ genes, config }) => {
        fc.pre(config.leaveEdgeEmpty && PLATES[config.wells].rows > 2);
        const { plates, rows, columns } = planPlates(genes, config);
        const edge = plates
          .flat()
          .filter(({ row, column }) => row === 0 || column === 0 || row === rows - 1 || column === columns - 1);
        expect(edge.every(({ kind }) => kind === 'empty')).toBe(true);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('is the same for the same seed and another for another', () => {
    const config = PlateConfig.parse({});
    expect(planPlates(genesOf(20), config)).toEqual(planPlates(genesOf(20), config));
    expect(planPlates(genesOf(20), config)).not.toEqual(planPlates(genesOf(20), { ...config, seed: 1 }));
  });

  it('puts replicates beside each other by row', () => {
    const config = PlateConfig.parse({ layout: 'by-row', negativeWells: 0, wells: '24' });
    const names = planPlates(genesOf(2), config)
      .plates[0].slice(0, 7)
      .map(({ name, content }) => `${name} ${content}`);
    expect(names).toEqual(['A01 GENE0', 'A02 GENE0', 'A03 GENE0', 'A04 GENE1', 'A05 GENE1', 'A06 GENE1', 'B01 ']);
  });

  it('refuses more controls than wells', () => {
    const config = PlateConfig.parse({ wells: '6', negativeWells: 6 });
    expect(() => planPlates(genesOf(1), config)).toThrow(/6 controls leave no well/);
  });
});
