import { expect, test } from 'vitest';
import { haemoglobinGenes } from '#singlecell/qc/gene-groups.ts';

test('haemoglobin chains of human and mouse, without the genes whose names only look alike', () => {
  const of = (symbols: string[]) => [...haemoglobinGenes(symbols.map((symbol) => ({ id: '', symbol })))];
  const human = ['HBA1', 'HBA2', 'HBB', 'HBD', 'HBE1', 'HBG1', 'HBG2', 'HBM', 'HBQ1', 'HBZ'];
  const mouse = ['Hba-a1', 'Hba-a2', 'Hba-x', 'Hbb-b1', 'Hbb-b2', 'Hbb-bs', 'Hbb-bt', 'Hbb-bh1', 'Hbb-y', 'Hbq1a'];
  expect(of(human)).toEqual(human.map(() => 1));
  expect(of(mouse)).toEqual(mouse.map(() => 1));
  expect(of(['HBEGF', 'HBP1', 'HBS1L', 'HBA', 'THBS1', 'HBB-AS1'])).toEqual([0, 0, 0, 0, 0, 0]);
});
