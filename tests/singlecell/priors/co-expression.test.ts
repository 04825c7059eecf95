import { describe, expect, test } from 'vitest';
import { geneStatistics } from '#singlecell/tokenize/medians.ts';
import { coExpressionPrior } from '#singlecell/priors/co-expression.ts';
import { buildOwnVocabulary } from '#singlecell/vocabulary/vocabulary.ts';
import { makeCells } from '#tests/support/make-cells.ts';

const dimensions = 6;
const rowOf = (table: Float32Array, token: number) => table.subarray(token * dimensions, (token + 1) * dimensions);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, j) => sum + value * b[j], 0);

describe('coExpressionPrior', () => {
  const cells = makeCells({ nCells: 300, nGenes: 150 });
  const keep = new Uint8Array(300).fill(1);

  test('rows have unit length, special tokens have none, the planted regulator lies with its programme', async () => {
    const { detections } = await geneStatistics(cells.counts, keep);
    const vocabulary = buildOwnVocabulary(cells.genes, detections, 1);
    const prior = await coExpressionPrior(cells, keep, vocabulary, { dimensions });
    const token = (gene: number) => vocabulary.tokens.indexOf(cells.genes[gene].id);
    expect(prior.nTokens).toBe(150);
    expect([...rowOf(prior.table, 0), ...rowOf(prior.table, 1)]).toEqual(new Array(2 * dimensions).fill(0));
    for (let t = 2; t < vocabulary.tokens.length; t++) {
      expect(dot(rowOf(prior.table, t), rowOf(prior.table, t))).toBeCloseTo(1, 5);
    }
    const { regulators, targets, decoys } = cells.truth;
    const regulator = rowOf(prior.table, token(regulators.mature[0]));
    const meanCosine = (genes: number[]) =>
      genes.reduce((sum, gene) => sum + dot(regulator, rowOf(prior.table, token(gene))), 0) / genes.length;
    expect(meanCosine(targets.mature)).toBeGreaterThan(0.8);
    expect(meanCosine(decoys)).toBeLessThan(0.3);
    expect(await coExpressionPrior(cells, keep, vocabulary, { dimensions })).toEqual(prior);
  });

  test('masked cells have no part, and a gene seen in no kept cell has a zero row', async () => {
    const some = keep.map((_, cell) => (cell < 150 ? 1 : 0));
    const vocabulary = buildOwnVocabulary(
      [...cells.genes, { id: 'ENSG00000000001', symbol: 'X' }],
      new Array(151).fill(9),
      1,
    );
    const prior = await coExpressionPrior(cells, some, vocabulary, { dimensions });
    expect(prior.nCells).toBe(150);
    expect([...rowOf(prior.table, vocabulary.tokens.indexOf('ENSG00000000001'))]).toEqual(
      new Array(dimensions).fill(0),
    );
    const sampled = await coExpressionPrior(cells, some, vocabulary, { dimensions, maxCells: 60 });
    expect(sampled.nCells).toBe(60);
  });

  test('a mouse gene with a human homolog fills both rows with the same vector', async () => {
    const mouse = makeCells({ nCells: 120, nGenes: 100, species: 'mouse' });
    const homologs = new Map([[mouse.genes[0].id, mouse.genes[0].id.replace('ENSMUSG', 'ENSG')]]);
    const vocabulary = buildOwnVocabulary(mouse.genes, new Array(100).fill(9), 1, homologs);
    const { table, nTokens } = await coExpressionPrior(mouse, new Uint8Array(120).fill(1), vocabulary, { dimensions });
    const [[mouseToken, humanToken]] = vocabulary.homologs;
    expect([...rowOf(table, humanToken)]).toEqual([...rowOf(table, mouseToken)]);
    expect(dot(rowOf(table, humanToken), rowOf(table, humanToken))).toBeCloseTo(1, 5);
    expect(nTokens).toBe(101);
  });
});
