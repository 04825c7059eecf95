import { describe, expect, test } from 'vitest';
import { memoryCounts } from '#singlecell/count-source.ts';
import { logNormalised, selectGenes } from '#singlecell/expression/log-normalise.ts';
import { geneMoments } from '#singlecell/expression/moments.ts';
import { extendBasis } from '#singlecell/expression/orthonormalise.ts';
import { symmetricEigen } from '#singlecell/expression/symmetric-eigen.ts';
import { projectCells, truncatedSvd } from '#singlecell/expression/truncated-svd.ts';
import { variableGenes } from '#singlecell/expression/variable-genes.ts';
import type { CountSource } from '#singlecell/types.ts';
import { makeCells } from '#tests/support/make-cells.ts';

function sparse(rows: number[][]): CountSource {
  const indptr = [0];
  const indices: number[] = [];
  const data: number[] = [];
  for (const row of rows) {
    row.forEach((value, gene) => {
      if (value === 0) return;
      indices.push(gene);
      data.push(value);
    });
    indptr.push(indices.length);
  }
  return memoryCounts({
    nGenes: rows[0].length,
    indptr,
    indices: Int32Array.from(indices),
    data: Float32Array.from(data),
  });
}

function dense(source: CountSource): Float64Array[] {
  const chunk = source.rows(0, source.nCells);
  return Array.from({ length: source.nCells }, (_, cell) => {
    const row = new Float64Array(source.nGenes);
    for (let at = chunk.indptr[cell]; at < chunk.indptr[cell + 1]; at++) row[chunk.indices[at]] = chunk.data[at];
    return row;
  });
}

const small = sparse([
  [0, 2, 4, 0, 8, 10],
  [7, 1, 0, 0, 5, 0],
  [3, 0, 8, 5, 0, 10],
  [0, 10, 10, 0, 10, 10],
  [6, 9, 0, 4, 7, 0],
  [2, 0, 3, 9, 0, 10],
  [0, 7, 5, 0, 1, 10],
  [5, 6, 0, 8, 9, 0],
  [1, 0, 9, 2, 0, 10],
  [0, 4, 0, 0, 3, 10],
  [4, 3, 0, 1, 0, 0],
  [0, 0, 4, 6, 0, 10],
]);

describe('truncatedSvd', () => {
  test('agrees with numpy.linalg.svd 1.24.2 on a standardised 12 × 6 matrix', async () => {
    const { mean, variance } = await geneMoments(small);
    const numpyVariance = [
      6.222222222222221, 12.416666666666666, 13.076388888888886, 10.409722222222223, 14.576388888888886,
      22.222222222222225,
    ];
    numpyVariance.forEach((value, gene) => expect(variance[gene]).toBeCloseTo(value, 12));
    expect(mean[0]).toBeCloseTo(2.3333333333333335, 14);
    expect(mean[1]).toBeCloseTo(3.5, 14);
    const scale = variance.map((v) => 1 / Math.sqrt(v));
    const svd = await truncatedSvd(small, { nComponents: 2, seed: 3, mean, scale });
    [5.618747541364317, 4.543172803135215].forEach((value, j) => expect(svd.singularValues[j]).toBeCloseTo(value, 10));
    const first = [
      -0.5381015083098393, -0.2269951095642978, 0.4707832557683098, -0.06652083606730991, -0.28899873934007025,
      0.5910480692003951,
    ];
    const second = [
      -0.22433006491174406, 0.6154081147689239, 0.21063615808580807, -0.46531979892409714, 0.550859537277902,
      0.08131751397648163,
    ];
    first.forEach((value, gene) => expect(svd.loadings[2 * gene]).toBeCloseTo(value, 8));
    second.forEach((value, gene) => expect(svd.loadings[2 * gene + 1]).toBeCloseTo(value, 8));
    // The scores of a component have its singular value as their length.
    const scores = projectCells(small, svd);
    const length = Math.sqrt(scores.reduce((sum, value, i) => sum + (i % 2 === 0 ? value * value : 0), 0));
    expect(length).toBeCloseTo(svd.singularValues[0], 5);
  });

  test('spans the subspace of the exact decomposition of dense log expression', async () => {
    const cells = makeCells({ nCells: 240, nGenes: 160, states: ['stem', 'myeloid', 'lymphoid'] });
    const log = logNormalised(cells.counts);
    const { mean, variance } = await geneMoments(log);
    const scale = variance.map((v) => (v > 0 ? 1 / Math.sqrt(v) : 0));
    const rows = dense(log).map((row) => row.map((value, gene) => (value - mean[gene]) * scale[gene]));
    const n = log.nGenes;
    const gram = new Float64Array(n * n);
    for (const row of rows) for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) gram[i * n + j] += row[i] * row[j];
    const exact = symmetricEigen(gram, n);
    const k = 2;
    const svd = await truncatedSvd(log, { nComponents: k, seed: 0, mean, scale });
    for (let j = 0; j < k; j++) {
      expect(svd.singularValues[j] / Math.sqrt(exact.values[j])).toBeCloseTo(1, 6);
      let cosine = 0;
      for (let gene = 0; gene < n; gene++) cosine += svd.loadings[gene * k + j] * exact.vectors[gene * n + j];
      expect(Math.abs(cosine)).toBeGreaterThan(1 - 1e-6);
    }
  });

  test('is the same for the same seed, and has zeros beyond the rank', async () => {
    const flat = sparse([
      [1, 2, 0],
      [2, 4, 0],
      [3, 6, 0],
    ]);
    const options = { nComponents: 3, seed: 1, mean: new Float64Array(3), scale: new Float64Array(3).fill(1) };
    const svd = await truncatedSvd(flat, options);
    // |(1, 2, 3)| × |(1, 2, 0)| = sqrt(14 × 5)
    expect(svd.singularValues[0]).toBeCloseTo(Math.sqrt(70), 10);
    expect([...svd.singularValues.subarray(1)]).toEqual([0, 0]);
    expect(await truncatedSvd(flat, options)).toEqual(svd);
  });
});

test('symmetricEigen agrees with numpy.linalg.eigh 1.24.2', () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(4, 1, 0, 2, 1, 3, 1, 0, 0, 1, 2, 1, 2, 0, 1, 5), 4);
  const numpy = [6.855634789899591, 3.548378489138454, 2.783823334835209, 0.8121633861267458];
  numpy.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 12));
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      const dot = [0, 1, 2, 3].reduce((sum, row) => sum + vectors[row * 4 + i] * vectors[row * 4 + j], 0);
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
    }
  }
});

test('extendBasis zeroes a column that depends on the others', () => {
  const basis: Float64Array[] = [];
  extendBasis(basis, Float64Array.of(3, 6, 1, 0, 0, 1, 4, 8, 0), 3, 3);
  [0.6, 0, 0.8].forEach((value, i) => expect(basis[0][i]).toBeCloseTo(value, 14));
  for (const value of basis[1]) expect(Math.abs(value)).toBe(0);
  expect(basis[2][0] * 0.6 + basis[2][2] * 0.8).toBeCloseTo(0, 14);
});

test('logNormalised scales to 10,000 over all genes, also where genes are selected afterwards', () => {
  const log = logNormalised(small);
  expect(log.rows(0, 1).data[0]).toBeCloseTo(Math.log1p((2 * 10_000) / 24), 5);
  const chosen = selectGenes(log, Int32Array.of(1, 4)).rows(0, 2);
  expect([...chosen.indptr]).toEqual([0, 2, 4]);
  expect([...chosen.indices]).toEqual([0, 1, 0, 1]);
  expect(chosen.data[0]).toBe(log.rows(0, 1).data[0]);
});

test('variableGenes finds planted programmes before genes that only vary by chance', async () => {
  const cells = makeCells({ nCells: 300, nGenes: 250 });
  const chosen = new Set(variableGenes(await geneMoments(logNormalised(cells.counts)), 25));
  const planted = cells.truth.targets.mature;
  expect(planted.filter((gene) => chosen.has(gene)).length).toBeGreaterThanOrEqual(18);
  expect(chosen.size).toBe(25);
});
