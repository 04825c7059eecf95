import { describe, expect, it } from 'vitest';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import { filterGenes, geneReportCsv, geneReportPage } from '#services/gene-report.ts';

const row = (input: string, given: Partial<GeneReportRow> = {}): GeneReportRow => ({
  input,
  fileId: null,
  status: 'missing',
  by: null,
  gene: null,
  candidates: [],
  reason: 'no human gene goes by this name',
  nCells: 1,
  counts: 2,
  ...given,
});
const ROWS = [
  row('PU.1', { status: 'matched', by: 'alias', gene: { id: 'ENSG00000066336', symbol: 'SPI1' }, reason: '' }),
  row('1-Mar', { status: 'ambiguous', candidates: [{ id: 'ENSG00000145416', symbol: 'MARCHF1' }] }),
  row('2310009E13', { fileId: 'x1' }),
  row('=cmd()', { counts: 0.5 }),
];

describe('a page of the gene report', () => {
  it('counts every outcome of the whole, whatever the filter', () => {
    const page = geneReportPage(ROWS, { status: 'missing', offset: 1, limit: 5 });
    expect(page).toMatchObject({ total: 2, rows: [{ input: '=cmd()' }] });
    expect(page.shares).toEqual([
      { status: 'matched', by: 'alias', names: 1, counts: 2 },
      { status: 'ambiguous', by: null, names: 1, counts: 2 },
      { status: 'missing', by: null, names: 2, counts: 2.5 },
    ]);
  });

  it.each([
    ['spi', ['PU.1']],
    ['marchf1', ['1-Mar']],
    ['ENSG', ['PU.1', '1-Mar']],
    ['X1', ['2310009E13']],
  ])('finds %s in names, symbols, ids and candidates', (search, found) => {
    expect(filterGenes(ROWS, { search }).map(({ input }) => input)).toEqual(found);
  });
});

it('says which candidates other names of the files lead to', () => {
  const candidates = ['ENSG00000145416', 'ENSG00000066336'].map((id) => ({ id, symbol: id }));
  const rows = [...ROWS, row('PU', { status: 'ambiguous', candidates })];
  expect(geneReportPage(rows, { status: 'ambiguous', offset: 0, limit: 5 }).taken).toEqual(['ENSG00000066336']);
  expect(geneReportPage(rows, { status: 'missing', offset: 0, limit: 5 }).taken).toEqual([]);
});

describe('the gene report as CSV', () => {
  it('cannot be turned into dates, numbers or formulas by a spreadsheet', () => {
    expect(geneReportCsv(ROWS).split('\r\n')).toEqual([
      'name_in_file,id_in_file,status,recognised_by,gene_id,symbol,candidates,reason,n_cells,counts',
      'PU.1,,matched,alias,ENSG00000066336,SPI1,,,1,2',
      "'1-Mar,,ambiguous,,,,MARCHF1 ENSG00000145416,no human gene goes by this name,1,2",
      "'2310009E13,x1,missing,,,,,no human gene goes by this name,1,2",
      "'=cmd(),,missing,,,,,no human gene goes by this name,1,0.5",
      '',
    ]);
  });
});
