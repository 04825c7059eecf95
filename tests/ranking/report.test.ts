import { describe, expect, it } from 'vitest';
import { rankingDocument, rankingFigures, type ReportInput } from '#ranking/report/content.ts';
import { reportHtml } from '#ranking/report/html.ts';
import { html } from '#ranking/report/markup.ts';
import { alike, chance, short, signed, ticks } from '#ranking/report/numbers.ts';
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

  it('has a heading for each of the first genes, and a head for every row of a table', () => {
    expect(text.match(/<h3>\d\. GENE\d+<\/h3>/g)).toHaveLength(5);
    const rows = (text.match(/<tbody>[\s\S]*?<\/tbody>/g) ?? []).join('').match(/<tr[\s\S]*?<\/tr>/g) ?? [];
    expect(rows.length).toBeGreaterThan(40);
    for (const row of rows) expect(row.match(/<th scope="row"/g)).toHaveLength(1);
  });

  it('tells in a table what is known of the first genes', () => {
    const known = {
      ...input.genes[0].evidence!,
      dosage: { isHaploinsufficient: true, asOf: '2026-04-25' },
      druggableFamilies: ['nuclear-receptor' as const],
    };
    const genes = input.genes.map((gene, i) => (i === 0 ? { ...gene, evidence: known } : gene));
    const table = report({ genes }).split('What is known of the first 20 genes')[1].split('</section>')[0];
    expect(table).toMatch(/<em>GENE0<\/em>[\s\S]*?<td>yes<\/td>\s*<td>nuclear receptor<\/td>/);
    expect(report({ genes: genes.map((gene) => ({ ...gene, evidence: null })) })).not.toContain('What is known');
  });

  it('has a known regulator marked and the leader highlighted', () => {
    expect(text).toContain('★ GENE0');
    expect(text.match(/<tr class="leads">/g)).toHaveLength(1);
  });

  it('tells effects that are foretold from computed ones', () => {
    expect(text).not.toContain('≈');
    const genes = input.genes.map((gene, i) => ({ ...gene, isForetold: i === 1 }));
    expect(report({ genes }).match(/≈ [+−\d]/g)).toHaveLength(1);
    expect(report({ genes })).toMatch(new RegExp(`<em>${genes[1].symbol}</em>.*\\s*<td class="n">≈`));
    expect(report({ genes })).toContain('≈: foretold by a backward pass');
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

describe('numbers of a column', () => {
  it('have as many decimals as give the largest three digits', () => {
    const write = alike([0.00603, -0.0002, 0.0038]);
    expect([0.00603, 0.0038, -0.0002, 0.0059].map(write)).toEqual(['0.00603', '0.00380', '−0.00020', '0.00590']);
    expect([3.91, 1.2, 0].map(alike([3.91, 1.2, 0]))).toEqual(['3.91', '1.20', '0']);
    expect([120.4, 3].map(alike([120.4, 3]))).toEqual(['120', '3']);
  });

  it('never show as 0 what is not', () => {
    expect(alike([1, 1e-7])(1e-7)).toBe(short(1e-7));
    expect(alike([])(0)).toBe('0');
    expect(alike([NaN, 0.5])(0.25)).toBe('0.250');
  });
});
