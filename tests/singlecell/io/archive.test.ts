import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Headers } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { unwrap } from '#singlecell/io/archive/unwrap.ts';
import { openFile } from '#singlecell/io/open.ts';
import { diskPlace, readSome, type Place } from '#singlecell/io/place.ts';
import { readRows } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';
import { COUNTS, GENES, writeH5ad } from './support/write-h5ad.ts';
import { tarOf, type TarContent } from './support/write-tar.ts';
import { zipOf } from './support/write-zip.ts';

const at = tempFolder();
let nFiles = 0;

function write(content: Buffer, name: string): string {
  const file = at(`${nFiles++}-${name}`);
  writeFileSync(file, content);
  return file;
}

const inside = async (file: string): Promise<Place> => unwrap(await diskPlace(file));

async function textOf(place: Place | null, start = 0): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of place!.bytes(start)) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

async function refusal(run: () => Promise<unknown>): Promise<string> {
  const thrown = await run().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(WorkbenchError);
  expect(['data-format', 'unsupported', 'resource']).toContain((thrown as WorkbenchError).code);
  return (thrown as WorkbenchError).message;
}

const LONG = `${'folder-with-a-long-name/'.repeat(6)}${'file'.repeat(30)}.txt`;
const FILES: TarContent[] = [
  { name: 'run/', header: { type: 'directory' } },
  { name: 'run/b.txt', content: 'second' },
  { name: './run/a.txt', content: Buffer.alloc(100_000, 'x') },
  { name: 'run/empty.txt', content: '' },
  { name: LONG, content: 'deep' },
  { name: 'run/._a.txt', content: 'of a Macintosh' },
];
const makers: [string, (files: readonly TarContent[]) => Promise<Buffer>][] = [
  ['run.zip', (files) => Promise.resolve(zipOf(files))],
  ['run.tar', tarOf],
  ['run.tar.gz', async (files) => gzipSync(await tarOf(files))],
  ['run.tgz', async (files) => gzipSync(await tarOf(files))],
];

describe.each(makers)('%s', (name, make) => {
  it('is a folder of its files, read from anywhere', async () => {
    const root = await inside(write(await make(FILES), name));
    expect([root.kind, root.path, root.name.replace(/^\d+-/, '')]).toEqual(['folder', null, 'run']);
    expect((await root.children()).map((place) => place.name)).toEqual(['folder-with-a-long-name', 'run']);
    const run = (await root.child('run'))!;
    const files = await run.children();
    expect(files.map((file) => [file.name, file.kind, file.sizeBytes])).toEqual([
      ['a.txt', 'file', 100_000],
      ['b.txt', 'file', 6],
      ['empty.txt', 'file', 0],
    ]);
    expect(await textOf(files[0])).toBe('x'.repeat(100_000));
    expect(await textOf(files[0], 99_998)).toBe('xx');
    expect(await textOf(await files[0].sibling('b.txt'), 3)).toBe('ond');
    expect(await textOf(files[2])).toBe('');
    expect(Buffer.from(await readSome(files[1], 3, 1)).toString()).toBe('eco');
    expect(await run.child('none')).toBeNull();
    let deep: Place | null = root;
    for (const part of LONG.split('/').filter(Boolean)) deep = await deep!.child(part);
    expect(await textOf(deep)).toBe('deep');
  });

  it('gives its dataset to the reader of its format', async () => {
    const mtx = '%%MatrixMarket matrix coordinate integer general\n2 3 3\n1 1 5\n2 1 1\n2 3 9\n';
    const archive = write(
      await make([
        { name: 'filtered_feature_bc_matrix/matrix.mtx.gz', content: gzipSync(mtx) },
        { name: 'filtered_feature_bc_matrix/features.tsv.gz', content: gzipSync('ENSG1\tSPI1\nENSG2\tGATA1\n') },
        { name: 'filtered_feature_bc_matrix/barcodes.tsv.gz', content: gzipSync('AAAC-1\nAAAG-1\nAACC-1\n') },
      ]),
      name,
    );
    const open = await openFile(archive);
    expect([open.format, open.cellIds()]).toEqual(['10x-mtx', ['AAAC-1', 'AAAG-1', 'AACC-1']]);
    expect(await readRows(archive, 'matrix')).toEqual([
      [5, 1],
      [0, 0],
      [0, 9],
    ]);
  });

  it('gives HDF5 from memory', async () => {
    const archive = write(
      await make([{ name: 'x/cells.h5ad', content: readFileSync(await writeH5ad(at('cells.h5ad'))) }]),
      name,
    );
    const open = await openFile(archive);
    expect([open.format, open.name, open.genes('X').names]).toEqual(['h5ad', 'cells.h5ad', GENES]);
    open.close();
    expect(await readRows(archive, 'X')).toEqual(COUNTS);
  });

  it('gives a table, and one in an archive within', async () => {
    const table = 'gene,AAACCTGAG-1,AAACCTGAT-1\nSPI1,1,2\nGATA1,0,3\n';
    for (const [, inner] of makers) {
      const nested = await inner([{ name: 'counts.csv', content: table }]);
      const archive = write(
        await make([
          { name: 'inner.bin', content: nested },
          { name: 'readme.md', content: '# hi' },
        ]),
        name,
      );
      expect(await readRows(archive, 'table')).toEqual([
        [1, 0],
        [2, 3],
      ]);
    }
    const gz = write(await make([{ name: 'counts.csv.gz', content: gzipSync(table) }]), name);
    expect(await readRows(gz, 'table')).toEqual([
      [1, 0],
      [2, 3],
    ]);
  });

  it('within an archive within an archive is refused', async () => {
    const third = await make([{ name: 'counts.csv', content: 'gene,c1\nSPI1,1\n' }]);
    const second = await make([{ name: 'third.bin', content: third }]);
    const first = write(await make([{ name: 'second.bin', content: second }]), name);
    expect(await refusal(() => openFile(first))).toContain('an archive in an archive in an archive');
  });

  it('says what it holds where that is no dataset, or several', async () => {
    const none = write(await make([{ name: 'a.md', content: 'words' }]), name);
    expect(await refusal(() => openFile(none))).toContain('nothing in it is a dataset of cells (a.md)');
    const empty = write(await make([]), name);
    if (name.endsWith('.zip')) expect(await refusal(() => openFile(empty))).toContain('it is empty');
    const table = 'gene,AAACCTGAG-1,AAACCTGAT-1\nSPI1,1,2\nGATA1,0,3\n';
    const two = write(
      await make([
        { name: 'a.csv', content: table },
        { name: 'b.csv', content: table },
      ]),
      name,
    );
    expect(await refusal(() => openFile(two))).toContain('it holds 2 datasets (a.csv, b.csv)');
  });

  it.each<[string, TarContent[], string]>([
    ['leads upwards', [{ name: '../../etc/passwd', content: 'x' }], 'names a file outside itself'],
    ['leads upwards within', [{ name: 'a/../../b', content: 'x' }], 'names a file outside itself'],
    ['is absolute', [{ name: '/etc/passwd', content: 'x' }], 'names a file outside itself'],
    ['is absolute on Windows', [{ name: 'C:/x.csv', content: 'x' }], 'names a file outside itself'],
    [
      'is there twice',
      [
        { name: 'a.csv', content: 'x' },
        { name: './a.csv', content: 'y' },
      ],
      'holds "./a.csv" twice',
    ],
    [
      'is a file and a folder',
      [
        { name: 'a', content: 'x' },
        { name: 'a/b', content: 'y' },
      ],
      'is a file and a folder',
    ],
  ])('is refused where a name %s', async (_, files, words) => {
    expect(await refusal(async () => inside(write(await make(files), name)))).toContain(words);
  });

  it('is refused where it was cut off', async () => {
    const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251));
    const whole = await make([
      { name: 'a.csv', content },
      { name: 'b.csv', content },
    ]);
    for (const share of [0.3, 0.7, 0.95]) {
      const file = write(whole.subarray(0, Math.floor(share * whole.length)), name);
      expect(await refusal(() => inside(file))).toMatch(/damaged|cut off/);
    }
  });
});

describe('hostile archives', () => {
  it.each<NonNullable<Headers['type']>>(['symlink', 'link', 'character-device', 'block-device', 'fifo'])(
    'a tar with a %s',
    async (type) => {
      const file = write(await tarOf([{ name: 'a', header: { type, linkname: '/etc/passwd' } }]), 'x.tar');
      expect(await refusal(() => inside(file))).toContain('an archive of plain files and folders is expected');
    },
  );

  it('a zip with a symbolic link', async () => {
    const file = write(zipOf([{ name: 'a', content: '/etc/passwd', unixMode: 0o120_777 }]), 'x.zip');
    expect(await refusal(() => inside(file))).toContain('a link or a device');
  });

  it('a zip with a password', async () => {
    const file = write(zipOf([{ name: 'a.csv', content: 'x', flags: 1 }]), 'x.zip');
    expect(await refusal(() => inside(file))).toContain('locked with a password');
  });

  it('a zip with another method', async () => {
    const file = write(zipOf([{ name: 'a.csv', content: 'x', method: 12 }]), 'x.zip');
    expect(await refusal(() => inside(file))).toContain('compressed with method 12');
  });

  it('a zip bomb that says what it is', async () => {
    const zeros = Buffer.alloc(200 * 2 ** 20);
    const file = write(zipOf([{ name: 'a.csv', content: zeros }]), 'x.zip');
    expect(await refusal(() => inside(file))).toContain('more than 300 times its size');
  });

  it('a zip bomb that lies about its size', async () => {
    const zeros = Buffer.alloc(20 * 2 ** 20);
    const file = write(zipOf([{ name: 'a.csv', content: zeros, claimedSize: 1000 }]), 'x.zip');
    expect(await refusal(async () => textOf(await (await inside(file)).child('a.csv')))).toContain('damaged');
  });

  it('a zip whose files share their bytes', async () => {
    const content = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7919) % 251));
    const file = write(
      zipOf(Array.from({ length: 9 }, (_, i) => ({ name: `${i}.csv`, content, sameAsFirst: i > 0 }))),
      'x.zip',
    );
    expect(await refusal(() => inside(file))).toContain('overlap');
  });

  it('a gzip bomb', async () => {
    const file = write(gzipSync(Buffer.alloc(300 * 2 ** 20)), 'x.h5ad.gz');
    expect(await refusal(() => openFile(file))).toMatch(/not|nothing/);
    const header = `gene${Array.from({ length: 15_000 }, (_, i) => `,c${i}`).join('')}\n`;
    const zeros = `SPI1${',0'.repeat(15_000)}\n`;
    const lines = write(gzipSync(Buffer.from(header + zeros.repeat(5000))), 'x.csv.gz');
    expect(await refusal(() => openFile(lines))).toContain('more than 300 times its size');
  });

  it('a tar with a file of absurd size', async () => {
    const tar = await tarOf([{ name: 'a.csv', content: 'x', header: { size: 1 } }]);
    tar.write('77777777777\0', 124, 'latin1');
    tar.write('        ', 148, 'latin1');
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(await refusal(() => inside(write(tar, 'x.tar')))).toContain('ends within a file');
    expect(await refusal(() => inside(write(gzipSync(tar), 'x.tar.gz')))).toContain('ends within a file');
  });

  it('workbooks are no archives', async () => {
    const place = await diskPlace(write(zipOf([{ name: 'xl/workbook.xml', content: '<x/>' }]), 'x.xlsx'));
    expect(await unwrap(place)).toBe(place);
  });
});

describe('HDF5 behind gzip', () => {
  it('is read from memory and gives the same numbers', async () => {
    const file = write(gzipSync(readFileSync(await writeH5ad(at('plain.h5ad')))), 'cells.h5ad.gz');
    const open = await openFile(file);
    expect(open.name.replace(/^\d+-/, '')).toBe('cells.h5ad');
    open.close();
    expect(await readRows(file, 'X')).toEqual(COUNTS);
  });

  it('may be open several times at once', async () => {
    const files = await Promise.all(
      ['csr', 'csc'].map(async (storage) =>
        write(
          gzipSync(
            readFileSync(await writeH5ad(at(`${storage}.h5ad`), { X: { storage: storage as 'csr', rows: COUNTS } })),
          ),
          'x.h5ad.gz',
        ),
      ),
    );
    const open = await Promise.all(files.map((file) => openFile(file)));
    expect(open.map((file) => file.matrices[0].storage)).toEqual(['csr', 'csc']);
    open.forEach((file) => file.close());
  });

  it('is refused where it is damaged', async () => {
    const whole = readFileSync(await writeH5ad(at('whole.h5ad')));
    const file = write(gzipSync(whole.subarray(0, whole.length / 2)), 'cut.h5ad.gz');
    expect(await refusal(() => openFile(file))).toMatch(/damaged|cut off|not an HDF5/);
  });
});
