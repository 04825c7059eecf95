import { describe, expect, it } from 'vitest';
import { rankingCsv } from '#ranking/csv.ts';
import { makeRanking } from './make-ranking.ts';

const { genes } = await makeRanking();

describe('ranking as CSV', () => {
  it('begins with the agreed columns and has one line per gene, CRLF', () => {
    const lines = rankingCsv(genes).split('\r\n');
    expect(lines[0].startsWith('rank,gene_id,symbol,effect,fdr,')).toBe(true);
    expect(lines).toHaveLength(genes.length + 2);
    expect(lines.at(-1)).toBe('');
    expect(lines[1].split(',').slice(0, 3)).toEqual(['1', genes[0].geneId, genes[0].symbol]);
    for (const line of lines.slice(0, -1)) expect(line.split(',')).toHaveLength(lines[0].split(',').length);
  });

  it('keeps numbers as numbers: decimal point, six digits, negative ones untouched', () => {
    const [, line] = rankingCsv([{ ...genes[0], effect: -0.000123456789, fdr: 0.05 }]).split('\r\n');
    expect(line.split(',').slice(3, 5)).toEqual(['-0.000123457', '0.05']);
  });

  it('ends with the why-card where the report is given', async () => {
    const { report } = await makeRanking();
    const [header, line] = rankingCsv(genes, report).split('\r\n');
    expect(header.endsWith(',why,when_not_to_trust_this')).toBe(true);
    expect(header).toContain(',classes,factor_family,cells_towards,');
    expect(line).toContain('Raising GENE0 moves the cells towards monocyte');
    expect(line).toContain('Test it beside a negative control.');
  });

  it('quotes by RFC 4180 and lets no text become a formula', () => {
    const named = (symbol: string) =>
      rankingCsv([{ ...genes[0], symbol }])
        .split('\r\n')
        .slice(1)
        .join('\r\n');
    expect(named('A,"B"')).toContain(',"A,""B""",');
    expect(named('two\nlines')).toContain('"two\nlines"');
    for (const bad of ['=1+1', '+A1', '-A1', '@SUM(A1)', '\tx']) expect(named(bad)).toContain(`,'${bad},`);
    expect(named('=cmd|"/c calc"')).toContain(`,"'=cmd|""/c calc""",`);
  });
});
