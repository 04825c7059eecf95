import { describe, expect, it } from 'vitest';
import { PlateConfig } from '#shared/domain/plate.ts';
import { gridSheets, orderSheet, reagentsPerGene, wellSheet, type OrderedGene } from '#shared/plate/order-sheet.ts';
import { planPlates } from '#shared/plate/plan-plates.ts';

const gata1: OrderedGene = {
  symbol: 'GATA1',
  geneId: 'ENSG00000102145',
  entrez: '2623',
  species: 'human',
  rank: 1,
  role: 'candidate',
};
const config = PlateConfig.parse({ wells: '24', positiveControls: ['GATA1'], modality: 'crispra' });
const plan = planPlates([{ geneId: gata1.geneId, symbol: 'GATA1' }], config);

describe('an order sheet', () => {
  const { columns, rows } = orderSheet([gata1, { ...gata1, role: 'positive control' }], plan, config);
  const column = (name: string) => rows.map((row) => row[columns.findIndex(({ title }) => title === name)]);

  it('names genes by three names, counts guides and wells, control and candidate apart', () => {
    expect(column('gene')).toEqual(['GATA1', 'GATA1', 'non-targeting guide']);
    expect(column('entrez_id')).toEqual(['2623', '2623', null]);
    expect(column('guides')).toEqual([3, 3, 1]);
    expect(column('wells')).toEqual([3, 2, 4]);
  });

  it('makes up neither supplier nor catalogue number', () => {
    expect(column('supplier')).toEqual([null, null, null]);
    expect(column('catalogue_number')).toEqual([null, null, null]);
  });

  it('asks for one construct where guides are not meant', () => {
    expect(reagentsPerGene(PlateConfig.parse({}))).toBe(1);
    expect(reagentsPerGene(PlateConfig.parse({ reagentsPerGene: 5 }))).toBe(5);
  });
});

describe('plates on paper', () => {
  it('are a grid and a list that say the same', () => {
    const [grid] = gridSheets(plan);
    const long = wellSheet(plan);
    expect(grid.rows).toHaveLength(4);
    expect(long.rows).toHaveLength(24);
    const filled = grid.rows.flatMap((row) => row.slice(1)).filter((text) => text !== null);
    expect(filled).toHaveLength(long.rows.filter((row) => row[4] !== 'empty').length);
    expect(filled.filter((text) => String(text).startsWith('GATA1 #'))).toHaveLength(3);
  });
});
