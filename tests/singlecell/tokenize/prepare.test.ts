import { describe, expect, test } from 'vitest';
import { CoverageReport } from '#shared/domain/preprocess.ts';
import { cellMetrics } from '#singlecell/qc/metrics.ts';
import { applyQcRules, resolveQcRules } from '#singlecell/qc/rules.ts';
import { prepareTokens } from '#singlecell/tokenize/prepare.ts';
import { makeVocabulary } from '#singlecell/vocabulary/vocabulary.ts';
import { makeCells } from '#tests/support/make-cells.ts';

const cells = makeCells({ nCells: 120, nGenes: 150 });
const qc = applyQcRules(await cellMetrics(cells), resolveQcRules('published'));

describe('prepareTokens', () => {
  test('own vocabulary: every count is covered, ranks fall, values are positive, no gene twice in a cell', async () => {
    const steps = new Set<string>();
    const prepared = await prepareTokens(cells, qc, {
      maxLength: 2048,
      minCellsPerGene: 1,
      onStep: (step) => void steps.add(step),
    });
    const { tokens, coverage } = prepared;
    expect(CoverageReport.parse(coverage)).toEqual(coverage);
    expect(coverage).toMatchObject({ nCells: 120, nCellsKept: qc.nKept, countsCovered: 1, cellsTruncated: 0 });
    expect(coverage).toMatchObject({ medians: 'own', homologsMapped: 0, genesInVocabulary: 150, warnings: [] });
    for (let cell = 0; cell < tokens.nCells; cell++) {
      const ids = tokens.tokenIds.subarray(tokens.offsets[cell], tokens.offsets[cell + 1]);
      const values = tokens.values.subarray(tokens.offsets[cell], tokens.offsets[cell + 1]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(Math.min(...ids)).toBeGreaterThan(1);
      expect(values.every((value, i) => value > 0 && (i === 0 || value <= values[i - 1]))).toBe(true);
    }
    expect([...steps]).toEqual(['medians', 'tokens']);
  });

  test('a vocabulary of half the genes and a short length are told in the report', async () => {
    const half = cells.genes.slice(0, 60).map((gene) => gene.id);
    const vocabulary = makeVocabulary('imported', ['<pad>', '<mask>', ...half.sort()], new Map());
    const { coverage, medians } = await prepareTokens(cells, qc, {
      maxLength: 16,
      minCellsPerGene: 1,
      vocabulary,
      medians: new Float64Array(62).fill(1.5),
    });
    expect(coverage).toMatchObject({ genesInVocabulary: 60, cellsTruncated: 1, medianLength: 16, medians: 'imported' });
    expect(coverage.countsCovered).toBeGreaterThan(0.2);
    expect(coverage.countsCovered).toBeLessThan(0.6);
    expect(coverage.warnings).toEqual([
      expect.stringContaining('of all counts'),
      expect.stringContaining('have more than 16 genes'),
    ]);
    expect([...medians]).toEqual(new Array(62).fill(1.5));
  });

  test('mouse cells with homologs report how many genes are written with a human token', async () => {
    const mouse = makeCells({ nCells: 60, nGenes: 120, species: 'mouse' });
    const kept = applyQcRules(await cellMetrics(mouse), resolveQcRules('none'));
    const homologs = new Map(mouse.genes.slice(0, 40).map((gene) => [gene.id, gene.id.replace('ENSMUSG', 'ENSG')]));
    const { coverage, vocabulary, tokens } = await prepareTokens(mouse, kept, {
      maxLength: 2048,
      minCellsPerGene: 1,
      homologs,
    });
    expect(coverage.homologsMapped).toBe(40);
    expect(vocabulary.tokens.length).toBe(2 + 40 + 120);
    const mouseHomologTokens = new Set(vocabulary.homologs.keys());
    expect(tokens.tokenIds.some((token) => mouseHomologTokens.has(token))).toBe(false);
  });
});
