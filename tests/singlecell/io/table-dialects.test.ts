import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { openFile } from '#singlecell/io/open.ts';
import { readRows } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';

const at = tempFolder();
let nFiles = 0;

const SYMBOLS =
  'SPI1 GATA1 PAX5 CEBPA TBX21 MT-CO1 HLA-DRA RPL13A LINC01128 AL627309.1 RP11-34P13.7 SEPT2 NKX6-1 C1orf112 CD3E ZNF683 B2M A1BG A2M TP53'.split(
    ' ',
  );
const NAMES: Record<string, (i: number) => string> = {
  barcodes: (i) => `${[...i.toString(4).padStart(12, '0')].map((digit) => 'ACGT'[Number(digit)]).join('')}-1`,
  numbered: (i) => `Cell_${i + 1}`,
  wells: (i) => `plate1_${'ABCDEFGH'[i % 8]}${1 + Math.floor(i / 8)}`,
  samples: (i) => `GSM${4_100_000 + i}`,
  files: (i) => `/data/S${i}.bam`,
  'with commas and quotes': (i) => `donor 1, "left" ${i}; ACGTACGTAC`,
};

const table = fc.record({
  nGenes: fc.integer({ min: 2, max: SYMBOLS.length }),
  nCells: fc.integer({ min: 1, max: 30 }),
  seed: fc.array(fc.nat({ max: 3000 }), { minLength: 7, maxLength: 60 }),
  separator: fc.constantFrom(',', '\t', ';', '|', ' '),
  names: fc.constantFrom(...Object.keys(NAMES)),
  useIds: fc.boolean(),
  turned: fc.boolean(),
  corner: fc.constantFrom('', 'gene', 'X', 'short'),
  quotes: fc.constantFrom('where needed', 'everywhere', 'names'),
  newline: fc.constantFrom('\n', '\r\n', '\r'),
  style: fc.constantFrom('plain', 'decimals', 'exponents', 'comma'),
  missing: fc.boolean(),
  encoding: fc.constantFrom('utf8', 'utf8 with mark', 'utf16le', 'utf16be', 'gzip', 'gzip in members'),
  comment: fc.boolean(),
  lastNewline: fc.boolean(),
});
type Table = typeof table extends fc.Arbitrary<infer T> ? T : never;

const hasTrouble = /[",;|\t ]/;

function written(spec: Table): { content: Buffer; cells: string[]; genes: string[]; counts: number[][] } {
  const { separator, newline } = spec;
  const genes = SYMBOLS.slice(0, spec.nGenes).map((symbol, i) =>
    spec.useIds ? `ENSG${String(i + 1).padStart(11, '0')}` : symbol,
  );
  const cells = Array.from({ length: spec.nCells }, (_, i) => NAMES[spec.names](i));
  // Most counts are 0, and each gene and cell is told apart from the others.
  const counts = cells.map((_, c) =>
    genes.map((_, g) => ((3 * c + 5 * g) % 4 === 0 ? spec.seed[(7 * c + g) % spec.seed.length] : 0)),
  );
  const quoted = (text: string, isName: boolean) =>
    spec.quotes === 'everywhere' ||
    (isName && spec.quotes === 'names') ||
    hasTrouble.test(text) ||
    (text === '' && separator === ' ')
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  // In the smallest tables decimal commas cut all lines as evenly as their separator does.
  const isTold = spec.nGenes >= 4 && spec.nCells >= 4;
  const comma = spec.style === 'comma' && separator !== ',' && isTold;
  const number = (value: number, i: number) => {
    if (value === 0 && spec.missing && i % 3 === 0) return separator === ' ' ? 'NA' : i % 2 ? 'NA' : '';
    if (spec.style === 'decimals') return value.toFixed(i % 3);
    if (spec.style === 'exponents') return value.toExponential(6);
    return comma && i % 2 ? `${value},0` : String(value);
  };
  const down = spec.turned ? cells : genes;
  const across = spec.turned ? genes : cells;
  const corner = spec.corner === 'gene' && spec.turned ? 'cell_id' : spec.corner;
  const header = [...(corner === 'short' ? [] : [corner]), ...across].map((name) => quoted(name, true));
  const lines = down.map((name, d) =>
    [
      quoted(name, true),
      ...across.map((_, a) => quoted(number(spec.turned ? counts[d][a] : counts[a][d], d + a), false)),
    ].join(separator),
  );
  const text = `${spec.comment ? `# made by a test${newline}` : ''}${[header.join(separator), ...lines].join(newline)}${spec.lastNewline ? newline : ''}`;
  return { content: encoded(text, spec.encoding), cells, genes, counts };
}

function encoded(text: string, encoding: string): Buffer {
  const plain = Buffer.from(text);
  const middle = Math.floor(plain.length / 2);
  switch (encoding) {
    case 'utf8 with mark':
      return Buffer.from(`\uFEFF${text}`);
    case 'utf16le':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'utf16be':
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    case 'gzip':
      return gzipSync(plain);
    case 'gzip in members':
      return Buffer.concat([gzipSync(plain.subarray(0, middle)), gzipSync(plain.subarray(middle))]);
    default:
      return plain;
  }
}

describe('a matrix comes back equal in whatever way it was written', () => {
  it('as a table in either direction', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(table, async (spec) => {
        const { content, cells, genes, counts } = written(spec);
        const file = at(`${nFiles++}.txt`);
        writeFileSync(file, content);
        const orientation = spec.turned ? 'cells-by-genes' : 'genes-by-cells';
        const open = await openFile(file, { orientation });
        expect(open.genes('table').names).toEqual(genes);
        expect(open.cellIds()).toEqual(cells);
        expect(await readRows(file, 'table', { orientation })).toEqual(counts);
        // Told without help wherever there are names enough.
        if (spec.nGenes >= 4 && spec.nCells >= 4) {
          expect(await readRows(file, 'table')).toEqual(counts);
        }
      }),
      { numRuns: 250, seed: 4 },
    );
  });

  it('as one line per entry', { timeout: 60_000 }, async () => {
    const entries = fc.uniqueArray(
      fc.tuple(fc.nat({ max: 19 }), fc.nat({ max: 40 }), fc.integer({ min: 1, max: 1e6 })),
      {
        minLength: 1,
        maxLength: 80,
        selector: ([gene, cell]) => `${gene} ${cell}`,
      },
    );
    const columns = fc.constantFrom(
      ...['gene,cell,count', 'barcode,gene,umi_count', 'count,gene,cell'].map((line) => line.split(',')),
    );
    await fc.assert(
      fc.asyncProperty(entries, columns, fc.constantFrom(',', '\t', ';'), async (list, header, separator) => {
        const lines = list.map(([gene, cell, value]) =>
          header
            .map((name) =>
              /gene/.test(name) ? SYMBOLS[gene] : /cell|barcode/.test(name) ? NAMES.barcodes(cell) : value,
            )
            .join(separator),
        );
        const file = at(`${nFiles++}.tsv`);
        writeFileSync(file, [header.join(separator), ...lines].join('\n'));
        const open = await openFile(file);
        const genes = open.genes('table').names;
        const cells = open.cellIds();
        const rows = await readRows(file, 'table');
        const found = rows
          .flatMap((row, c) => row.map((value, g) => `${genes[g]} ${cells[c]} ${value}`))
          .filter((text) => !text.endsWith(' 0'));
        expect(found.sort()).toEqual(
          list.map(([gene, cell, value]) => `${SYMBOLS[gene]} ${NAMES.barcodes(cell)} ${value}`).sort(),
        );
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
