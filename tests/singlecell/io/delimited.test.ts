import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import type { OpenOptions } from '#singlecell/io/reader.ts';
import { readRows } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';

const at = tempFolder();
let nFiles = 0;

function write(content: string | Buffer, name = 'table.csv'): string {
  const file = at(`${nFiles++}-${name}`);
  writeFileSync(file, content);
  return file;
}

/** Everything a table says, cells × genes. */
async function read(content: string | Buffer, name?: string, options: OpenOptions = {}) {
  const file = write(content, name);
  const open = await openFile(file, options);
  try {
    const [{ name: matrix }] = open.matrices;
    return {
      format: open.format,
      cells: open.cellIds(),
      genes: open.genes(matrix),
      obs: open.obsNames().map((column) => open.obsColumn(column)),
      rows: await readRows(file, matrix, options),
      warnings: open.warnings,
    };
  } finally {
    open.close();
  }
}

async function refusal(content: string | Buffer, name?: string, options: OpenOptions = {}): Promise<string> {
  const thrown = await read(content, name, options).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(WorkbenchError);
  expect((thrown as WorkbenchError).code).toBe('data-format');
  return (thrown as WorkbenchError).message;
}

const GENES = ['SPI1', 'GATA1', 'PAX5', 'CEBPA'];
const CELLS = ['AAACCTGAGAAACCAT-1', 'AAACCTGAGAAACCGC-1', 'AAACCTGAGAAACCTA-1'];
/** Cells × genes. */
const COUNTS = [
  [1, 0, 12, 2],
  [0, 3, 0, 0],
  [4, 0, 0, 100],
];
const byGene = (separator: string, corner = ''): string =>
  [
    [corner, ...CELLS].join(separator),
    ...GENES.map((gene, g) => [gene, ...COUNTS.map((row) => row[g])].join(separator)),
  ].join('\n') + '\n';
const byCell = (separator: string, corner = ''): string =>
  [[corner, ...GENES].join(separator), ...CELLS.map((cell, c) => [cell, ...COUNTS[c]].join(separator))].join('\n') +
  '\n';

describe('dialects of a table of genes × cells', () => {
  it.each<[string, string | Buffer]>([
    ['commas', byGene(',')],
    ['tabs', byGene('\t', 'gene')],
    ['semicolons', byGene(';')],
    ['bars', byGene('|', 'GENE')],
    ['spaces', byGene(' ', 'gene')],
    ['spaces that line columns up', byGene('    ', 'gene')],
    ['a header one shorter, as write.table of R', byGene(' ').replace(/^ /, '')],
    [
      'the same with tabs and quotes',
      byGene('\t')
        .replace(/^\t/, '')
        .replace(/[A-Z][\w-]+/g, '"$&"'),
    ],
    ['quotes everywhere', byGene(',', 'gene').replace(/[^,\n]+/g, '"$&"')],
    ['lines of Windows', byGene(',').replaceAll('\n', '\r\n')],
    ['lines of an old Macintosh', byGene(',').replaceAll('\n', '\r')],
    ['no line end at the end', byGene(',').trimEnd()],
    ['a separator at the end of every line', byGene(',').replaceAll('\n', ',\n')],
    ['a separator at the end of the lines below the header', byGene(',').replaceAll('\n', ',\n').replace(',\n', '\n')],
    ['comments and empty lines above', `# made by a program, v1\n#\n\n${byGene('\t')}`],
    ['a comment of as many words as there are columns', `# made by a program\n${byGene(' ', 'gene')}`],
    ['empty lines between', byGene(',').replaceAll('\n', '\n\n')],
    ['a header that is a comment', `#${byGene('\t', 'gene')}`],
    ['a byte order mark', `\uFEFF${byGene(',', 'gene')}`],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${byGene('\t')}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(byGene('\t'), 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${byGene('\t')}`, 'utf16le').swap16()],
    ['gzip', gzipSync(byGene(','))],
    [
      'gzip of several members, as bgzip',
      Buffer.concat([gzipSync(byGene(',').slice(0, 80)), gzipSync(byGene(',').slice(80))]),
    ],
    ['numbers with decimals and exponents', byGene('\t').replace('\t12', '\t12.0').replace('\t100', '\t1e+02')],
    ['decimal commas', byGene(';').replace(';12', ';12,0').replace(';100', ';100,00')],
    ['spaces around fields', byGene(',').replaceAll(',', ' , ')],
  ])('%s', async (_, text) => {
    const { format, cells, genes, rows } = await read(text, 'table.txt');
    expect(format).toBe('delimited');
    expect(cells).toEqual(CELLS);
    expect(genes).toEqual({ names: GENES, ids: null, featureTypes: null });
    expect(rows).toEqual(COUNTS);
  });

  it('says what it made of decimal commas and UTF-16', async () => {
    expect((await read(byGene(';').replace(';12', ';12,0'))).warnings).toEqual([
      'Commas in numbers were read as decimal points.',
    ]);
    expect((await read(Buffer.from(`\uFEFF${byGene('\t')}`, 'utf16le'))).warnings).toEqual([
      'The text is UTF-16 and was converted.',
    ]);
  });
});

describe('direction', () => {
  it.each([',', '\t', ';'])('cells in the lines, separated by %j', async (separator) => {
    for (const corner of ['', 'cell_id', 'gene']) {
      const { cells, genes, rows } = await read(byCell(separator, corner));
      expect([cells, genes.names, rows]).toEqual([CELLS, GENES, COUNTS]);
    }
  });

  it('is taken as genes × cells, and said, where no name tells', async () => {
    const text = 'x,u1,u2\nq_1,1,0\nq_2,0,2\n';
    const found = await read(text);
    expect(found.genes.names).toEqual(['q_1', 'q_2']);
    expect(found.warnings.join()).toContain('Neither the lines nor the columns');
    const turned = await read(text, 'table.csv', { orientation: 'cells-by-genes' });
    expect([turned.genes.names, turned.cells, turned.warnings]).toEqual([['u1', 'u2'], ['q_1', 'q_2'], []]);
  });

  it('reads cells without names, numbered', async () => {
    const { cells, genes } = await read(`${GENES.join(',')}\n1,0,0,1\n0,2,0,0\n`);
    expect([cells, genes.names]).toEqual([['cell_1', 'cell_2'], GENES]);
  });

  it('reads the output of a counting program without header, and leaves its tallies out', async () => {
    const found = await read('SPI1\t5\nGATA1\t0\nPAX5\t7\n__no_feature\t120\n__ambiguous\t3\n', 'counts.txt');
    expect([found.genes.names, found.rows]).toEqual([['SPI1', 'GATA1', 'PAX5'], [[5, 0, 7]]]);
    expect(found.warnings).toContain('Lines that are no genes were left out: __no_feature, __ambiguous.');
  });
});

describe('annotations in the table', () => {
  it('takes columns that describe the cells', async () => {
    const text = [
      'cell,cell_type,SPI1,nCount_RNA,GATA1,percent.mito,score',
      'AAACCTGAG-1,B,1,9,0,0.5,-1.5',
      'AAACCTGAT-1,T,0,8,2,0.25,2.5',
      'AAACCTGAC-1,T,0,7,1,,1',
    ].join('\n');
    const found = await read(text);
    expect(found.genes.names).toEqual(['SPI1', 'GATA1']);
    expect(found.rows).toEqual([
      [1, 0],
      [0, 2],
      [0, 1],
    ]);
    expect(found.obs).toEqual([
      { name: 'cell_type', kind: 'text', values: ['B', 'T', 'T'] },
      { name: 'nCount_RNA', kind: 'number', values: Float64Array.of(9, 8, 7) },
      { name: 'percent.mito', kind: 'number', values: Float64Array.of(0.5, 0.25, Number.NaN) },
      { name: 'score', kind: 'number', values: Float64Array.of(-1.5, 2.5, 1) },
    ]);
  });

  it('takes lines that describe the cells', async () => {
    const lines = byGene('\t', 'gene').split('\n');
    lines.splice(1, 0, 'cell_type\tmono\tB\tmono');
    lines.splice(4, 0, 'nCount_RNA\t15\t3\t104');
    const found = await read(lines.join('\n'), 'table.tsv');
    expect([found.genes.names, found.rows]).toEqual([GENES, COUNTS]);
    expect(found.obs).toEqual([
      { name: 'cell_type', kind: 'text', values: ['mono', 'B', 'mono'] },
      { name: 'nCount_RNA', kind: 'number', values: Float64Array.of(15, 3, 104) },
    ]);
  });

  it('reads featureCounts', async () => {
    const text = [
      '# Program:featureCounts v2.0.1; Command:"featureCounts" "-T" "4" "-a" "genes.gtf"',
      'Geneid\tChr\tStart\tEnd\tStrand\tLength\t/data/S1.bam\t/data/S2.bam',
      'ENSG00000066336\tchr11;chr11\t47354860;47378000\t47359000;47378500\t-;-\t1200\t5\t0',
      'ENSG00000102145\tchrX\t48786562\t48794311\t+\t1500\t0\t7',
    ].join('\n');
    const found = await read(text, 'counts.txt');
    expect(found.genes).toEqual({ names: ['ENSG00000066336', 'ENSG00000102145'], ids: null, featureTypes: null });
    expect([found.cells, found.rows]).toEqual([
      ['/data/S1.bam', '/data/S2.bam'],
      [
        [5, 0],
        [0, 7],
      ],
    ]);
    expect(found.warnings).toEqual(['Columns that describe the genes were left out: Chr, Start, End, Strand, Length.']);
  });

  it.each(['gene_id,gene_name', 'gene_name,gene_id', ',symbol', 'X,Y'])(
    'reads ids and symbols side by side (%s)',
    async (heads) => {
      const [a, b] = heads === 'gene_name,gene_id' ? [1, 0] : [0, 1];
      const lines = [
        ['ENSG00000066336.11', 'SPI1'],
        ['ENSG00000102145.15', 'GATA1'],
        ['ENSG00000196092.14', 'PAX5'],
      ].map((names, i) => [names[a], names[b], i, 2 * i].join(','));
      const found = await read([`${heads},GSM1,GSM2`, ...lines].join('\n'));
      expect(found.genes.names).toEqual(['SPI1', 'GATA1', 'PAX5']);
      expect(found.genes.ids).toEqual(['ENSG00000066336.11', 'ENSG00000102145.15', 'ENSG00000196092.14']);
      expect(found.rows).toEqual([
        [0, 1, 2],
        [0, 2, 4],
      ]);
    },
  );

  it('reads Entrez ids as names of genes', async () => {
    const found = await read('gene,GSM1,GSM2\n6688,1,0\n2623,0,4\n5079,2,2\n');
    expect([found.genes.names, found.rows]).toEqual([
      ['6688', '2623', '5079'],
      [
        [1, 0, 2],
        [0, 4, 2],
      ],
    ]);
  });
});

describe('one line per entry', () => {
  it.each([
    ['gene,cell,count', [0, 1, 2]],
    ['barcode,gene_name,umi', [1, 0, 2]],
    ['V1,V2,V3', [0, 1, 2]],
  ])('%s', async (heads, order) => {
    const entries = COUNTS.flatMap((row, c) => row.map((value, g) => [GENES[g], CELLS[c], value])).filter(
      ([, , value]) => value,
    );
    const text = [heads, ...entries.map((entry) => order.map((i) => entry[i]).join(','))].join('\n');
    const found = await read(text);
    expect([found.genes.names, found.cells]).toEqual([['SPI1', 'PAX5', 'CEBPA', 'GATA1'], CELLS]);
    expect(found.rows).toEqual([
      [1, 12, 2, 0],
      [0, 0, 0, 3],
      [4, 0, 100, 0],
    ]);
    expect(found.warnings.join()).toContain('Each line is one gene in one cell');
  });
});

describe('what is told or refused', () => {
  it('reads missing fields as 0 and says how many', async () => {
    const found = await read('gene,GSM1,GSM2\nSPI1,NA,\nGATA1,1,nan\n');
    expect([found.rows, found.warnings]).toEqual([
      [
        [0, 1],
        [0, 0],
      ],
      ['3 fields that are empty or NA were read as 0.'],
    ]);
  });

  it.each<[string, string, string]>([
    ['a line too short', `${byGene(',')}TBX21,1,2\n`, 'line 6 has 3 columns where 4 are expected'],
    ['a line too long', `${byGene(',')}TBX21,1,2,3,4,5\n`, 'line 6 has 6 columns where 4 are expected'],
    ['a text among the counts', `${byGene(',')}TBX21,1,many,3\n`, 'line 6, column 3: it holds a text where a count'],
    ['separators between thousands', byGene('\t').replace('\t100', '\t"1,234"'), 'separators between thousands'],
    ['both kinds of separators', byGene('\t').replace('\t100', '\t1.234,56'), 'separators between thousands'],
    [
      'a quote that is never closed',
      `gene,c1\n"SPI1,1\n${'GATA1,2\n'.repeat(2000)}`,
      'opens a quote that is never closed',
    ],
    ['a header only', 'gene,AAACCTGAG-1,AAACCTGAT-1\n', 'none of its columns holds numbers'],
    ['nothing but comments', '# a\n# b\n', 'nothing but comments'],
    ['one column', 'SPI1\nGATA1\n', 'do not fall into columns'],
    ['names without numbers', 'gene,name\nSPI1,PU1\nGATA1,x\n', 'none of its columns holds numbers'],
    ['binary content', '\u0001\u0000\u0002 words', 'of no format that is known'],
  ])('%s', async (_, text, words) => {
    expect(await refusal(text)).toContain(words);
  });

  it('never says what a field holds', async () => {
    expect(await refusal(`${byGene(',')}TBX21,1,Jane Doe,3\n`)).not.toContain('Jane');
  });

  it('refuses gzip that was cut off, with the words of other formats', async () => {
    const whole = gzipSync(byGene(',').repeat(50), { level: 0 });
    expect(await refusal(whole.subarray(0, whole.length - 40), 'table.csv.gz')).toContain('damaged or was cut off');
  });

  it('inspects: format, direction, content', async () => {
    const counts = await inspectFile(write(byGene(',')));
    expect(counts.description).toBe('text table, human, raw counts, 3 cells × 4 genes');
    const log = await inspectFile(write(byGene(',').replace(',12', ',2.4849')));
    expect(log.matrices).toEqual([{ name: 'table', content: 'normalized', storage: 'dense' }]);
    expect(log.warnings.join()).toContain('raw counts (whole numbers) are expected');
  });

  it('keeps 10x lists and other text for other readers', async () => {
    const list = 'ENSG00000066336\tSPI1\nENSG00000102145\tGATA1\n';
    for (const name of ['barcodes.tsv', 'features.tsv.gz', 'GSM1_genes.tsv', 'notes.md', 'summary.json']) {
      await expect(openFile(write(list, name))).rejects.toThrow('of no format that is known');
    }
  });
});

describe('streaming', () => {
  it('finds a Windows line end that lies across two chunks', async () => {
    // Files are read 64 KiB at a time.
    const cells: string[] = [];
    let header = 'gene';
    while (header.length < 65_535 - 20) {
      cells.push(`ACGTACGTACGT-${cells.length}`);
      header += `,${cells.at(-1)}`;
    }
    cells.push('x'.repeat(65_535 - header.length - 1));
    header += `,${cells.at(-1)}`;
    const found = await read(`${header}\r\nSPI1${',1'.repeat(cells.length)}\r\n`);
    expect([header.length, found.cells, found.genes.names]).toEqual([65_535, cells, ['SPI1']]);
  });

  it('reads a table too large to keep in several passes', async () => {
    const { KEPT_ENTRIES } = await import('#singlecell/io/delimited/kept-entries.ts');
    const [nGenes, nCells] = [Math.ceil(KEPT_ENTRIES / 2000) + 1, 2001];
    const line = (gene: number) =>
      `ENSG${String(gene).padStart(11, '0')},${Array.from({ length: nCells }, (_, cell) => ((gene + cell) % 9) + 1).join(',')}\n`;
    const header = `gene,${Array.from({ length: nCells }, (_, cell) => `c${cell}`).join(',')}\n`;
    const parts = [header];
    for (let gene = 0; gene < nGenes; gene++) parts.push(line(gene));
    const file = write(parts.join(''), 'large.csv');
    expect(readFileSync(file).length).toBeGreaterThan(2 * KEPT_ENTRIES);
    const open = await openFile(file);
    let total = 0;
    let n = 0;
    for await (const chunk of open.chunks('table')) {
      for (let i = 0; i < chunk.data.length; i++) total += chunk.data[i];
      n += chunk.data.length;
    }
    expect(n).toBe(nGenes * nCells);
    // numpy: ((np.arange(3001)[:, None] + np.arange(2001)) % 9 + 1).sum()
    expect(total).toBe(30_024_987);
  });
});
