import { describe, expect, it } from 'vitest';
import { rankingDocument, rankingFigures, type ReportInput } from '#ranking/report/content.ts';
import { reportHtml } from '#ranking/report/html.ts';
import { html } from '#ranking/report/markup.ts';
import { chance, short, signed, ticks } from '#ranking/report/numbers.ts';
import { makeReportInput, renamed } from './support/report-input.ts';

const input = await makeReportInput();
const report = (change: Partial<ReportInput> = {}) => reportHtml(rankingDocument({ ...input, ...change }));

describe('report', () => {
  const text = report();

  it('leads with the reason, warns, and tells how to make it again', () => {
    expect(text).toContain('What drives progenitor → monocyte?');
    expect(text).toContain('How far to trust this ranking');
    for (const part of ['Cells were counted.', 'gcw ranking run', 'b'.repeat(64), 'ONNX Runtime 1.30.0', 'CC BY 4.0'])
      expect(text).toContain(part);
    for (const warning of input.report.warnings) expect(text).toContain(html`${warning}`.text);
    expect(text.indexOf('class="lead"')).toBeLessThan(text.indexOf('Leading genes'));
  });

  it('needs nothing from outside and runs no script', () => {
    expect(text).not.toMatch(/https?:|<script|<link|<img|url\(|@import| on\w+=/i);
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('tells of the first genes why, and when not to trust it', () => {
    expect(text).toContain('Raising GENE0 moves the cells towards monocyte, in 12 of 12 cells.');
    expect(text).toContain('A perturbation in a model is a hypothesis');
  });

  it('has a known regulator marked and the leader highlighted', () => {
    expect(text).toContain('★ GENE0');
    expect(text.match(/<tr class="leads">/g)).toHaveLength(1);
  });

  it('tells effects that are foretold from computed ones', () => {
    expect(text).not.toContain('≈');
    const genes = input.genes.map((gene, i) => ({ ...gene, isForetold: i === 1 }));
    expect(report({ genes })).toContain(`≈ ${signed(genes[1].effect)}`);
    expect(report({ genes })).toContain('≈: foretold by a backward pass');
    expect(report({ genes })).not.toContain(`≈ ${signed(genes[0].effect)}`);
  });

  it('tells what the first genes do in sub-groups, how those were compared, and how many genes differ', () => {
    for (const part of [
      'Within donors and sub-groups',
      `G1: 2 of ${input.genes.length} genes do something else than in the others, at an FDR of 5 %.`,
      'since donors are not known: true of these cells only',
      '−0.0321',
    ])
      expect(text).toContain(part);
    expect(report({ groupsOf: () => [] })).not.toContain('Within donors');
  });

  it('gives a gene the model does not read no rank by the screen', () => {
    const genes = input.genes.map((gene, i) =>
      i === 2 ? { ...gene, statistics: { ...gene.statistics!, cellsMoved: 0, isTested: false } } : gene,
    );
    expect(text).not.toContain('not read');
    expect(report({ genes })).toContain('not read');
    expect(report({ genes })).toContain('so the screen says nothing of it');
  });

  it('draws only genes the model reads beside fold change, and says how many are left out', () => {
    const genes = input.genes.map((gene, i) =>
      i === 2 ? { ...gene, statistics: { ...gene.statistics!, cellsMoved: 0, isTested: false } } : gene,
    );
    const scatter = (change: Partial<ReportInput>) =>
      rankingFigures({ ...input, ...change })['screen-and-fold-change']!;
    expect(scatter({}).caption).not.toContain('Left out');
    expect(scatter({ genes }).caption).toContain('Left out: 1 gene that the model does not read.');
    const drawn = scatter({ genes }).source.rows.map(([, id]) => id);
    expect(drawn).toEqual(input.genes.map(({ geneId }) => geneId).filter((_, i) => i !== 2));
  });

  it('is the same for the same result', () => {
    expect(report()).toBe(text);
  });

  it('renders hostile names inert', () => {
    const evil = `<img src=x onerror="alert('1')">&`;
    const hostile = reportHtml(rankingDocument(renamed(input, evil)));
    expect(hostile).not.toContain('<img');
    expect(hostile).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;');
  });

  it('does without known regulators, without genes, and with equal effects', () => {
    expect(report({ report: { ...input.report, recall: [] } })).not.toContain('How many known regulators');
    expect(report({ genes: [] })).toContain('Leading genes');
    const flat = input.genes.map((gene) => ({ ...gene, effect: 0, effectLow: 0, effectHigh: 0 }));
    expect(report({ genes: flat })).not.toMatch(/NaN|Infinity/);
  });
});

describe('numbers for readers', () => {
  it('are short and carry a sign where it matters', () => {
    expect([short(0.0123456), short(-12.34), short(0.00001234), short(0)]).toEqual(['0.0123', '−12.3', '1.2e−5', '0']);
    expect([signed(1.5), signed(-1.5), signed(0)]).toEqual(['+1.5', '−1.5', '0']);
    expect([chance(0.0004), chance(0.0456), chance(1)]).toEqual(['< .001', '.046', '1']);
  });

  it('cover an axis with round marks', () => {
    expect(ticks(-0.03, 0.11, 6)).toEqual([0, 0.05, 0.1]);
    expect(ticks(-3.2, 6.1, 5)).toEqual([-2, 0, 2, 4, 6]);
  });
});
