import { describe, expect, it } from 'vitest';
import type { Block } from '#ranking/report/blocks.ts';
import { rankingDocument } from '#ranking/report/content.ts';
import { reportPdf } from '#ranking/report/pdf/pdf.ts';
import { makeReportInput, renamed } from './support/report-input.ts';
import { ofTag, pdfTree } from './support/pdf-tree.ts';
import { pdfPages } from './support/pdf-words.ts';

const input = await makeReportInput();
const document = rankingDocument(input);
const pdf = await reportPdf(document, 'ranking 1');
const { root, stray, catalog } = pdfTree(pdf);
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');
const blocks = document.sections.flatMap((section) => section.blocks);
const of = <K extends Block['kind']>(kind: K) =>
  blocks.filter((block): block is Extract<Block, { kind: K }> => block.kind === kind);

describe('a report as tagged PDF', () => {
  it('says that it is tagged, in English, and shows its title', () => {
    expect(catalog).toContain('/Lang (en)');
    expect(catalog).toContain('/MarkInfo');
    expect(pdf.toString('latin1')).toContain('/Marked true');
    expect(pdf.toString('latin1')).toContain('/DisplayDocTitle true');
  });

  it('has every word in an element or marked as decoration, and no part of a page in two', () => {
    expect(stray).toBe('');
  });

  it('has one title and a heading for every section that has one, in their order', () => {
    expect(root.tag).toBe('Document');
    expect(ofTag(root, 'H1').map(({ words }) => squeezed(words))).toEqual([squeezed(document.title)]);
    const titles = document.sections.flatMap(({ title }) => (title === null ? [] : [squeezed(title)]));
    expect(ofTag(root, 'H2').map(({ words }) => squeezed(words))).toEqual(titles);
    const genes = of('heading').map(({ text }) => squeezed(text));
    expect(genes).toHaveLength(5);
    expect(ofTag(root, 'H3').map(({ words }) => squeezed(words))).toEqual(genes);
    expect(ofTag(root, 'Sect')).toHaveLength(document.sections.length);
  });

  it('is heard in the order of the report', () => {
    const heard = squeezed(root.words);
    let from = 0;
    for (const block of blocks) {
      if (block.kind !== 'paragraph') continue;
      const at = heard.indexOf(squeezed(block.text), from);
      expect(at).toBeGreaterThanOrEqual(from);
      from = at;
    }
  });

  it('tells a number after its name', () => {
    const [{ facts }] = of('facts');
    for (const { name, value } of facts) expect(squeezed(root.words)).toContain(squeezed(`${name}${value}`));
  });

  it('has lists of items with their bullets apart', () => {
    const items = of('list').flatMap((block) => block.items);
    expect(ofTag(root, 'L')).toHaveLength(of('list').length);
    expect(ofTag(root, 'LBody').map(({ words }) => squeezed(words))).toEqual(items.map(squeezed));
    expect(new Set(ofTag(root, 'Lbl').map(({ words }) => words.trim()))).toEqual(new Set(['•']));
  });

  it('has tables with heads for columns and rows, whatever page a row is on', () => {
    const tables = ofTag(root, 'Table');
    expect(tables).toHaveLength(of('table').length);
    of('table').forEach(({ columns, rows, caption }, i) => {
      const cells = (row: (typeof tables)[number]) => row.children.map(({ words }) => squeezed(words));
      const [head] = ofTag(tables[i], 'THead').map((each) => each.children);
      expect(head).toHaveLength(1);
      expect(cells(head[0])).toEqual(columns.map(({ title }) => squeezed(title)));
      expect(head[0].children.map(({ tag, scope }) => `${tag} ${scope}`)).toEqual(columns.map(() => 'TH Column'));
      const body = ofTag(tables[i], 'TBody').flatMap((each) => each.children);
      expect(body.map(cells)).toEqual(
        rows.map((row) => row.map((cell) => squeezed(`${cell.text}${cell.isStarred ? '★' : ''}`))),
      );
      for (const row of body) expect(row.children.filter(({ scope }) => scope === 'Row')).toHaveLength(1);
      expect(ofTag(tables[i], 'Caption').map(({ words }) => squeezed(words))).toEqual(
        caption ? [squeezed(caption)] : [],
      );
    });
    const genes = ofTag(tables[1], 'TBody')[0].children.map((row) =>
      row.children.find(({ scope }) => scope === 'Row')?.words.replaceAll(/[\s★]/g, ''),
    );
    expect(genes).toEqual(input.genes.map(({ symbol }) => symbol));
  });

  it('has the head of a table once, though it stands on every page', async () => {
    const HEAD = /Rank:\s+fold\s+change/;
    const genes = Array.from({ length: 2 }, () => input.genes).flat();
    const long = await reportPdf(rankingDocument({ ...input, genes }), 'ranking 1');
    const shown = pdfPages(long).filter((page) => HEAD.test(page));
    expect(shown.length).toBeGreaterThan(1);
    expect(pdfTree(long).root.words.split(HEAD)).toHaveLength(2);
  });

  it('says what a figure shows, and where it is', () => {
    const figures = ofTag(root, 'Figure');
    expect(figures.map(({ alt }) => alt)).toEqual(of('figure').map(({ figure }) => figure.scene.title));
    expect(figures.every(({ hasBox }) => hasBox)).toBe(true);
  });

  it('keeps words apart where a line ends', () => {
    const { sentence } = input.report.checks.reduce((a, b) => (a.sentence.length > b.sentence.length ? a : b));
    const heard = root.words.replaceAll(/\s+/g, ' ');
    for (const pair of sentence.match(/(?=\b(\w+ \w+)\b)\w+/g) ?? []) expect(heard).toContain(pair);
    expect(ofTag(root, 'LBody').some(({ words }) => words.replaceAll(/\s+/g, ' ').includes(sentence))).toBe(true);
  });

  it.each(['', '(\\', '神经元（干细胞）', 'A → B ★', 'neuron🧬'])('is whole with the name "%s"', async (name) => {
    const tree = pdfTree(
      await reportPdf(rankingDocument(renamed({ ...input, genes: input.genes.slice(0, 6) }, name)), 'ranking 1'),
    );
    expect(tree.stray).toBe('');
    expect(ofTag(tree.root, 'H1')).toHaveLength(1);
  });
});
