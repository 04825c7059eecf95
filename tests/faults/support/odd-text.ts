import type { Fate } from './odd-h5ad.ts';

const GENES = ['SPI1', 'GATA1', 'PAX5', 'CEBPA', 'TBX21'];
const HEAD = 'gene,AAAC-1,AAAG-1,AACC-1';
const rows = (cell: (gene: number) => string) => GENES.map((gene, i) => `${gene},${cell(i)}`).join('\n');
const table = (cell: (gene: number) => string, head = HEAD) => `${head}\n${rows(cell)}\n`;
const PLAIN = table((i) => `${i},0,${2 * i}`);

/** Tables, by name; the content may be bytes. */
export const ODD_TABLES: Readonly<Record<string, { fate: Fate; content: string | Buffer }>> = {
  'as it should be': { fate: 'read', content: PLAIN },
  'line ends of Windows': { fate: 'read', content: PLAIN.replaceAll('\n', '\r\n') },
  'line ends of old Macs': { fate: 'either', content: PLAIN.replaceAll('\n', '\r') },
  'with a byte order mark': { fate: 'read', content: `\uFEFF${PLAIN}` },
  'UTF-16, little end first': { fate: 'either', content: Buffer.from(`\uFEFF${PLAIN}`, 'utf16le') },
  'UTF-16 without a mark': { fate: 'either', content: Buffer.from(PLAIN, 'utf16le') },
  'UTF-16, big end first': { fate: 'either', content: Buffer.from(`\uFEFF${PLAIN}`, 'utf16le').swap16() },
  'zero bytes between': { fate: 'refused', content: PLAIN.replaceAll(',', ',\0') },
  semicolons: { fate: 'read', content: PLAIN.replaceAll(',', ';') },
  tabs: { fate: 'read', content: PLAIN.replaceAll(',', '\t') },
  'a row with too few cells': { fate: 'refused', content: `${PLAIN}MYC,1\n` },
  'a row with too many cells': { fate: 'refused', content: `${PLAIN}MYC,1,2,3,4,5,6\n` },
  'a quote that never ends': { fate: 'refused', content: PLAIN.replace('GATA1', '"GATA1') },
  'a head and nothing else': { fate: 'refused', content: `${HEAD}\n` },
  'one line': { fate: 'either', content: 'SPI1,1,2,3' },
  'one column': { fate: 'refused', content: GENES.join('\n') },
  'only blank lines': { fate: 'refused', content: '\n'.repeat(1000) },
  NaN: { fate: 'either', content: table(() => '1,NaN,2') },
  infinity: { fate: 'refused', content: table(() => '1,Inf,2') },
  'negative numbers': { fate: 'refused', content: table(() => '1,-1,2') },
  fractions: { fate: 'refused', content: table(() => '1,0.5,2') },
  'a number beyond double precision': { fate: 'refused', content: table(() => '1,1e999,2') },
  'hexadecimal numbers': { fate: 'either', content: table(() => '1,0x10,2') },
  'words for numbers': { fate: 'refused', content: table(() => 'many,few,none') },
  'errors of a spreadsheet': { fate: 'either', content: table(() => '1,#REF!,2') },
  'formulas of a spreadsheet': { fate: 'either', content: table(() => '1,=1+1,2') },
  'genes of one name': { fate: 'either', content: `${HEAD}\n${'GATA1,1,2,3\n'.repeat(5)}` },
  'cells of one name': { fate: 'either', content: table((i) => `${i},1,2`, 'gene,A,A,A') },
  'cells without names': { fate: 'either', content: table((i) => `${i},1,2`, 'gene,,,') },
  'unknown genes': { fate: 'refused', content: `${HEAD}\nthing1,1,2,3\nthing2,1,2,3\nthing3,1,2,3\n` },
  'a page of the web': { fate: 'refused', content: '<!doctype html><html><body>404 Not Found</body></html>' },
  JSON: { fate: 'refused', content: '{"cells":[{"gene":"SPI1","n":1}]}' },
  'a letter': { fate: 'refused', content: 'Dear colleague,\n\nplease find the counts attached.\n\nYours, B\n' },
  'a line of ten megabytes': { fate: 'refused', content: `${HEAD}\nSPI1,${'1'.repeat(10_000_000)},2,3\n` },
  'a million columns': {
    fate: 'either',
    content: `gene,${Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(',')}\nSPI1,${'1,'.repeat(999_999)}1\n`,
  },
  'any bytes': { fate: 'refused', content: Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)) },
};

type MtxFolder = Partial<Record<'matrix.mtx' | 'genes.tsv' | 'barcodes.tsv', string>>;
const BANNER = '%%MatrixMarket matrix coordinate integer general';
const GENE_LINES = 'ENSG00000066336\tSPI1\nENSG00000102145\tGATA1\n';
const CELL_LINES = 'AAAC-1\nAAAG-1\nAACC-1\n';
const folder = (matrix: string, changes: MtxFolder = {}): MtxFolder => ({
  'matrix.mtx': matrix,
  'genes.tsv': GENE_LINES,
  'barcodes.tsv': CELL_LINES,
  ...changes,
});
const entries = (...lines: string[]) => folder(`${BANNER}\n2 3 ${lines.length}\n${lines.join('\n')}\n`);
const GOOD = entries('1 1 5', '2 1 1', '1 2 3', '2 3 9');

/** Folders of matrix, genes and barcodes, by name. */
export const ODD_FOLDERS: Readonly<Record<string, { fate: Fate; files: MtxFolder }>> = {
  'as it should be': { fate: 'read', files: GOOD },
  'no banner': { fate: 'refused', files: folder('2 3 1\n1 1 5\n') },
  'a dense banner': { fate: 'refused', files: folder('%%MatrixMarket matrix array integer general\n2 3\n1\n2\n3\n') },
  'a banner of complex numbers': {
    fate: 'refused',
    files: folder(`${BANNER.replace('integer', 'complex')}\n2 3 1\n1 1 5 5\n`),
  },
  'a symmetric banner': { fate: 'refused', files: folder(`${BANNER.replace('general', 'symmetric')}\n2 3 1\n1 1 5\n`) },
  'no extents': { fate: 'refused', files: folder(`${BANNER}\n`) },
  'extents that are no numbers': { fate: 'refused', files: folder(`${BANNER}\nmany few none\n`) },
  'extents of ten million million': { fate: 'refused', files: folder(`${BANNER}\n10000000000000 3 1\n1 1 5\n`) },
  'fewer entries than said': { fate: 'refused', files: folder(`${BANNER}\n2 3 9\n1 1 5\n`) },
  'more entries than said': { fate: 'refused', files: folder(`${BANNER}\n2 3 1\n1 1 5\n2 1 1\n`) },
  'rows from 0': { fate: 'refused', files: entries('0 1 5', '1 2 3') },
  'a row beyond the genes': { fate: 'refused', files: entries('3 1 5') },
  'a column beyond the cells': { fate: 'refused', files: entries('1 4 5') },
  'an entry without a value': { fate: 'refused', files: entries('1 1') },
  'an entry with two values': { fate: 'either', files: entries('1 1 5 6') },
  'negative entries': { fate: 'refused', files: entries('1 1 -5') },
  fractions: { fate: 'refused', files: entries('1 1 0.5') },
  'NaN for a value': { fate: 'refused', files: entries('1 1 NaN') },
  'words for numbers': { fate: 'refused', files: entries('one one five') },
  'an entry twice': { fate: 'either', files: entries('1 1 5', '1 1 5') },
  'more genes than rows': { fate: 'refused', files: { ...GOOD, 'genes.tsv': `${GENE_LINES}ENSG00000196092\tPAX5\n` } },
  'fewer barcodes than columns': { fate: 'refused', files: { ...GOOD, 'barcodes.tsv': 'AAAC-1\n' } },
  'no genes': { fate: 'refused', files: { ...GOOD, 'genes.tsv': '' } },
  'genes in UTF-16': { fate: 'refused', files: { ...GOOD, 'genes.tsv': GENE_LINES.split('').join('\0') } },
  'turned around': { fate: 'refused', files: folder(`${BANNER}\n3 2 1\n1 1 5\n`) },
};
