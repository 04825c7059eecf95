import { inflateSync } from 'node:zlib';
import readXlsxFile, { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { GROUP_TESTS } from '#shared/ranking/group-texts.ts';
import { exportRanking } from '#ranking/exports/export-ranking.ts';
import { rankingFigures } from '#ranking/report/content.ts';
import { svgFile } from '#ranking/report/svg.ts';
import { makeReportInput, renamed } from '../support/report-input.ts';

const input = await makeReportInput();
const ID = 'd'.repeat(64);
const make = (choice: Partial<Parameters<typeof exportRanking>[2]>, given = input) =>
  exportRanking(ID, given, { format: 'csv', figure: undefined, dpi: 300, ...choice });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Size, dots to the inch and lightness of a PNG. */
function pngFacts(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const parts: Buffer[] = [];
  let perMetre = 0;
  for (let at = 8; at < bytes.length;) {
    const [size, type] = [bytes.readUInt32BE(at), bytes.toString('latin1', at + 4, at + 8)];
    if (type === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + size));
    if (type === 'pHYs') perMetre = bytes.readUInt32BE(at + 8);
    at += 12 + size;
  }
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const ink = () => lightness(inflateSync(Buffer.concat(parts)), width, height);
  return { width, height, dpi: perMetre / 39.3701, lightness: ink };
}

/** Mean red of an RGBA picture. Source: PNG 1.2, chapter 6, filters. */
function lightness(packed: Buffer, width: number, height: number): number {
  const line = 4 * width;
  const rows = Array.from({ length: height + 1 }, () => new Uint8Array(line + 4));
  let sum = 0;
  for (let y = 0; y < height; y++) {
    const filter = packed[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const [left, up, corner] = [rows[y + 1][x], rows[y][x + 4], rows[y][x]];
      const guess = left + up - corner;
      const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      const before = [0, left, up, (left + up) >> 1, paeth][filter];
      rows[y + 1][x + 4] = packed[y * (line + 1) + 1 + x] + before;
      if (x % 4 === 0) sum += rows[y + 1][x + 4];
    }
  }
  return sum / (width * height);
}

describe('a ranking as a file', () => {
  it.each(['html', 'pdf', 'xlsx', 'csv', 'svg', 'png', 'zip'] as const)('%s is the same each time', async (format) => {
    const [first, second] = [await make({ format, dpi: 72 }), await make({ format, dpi: 72 })];
    expect(Buffer.from(first.bytes).equals(Buffer.from(second.bytes))).toBe(true);
    expect(first.fileName).toMatch(new RegExp(`^ranking-d{12}.*\\.${format}$`));
  });

  it('keeps gene names as text in Excel', async () => {
    const names = ['SEPT2', 'MARCH1', '1-Mar', '2310009E13', '=1+1', '@x'];
    const genes = names.map((symbol, i) => ({ ...input.genes[i], symbol }));
    const { bytes } = await make({ format: 'xlsx' }, { ...input, genes });
    const rows = await readSheet(Buffer.from(bytes), 'Ranking');
    const at = rows[0].indexOf('symbol');
    expect(rows.slice(1).map((row) => row[at])).toEqual(names);
    expect(rows[1][rows[0].indexOf('effect')]).toBe(genes[0].effect);
    const sheets = await readXlsxFile(Buffer.from(bytes));
    expect(sheets.map(({ sheet }) => sheet)).toEqual([
      'Ranking',
      'Known regulators',
      'Columns',
      'Groups',
      'Groups, how to read',
      'Trust',
      'How it was made',
    ]);
  });

  it('has the table of groups with its notes in the workbook, and neither where there are no groups', async () => {
    const genes = ['SEPT2', 'MARCH1'].map((symbol, i) => ({ ...input.genes[i], symbol }));
    const { bytes } = await make({ format: 'xlsx' }, { ...input, genes });
    const [head, ...rows] = await readSheet(Buffer.from(bytes), 'Groups');
    const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
    expect(column('symbol')).toEqual(['SEPT2', 'SEPT2', 'MARCH1', 'MARCH1']);
    expect(column('group')).toEqual(['G1', 'S', 'G1', 'S']);
    expect(column('difference_from_others')).toEqual([-0.0321, -0.0321, -0.0321, -0.0321]);
    expect(column('difference_test')).toEqual(['cells', 'cells', 'cells', 'cells']);
    const notes = await readSheet(Buffer.from(bytes), 'Groups, how to read');
    const words = new Map(notes.map(([what, told]) => [what, told]));
    expect(words.get('cells')).toBe(GROUP_TESTS.cells);
    expect(words.get('G1')).toMatch(/^2 of \d+ genes do something else/);
    expect(head.filter((name) => !words.has(name))).toEqual([]);
    const without = await readXlsxFile(
      Buffer.from((await make({ format: 'xlsx' }, { ...input, groupsOf: undefined })).bytes),
    );
    expect(without.map(({ sheet }) => sheet).join()).not.toContain('Groups');
  });

  it('keeps the sheet of groups to a size a spreadsheet opens, and says so', async () => {
    const one = input.groupsOf?.('') ?? [];
    const many = Array.from({ length: 20_000 }, () => one[0]);
    const given = { ...input, genes: input.genes.slice(0, 4), groupsOf: () => many };
    const { bytes } = await make({ format: 'xlsx' }, given);
    expect(await readSheet(Buffer.from(bytes), 'Groups')).toHaveLength(40_001);
    const [, cut] = await readSheet(Buffer.from(bytes), 'Groups, how to read');
    expect(cut).toEqual(['genes', 'The first 2 of 4 genes; the table as CSV has all.']);
  }, 60_000);

  it('guards what a spreadsheet would run or convert in CSV', async () => {
    const genes = ['SEPT2', '=1+1'].map((symbol, i) => ({ ...input.genes[i], symbol }));
    const csv = text((await make({}, { ...input, genes })).bytes);
    expect(csv).toContain(",'SEPT2,");
    expect(csv).toContain(",'=1+1,");
  });

  it.each([150, 300])('draws a PNG of %i dots to the inch', async (dpi) => {
    const { bytes } = await make({ format: 'png', figure: 'effects', dpi });
    const { scene } = rankingFigures(input).effects;
    const facts = pngFacts(bytes);
    expect(Math.abs(facts.width - (scene.width * dpi) / 96)).toBeLessThan(1);
    expect(facts.dpi).toBeCloseTo(dpi, 0);
  });

  it('draws letters into a PNG', async () => {
    const withNames = pngFacts((await make({ format: 'png', dpi: 72 })).bytes);
    const without = pngFacts((await make({ format: 'png', dpi: 72 }, renamed(input, ' '))).bytes);
    expect(withNames.width).toBe(without.width);
    expect(withNames.lightness()).toBeLessThan(without.lightness() - 0.5);
    expect(without.lightness()).toBeGreaterThan(200);
  });

  it('gives every figure the numbers it was drawn from', async () => {
    for (const figure of ['effects', 'recall', 'screen-and-fold-change'] as const) {
      const [head, ...rows] = text((await make({ figure })).bytes)
        .trim()
        .split('\r\n');
      expect(head.split(',').length).toBeGreaterThan(2);
      expect(rows.length).toBeGreaterThan(10);
      expect((await make({ format: 'svg', figure })).fileName).toBe(`ranking-dddddddddddd-${figure}.svg`);
    }
    const drawn = (svgFile(rankingFigures(input).effects.scene).match(/<circle/g) ?? []).length;
    expect(
      text((await make({ figure: 'effects' })).bytes)
        .trim()
        .split('\r\n'),
    ).toHaveLength(drawn + 1);
  });

  it('says that there is no curve without known regulators', async () => {
    const genes = input.genes.map((gene) => ({ ...gene, isKnown: false }));
    await expect(make({ format: 'png', figure: 'recall' }, { ...input, genes })).rejects.toThrow(/no figure "recall"/);
  });

  it('holds all of it in an archive that others can open', async () => {
    const { bytes } = await make({ format: 'zip', dpi: 72 });
    const yauzl = await import('yauzl');
    const names = await new Promise<string[]>((resolve, reject) => {
      yauzl.fromBuffer(Buffer.from(bytes), { lazyEntries: false }, (error, zip) => {
        if (error) return reject(error);
        const found: string[] = [];
        zip.on('entry', (entry: { fileName: string }) => found.push(entry.fileName));
        zip.on('end', () => resolve(found));
        zip.on('error', reject);
      });
    });
    expect(names).toHaveLength(17);
    expect(names).toContain('ranking-dddddddddddd-groups.csv');
    expect(names).toContain('ranking-dddddddddddd-groups-how-to-read.csv');
    expect(names).toContain('ranking-dddddddddddd-columns.csv');
    expect(names).toContain('ranking-dddddddddddd.pdf');
    expect(names).toContain('ranking-dddddddddddd-checks.csv');
    expect(names).toContain('figures/recall-72dpi.png');
  });

  it('writes an SVG that parses and needs nothing', async () => {
    const svg = text((await make({ format: 'svg', figure: 'recall' })).bytes);
    expect(svg).toMatch(/^<\?xml/);
    expect(svg).not.toMatch(/var\(|<script|href/);
  });
});
