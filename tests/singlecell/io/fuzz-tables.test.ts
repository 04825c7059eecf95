import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { openFile } from '#singlecell/io/open.ts';
import { writeWorkbook } from '#singlecell/io/xlsx/write-workbook.ts';
import { mutate } from './support/mutate.ts';
import { tempFolder } from './support/temp-folder.ts';
import { writeH5ad } from './support/write-h5ad.ts';
import { tarOf } from './support/write-tar.ts';
import { rawWorkbook } from './support/write-workbook-xml.ts';
import { zipOf } from './support/write-zip.ts';

const at = tempFolder();
/** Per format. */
const N_MUTANTS = 40;
const TIME_LIMIT_MS = 240_000;
/** Of arrays and buffers outside the heap: far above what these small files need, far below what a bomb takes. */
const MEMORY_LIMIT_BYTES = 600 * 2 ** 20;
const REFUSALS = ['data-format', 'unsupported', 'not-found', 'resource'];

/** Reads all there is: `valid` or the code of the refusal; anything else is a crash and fails the test. */
async function fate(file: string): Promise<string> {
  try {
    const open = await openFile(file);
    try {
      for (const name of open.obsNames()) open.obsColumn(name);
      for (const { name, nCells } of open.matrices) {
        open.genes(name);
        await open.sample(name);
        let nRead = 0;
        for await (const chunk of open.chunks(name)) nRead = chunk.start + chunk.nCells;
        expect(nRead).toBe(nCells);
      }
      expect(open.cellIds()).toHaveLength(open.matrices[0].nCells);
    } finally {
      open.close();
    }
    return 'valid';
  } catch (thrown) {
    if (!(thrown instanceof WorkbenchError)) throw thrown;
    expect(thrown.message).toMatch(/: .*[;.,] /);
    return thrown.code;
  }
}

const GENES = ['SPI1', 'GATA1', 'PAX5', 'CEBPA', 'TBX21', 'CD3E', 'LYZ', 'NKG7'];
const cells = Array.from({ length: 12 }, (_, i) => `AAACCTGAG${'ACGT'[i % 4]}${'ACGT'[i >> 2]}-1`);
const lines = (separator: string) => [
  ['gene', ...cells].join(separator),
  ...GENES.map((gene, g) => [`"${gene}"`, ...cells.map((_, c) => (c * (g + 3)) % 7)].join(separator)),
];
const csv = `${lines(',').join('\n')}\n`;
const tsv = `# counts\n${lines('\t').join('\r\n')}\r\n`;
const byCell = [
  ['cell', 'cell_type', ...GENES].join(';'),
  ...cells.map((cell, c) => [cell, c % 2 ? 'B' : 'T', ...GENES.map((_, g) => `${(c * g) % 5},0`)].join(';')),
].join('\n');
const triplets = ['gene,cell,count', ...cells.flatMap((cell, c) => GENES.map((gene) => `${gene},${cell},${c}`))].join(
  '\n',
);
const mtx = [
  {
    name: 'x/matrix.mtx',
    content: '%%MatrixMarket matrix coordinate integer general\n2 3 4\n1 1 5\n2 1 1\n1 2 3\n2 3 9\n',
  },
  { name: 'x/genes.tsv', content: 'ENSG00000066336\tSPI1\nENSG00000102145\tGATA1\n' },
  { name: 'x/barcodes.tsv', content: 'AAAC-1\nAAAG-1\nAACC-1\n' },
];

const sheetXml = GENES.map(
  (gene, g) =>
    `<row r="${g + 2}"><c r="A${g + 2}" t="inlineStr"><is><t>${gene}</t></is></c><c r="B${g + 2}"><v>${g}</v></c><c r="C${g + 2}"><v>3</v></c></row>`,
).join('');

const makers: Record<string, () => Buffer | Promise<Buffer>> = {
  'counts.csv': () => Buffer.from(csv),
  'counts.tsv': () => Buffer.from(tsv),
  'cells.csv': () => Buffer.from(byCell),
  'counts.txt': () => Buffer.from(`\uFEFF${tsv}`, 'utf16le'),
  'triplets.csv': () => Buffer.from(triplets),
  'counts.csv.gz': () => gzipSync(csv),
  'counts.xlsx': () =>
    writeWorkbook([
      {
        name: 'counts',
        columns: [{ title: 'gene', kind: 'text' }, ...cells.map((title) => ({ title, kind: 'integer' as const }))],
        rows: GENES.map((gene, g) => [gene, ...cells.map((_, c) => (c * g) % 5)]),
      },
    ]),
  'run.zip': () => zipOf([...mtx, { name: 'readme.md', content: 'words' }]),
  'run.tar': () => tarOf([...mtx, { name: 'readme.md', content: 'words' }]),
  'run.tar.gz': async () => gzipSync(await tarOf(mtx)),
  'cells.h5ad.gz': async () => gzipSync(readFileSync(await writeH5ad(at('whole.h5ad')))),
};

/** Mutated before they are packed, so that the damage gets past checksums. */
const packed: Record<
  string,
  [inner: () => Buffer | Promise<Buffer>, pack: (inner: Buffer) => Buffer | Promise<Buffer>]
> = {
  'a table behind gzip': [() => Buffer.from(csv), (inner) => gzipSync(inner)],
  'a tar behind gzip': [() => tarOf(mtx), (inner) => gzipSync(inner)],
  'a table in a zip in a tar': [
    () => Buffer.from(byCell),
    (inner) => tarOf([{ name: 'x.zip', content: zipOf([{ name: 'cells.csv', content: inner }]) }]),
  ],
  'HDF5 in a tar': [
    async () => readFileSync(await writeH5ad(at('inner.h5ad'))),
    (inner) => tarOf([{ name: 'GSM1_cells.h5ad', content: inner }]),
  ],
  'cells of a workbook': [() => Buffer.from(sheetXml), (inner) => rawWorkbook(inner)],
};

describe('damage inside of what is packed', { timeout: TIME_LIMIT_MS }, () => {
  it.each(Object.entries(packed))('%s', async (name, [make, pack]) => {
    const original = await make();
    const fates = new Set<string>();
    for (let seed = 0; seed <= N_MUTANTS; seed++) {
      const file = at(`${seed}-${name.replaceAll(' ', '-')}`);
      writeFileSync(file, await pack(seed === 0 ? original : mutate(original, 500 + seed)));
      const found = await fate(file);
      if (seed === 0) expect(found).toBe('valid');
      fates.add(found);
    }
    expect([...fates].filter((code) => code !== 'valid' && !REFUSALS.includes(code))).toEqual([]);
    expect([...fates].some((code) => REFUSALS.includes(code))).toBe(true);
  });
});

describe(
  'damaged tables, workbooks and archives end in a valid dataset or a refusal',
  { timeout: TIME_LIMIT_MS },
  () => {
    it.each(Object.entries(makers))('%s', async (name, make) => {
      const original = await make();
      const whole = at(name);
      writeFileSync(whole, original);
      expect(await fate(whole)).toBe('valid');
      const fates = new Set<string>();
      const before = process.memoryUsage().arrayBuffers;
      for (let seed = 0; seed < N_MUTANTS; seed++) {
        const file = at(`${seed}-${name}`);
        writeFileSync(file, mutate(original, seed));
        fates.add(await fate(file));
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MEMORY_LIMIT_BYTES);
      }
      expect([...fates].filter((code) => code !== 'valid' && !REFUSALS.includes(code))).toEqual([]);
      expect([...fates].some((code) => REFUSALS.includes(code))).toBe(true);
    });
  },
);
