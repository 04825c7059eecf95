import { describe, expect, it } from 'vitest';
import { rankingDocument } from '#ranking/report/content.ts';
import { reportHtml } from '#ranking/report/html.ts';
import { reportPdf } from '#ranking/report/pdf/pdf.ts';
import { makeReportInput, renamed } from './support/report-input.ts';
import { pdfPages } from './support/pdf-words.ts';

const input = await makeReportInput();
const ID = 'c'.repeat(64);
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');
const pdfOf = (given = input) => reportPdf(rankingDocument(given), `ranking ${ID}`);

describe('report as PDF', () => {
  it('says what the page says', async () => {
    const document = rankingDocument(input);
    const said = squeezed((await pdfPages(await pdfOf())).join(' '));
    const page = reportHtml(document);
    expect(said).toContain(squeezed(document.title));
    for (const { title, blocks } of document.sections) {
      if (title) expect(said).toContain(squeezed(title));
      for (const block of blocks) {
        if (block.kind === 'paragraph') expect(said).toContain(squeezed(block.text));
        if (block.kind === 'list') for (const item of block.items) expect(said).toContain(squeezed(item));
        if (block.kind !== 'table') continue;
        for (const row of block.rows)
          for (const { text } of row) {
            expect(said).toContain(squeezed(text));
            expect(page).toContain(text.replaceAll('<', '&lt;'));
          }
      }
    }
  });

  it('numbers its pages and names what it is of on each', async () => {
    const pages = pdfPages(await pdfOf());
    expect(pages.length).toBeGreaterThan(2);
    pages.forEach((words, i) => {
      expect(words).toContain(`page ${i + 1} of ${pages.length}`);
      expect(words).toContain(`ranking ${ID}`);
    });
  });

  it('repeats the head of a table on every page it goes on over', async () => {
    const genes = Array.from({ length: 5 }, (_, i) => input.genes.map((gene) => ({ ...gene, rank: i }))).flat();
    const pages = pdfPages(await pdfOf({ ...input, genes }));
    expect(pages.filter((words) => words.includes('95 % interval') && words.includes('Gene ')).length).toBeGreaterThan(
      1,
    );
  });

  it('is the same for the same result, knows no time, and embeds its fonts', async () => {
    const pdf = await pdfOf();
    expect((await pdfOf()).equals(pdf)).toBe(true);
    const text = pdf.toString('latin1');
    expect(text).not.toMatch(/CreationDate|ModDate|D:\d{8}/);
    for (const face of ['Regular', 'Bold', 'Italic']) expect(text).toContain(`+Roboto-${face}`);
    expect(text.match(/\/FontFile2/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['Greek, Cyrillic and Vietnamese', 'β-клетка tế bào'],
    ['Chinese', '神经元（干细胞）'],
    ['arrows and stars', 'A → B ★'],
    ['combining accents', 'Zelle übergross'],
  ])('keeps %s', async (_what, name) => {
    const said = squeezed(pdfPages(await pdfOf(renamed(input, name))).join(' '));
    expect(said).toContain(squeezed(name.normalize('NFC')));
  });

  it('shows a sign that no font has by its number', async () => {
    const pdf = await pdfOf(renamed(input, 'neuron🧬'));
    expect(pdfPages(pdf).join(' ')).toContain('neuron 🧬');
    expect(pdf.toString('latin1')).toMatch(/ActualText/);
  });

  it('ends with hostile, endless and empty names', async () => {
    const genes = input.genes.slice(0, 8);
    for (const name of ['', '(\\', '\u0000\u202e', 'x'.repeat(300)])
      expect(pdfPages(await pdfOf(renamed({ ...input, genes }, name))).length).toBeGreaterThan(1);
  });
});
