import { expect, test } from 'vitest';
import { makeCells } from './make-cells.ts';

function denseCounts(cells: ReturnType<typeof makeCells>): Float64Array[] {
  const { counts } = cells;
  const chunk = counts.rows(0, counts.nCells);
  return Array.from({ length: counts.nCells }, (_, cell) => {
    const row = new Float64Array(counts.nGenes);
    for (let at = chunk.indptr[cell]; at < chunk.indptr[cell + 1]; at++) row[chunk.indices[at]] = chunk.data[at];
    return row;
  });
}

function correlation(a: number[], b: number[]): number {
  const mean = (x: number[]) => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = a.reduce((s, v, i) => s + (v - ma) * (b[i] - mb), 0);
  const norm = (x: number[], m: number) => Math.sqrt(x.reduce((s, v) => s + (v - m) ** 2, 0));
  return dot / (norm(a, ma) * norm(b, mb));
}

test('the same seed makes the same cells, another seed others', () => {
  const a = makeCells({ nCells: 20 });
  const b = makeCells({ nCells: 20 });
  const c = makeCells({ nCells: 20, seed: 2 });
  expect(a.counts.rows(0, 20)).toEqual(b.counts.rows(0, 20));
  expect(a.counts.rows(0, 20).data).not.toEqual(c.counts.rows(0, 20).data);
});

test('within the goal state, programme counts rise with the planted regulator and not with a decoy', () => {
  const cells = makeCells({ nCells: 600 });
  const rows = denseCounts(cells);
  const { regulators, targets, decoys, goalState } = cells.truth;
  const goal = rows.filter((_, cell) => cell % 2 === 1);
  const share = (row: Float64Array, genes: number[]) =>
    genes.reduce((s, gene) => s + row[gene], 0) / row.reduce((s, v) => s + v, 0);
  const programme = goal.map((row) => share(row, targets[goalState]));
  expect(
    correlation(
      goal.map((row) => share(row, regulators[goalState])),
      programme,
    ),
  ).toBeGreaterThan(0.3);
  // Shares compete for the same total, so genes without a part fall a little as the programme rises.
  for (const decoy of decoys) {
    const decoyShares = goal.map((row) => share(row, [decoy]));
    expect(correlation(decoyShares, programme)).toBeLessThan(0.15);
  }
});

test('genes have distinct ids of the species, donors are balanced within states, counts are over-dispersed', () => {
  const cells = makeCells({ nCells: 300, states: ['stem', 'myeloid', 'lymphoid'], species: 'mouse' });
  expect(cells.genes.every((gene) => /^ENSMUSG\d{11}$/.test(gene.id))).toBe(true);
  expect(new Set(cells.genes.map((gene) => gene.id)).size).toBe(200);
  expect(cells.genes[cells.truth.mitochondrial[2]].symbol).toBe('mt-Co1');
  const donors = cells.obs.find((column) => column.name === 'donor');
  const states = cells.obs.find((column) => column.name === 'cell_type');
  if (donors?.kind !== 'categorical' || states?.kind !== 'categorical') throw new Error('columns are missing');
  const table = new Map<string, number>();
  donors.codes.forEach((donor, cell) => {
    const key = `${donor}/${states.codes[cell]}`;
    table.set(key, (table.get(key) ?? 0) + 1);
  });
  expect([...table.values()].every((n) => n >= 33 && n <= 34)).toBe(true);
  const gene = denseCounts(cells).map((row) => row[cells.truth.mitochondrial[0]]);
  const mean = gene.reduce((s, v) => s + v, 0) / gene.length;
  const variance = gene.reduce((s, v) => s + (v - mean) ** 2, 0) / gene.length;
  expect(variance).toBeGreaterThan(1.5 * mean);
});
