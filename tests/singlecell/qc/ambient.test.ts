import { describe, expect, test } from 'vitest';
import { CounterRandom } from '#shared/util/random.ts';
import { memoryCounts, subsetCounts } from '#singlecell/count-source.ts';
import { ambientHint, ambientHints } from '#singlecell/qc/ambient.ts';
import type { CountSource } from '#singlecell/types.ts';
import type { Annotation } from '#singlecell/qc/donor-balance.ts';
import { plantAmbient } from '#tests/support/plant.ts';
import { samplePoisson } from '#tests/support/sample-poisson.ts';
import { ZHENG_PATH, zhengCells } from '#tests/support/zheng-cells.ts';

const STATES = ['T', 'B', 'monocyte', 'NK'];
const N_GENES = 200;
const MARKERS = 20;

/** Cells of four states, each with twenty genes that no other state makes, and genes that all make. */
function states(nCells: number) {
  const random = new CounterRandom(4, 'states');
  const codes = Int32Array.from({ length: nCells }, (_, cell) => cell % STATES.length);
  const indptr = [0];
  const indices: number[] = [];
  const data: number[] = [];
  for (let cell = 0; cell < nCells; cell++) {
    for (let gene = 0; gene < N_GENES; gene++) {
      const maker = Math.floor(gene / MARKERS);
      const rate = maker >= STATES.length ? 5 : maker === codes[cell] ? 8 : 0;
      const count = rate > 0 ? samplePoisson(rate, random, cell * N_GENES + gene) : 0;
      if (count === 0) continue;
      indices.push(gene);
      data.push(count);
    }
    indptr.push(indices.length);
  }
  const labels: Annotation = { column: 'state', categories: STATES, codes };
  const genes = Array.from({ length: N_GENES }, (_, i) => ({ id: `ENSG${i}`, symbol: `GENE${i}` }));
  const counts = memoryCounts({
    nGenes: N_GENES,
    indptr,
    indices: Int32Array.from(indices),
    data: Float32Array.from(data),
  });
  return { counts, genes, labels };
}

describe('the hint on ambient RNA', () => {
  const { counts, genes, labels } = states(400);

  test.each([0, 0.05, 0.1, 0.2])('tells %d planted where markers are exclusive', async (planted) => {
    const hint = await ambientHint(plantAmbient(counts, planted), genes, labels);
    expect(hint).toMatchObject({ kind: 'estimate', nGroups: 4 });
    if (hint.kind === 'estimate') expect(Math.abs(hint.contamination - planted)).toBeLessThan(0.01);
  });

  test('shows the genes it was read from, with who makes them', async () => {
    const hint = await ambientHint(plantAmbient(counts, 0.1), genes, labels);
    if (hint.kind !== 'estimate') throw new Error('no estimate');
    for (const { symbol, group, detectedIn, detectedElsewhere, contamination } of hint.markers) {
      // A marker has few counts in the groups that do not make it.
      expect(Math.abs(contamination - 0.1)).toBeLessThan(0.08);
      expect(STATES[Math.floor(Number(symbol.slice(4)) / MARKERS)]).toBe(group);
      expect(detectedIn).toBeGreaterThan(0.95);
      expect(detectedElsewhere).toBeLessThan(0.5);
    }
  });

  test('is not given where it cannot be told', async () => {
    const of = (annotation: Annotation | null, source = counts) => ambientHint(source, genes, annotation);
    expect(await of(null)).toEqual({ kind: 'unknown', reason: 'no-labels' });
    const one = { ...labels, codes: new Int32Array(400) };
    expect(await of(one)).toEqual({ kind: 'unknown', reason: 'too-few-groups' });
    const many = {
      ...labels,
      categories: Array.from({ length: 300 }, String),
      codes: labels.codes.map((_, i) => i % 300),
    };
    expect(await of(many)).toEqual({ kind: 'unknown', reason: 'too-few-groups' });
    // Labels that say nothing about the cells have no markers.
    const shuffled = { ...labels, codes: labels.codes.map((_, i) => Math.floor(i / 4) % 4) };
    expect(await of(shuffled)).toEqual({ kind: 'unknown', reason: 'too-few-markers' });
  });
});

describe('the hint for each sample', () => {
  const { counts, genes, labels } = states(1200);
  const part = (start: number, end: number) =>
    subsetCounts(
      counts,
      Int32Array.from({ length: end - start }, (_, i) => start + i),
    );
  const joined = joinedCounts([part(0, 500), plantAmbient(part(500, 1000), 0.2), part(1000, 1200)]);
  /** The third sample holds one state in numbers, so others cannot speak for it. */
  const codes = labels.codes.map((code, cell) => (cell < 1000 ? code : code === 0 || cell < 1012 ? code : -1));
  const samples = { codes: Int32Array.from(codes, (_, cell) => (cell < 500 ? 2 : cell < 1000 ? 0 : 5)) };

  test('tells the sample with planted counts from the one without', async () => {
    const { ambient, ambientBySample } = await ambientHints(joined, genes, { ...labels, codes }, samples);
    expect(ambient.kind).toBe('estimate');
    expect(ambientBySample.map(({ code, nCells }) => [code, nCells])).toEqual([
      [0, 500],
      [2, 500],
      [5, 200],
    ]);
    const [planted, clean, few] = ambientBySample.map(({ hint }) => hint);
    expect(Math.abs(planted!.contamination - 0.2)).toBeLessThan(0.015);
    expect(clean!.contamination).toBeLessThan(0.005);
    expect(planted!.nGroups).toBe(4);
    expect(few).toBeNull();
  });

  test('is not given for one sample, for none, or where the dataset has none', async () => {
    const of = async (some: Annotation | null, by: { codes: Int32Array } | null) =>
      (await ambientHints(joined, genes, some, by)).ambientBySample;
    const all = { ...labels, codes };
    expect(await of(all, null)).toEqual([]);
    expect(await of(all, { codes: new Int32Array(1200) })).toEqual([]);
    expect(await of(all, { codes: Int32Array.from({ length: 1200 }, (_, i) => i) })).toEqual([]);
    expect(await of(null, samples)).toEqual([]);
  });

  test('tells its progress over both passes, in order', async () => {
    const seen: number[] = [];
    await ambientHints(joined, genes, { ...labels, codes }, samples, (done) => void seen.push(done));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1200);
  });
});

function joinedCounts(parts: readonly CountSource[]): CountSource {
  const indptr = [0];
  const indices: number[] = [];
  const data: number[] = [];
  for (const one of parts) {
    const all = one.rows(0, one.nCells);
    for (let row = 0; row < one.nCells; row++) {
      for (let at = all.indptr[row]; at < all.indptr[row + 1]; at++) {
        indices.push(all.indices[at]);
        data.push(all.data[at]);
      }
      indptr.push(indices.length);
    }
  }
  return memoryCounts({ nGenes: N_GENES, indptr, indices: Int32Array.from(indices), data: Float32Array.from(data) });
}

describe.skipIf(!ZHENG_PATH)(
  'sorted blood cells, each type from a run of its own (skipped without ../shared/data)',
  () => {
    test('planted 0, 5, 10 and 20 % come out in order, above a floor of about 2 %', { timeout: 180_000 }, async () => {
      const cells = await zhengCells(ZHENG_PATH!);
      const { categories, codes: all } = cells.obs[0] as unknown as Annotation;
      // Every second cell: drawing molecules takes most of the time.
      const half = Int32Array.from({ length: cells.counts.nCells >> 1 }, (_, i) => 2 * i);
      const counts = subsetCounts(cells.counts, half);
      const codes = Int32Array.from(half, (cell) => all[cell]);
      const found: number[] = [];
      for (const planted of [0, 0.05, 0.1, 0.2]) {
        const source = planted > 0 ? plantAmbient(counts, planted) : counts;
        const hint = await ambientHint(source, cells.genes, { column: 'cell_type', categories, codes });
        if (hint.kind === 'estimate') found.push(hint.contamination);
      }
      const [floor, ...rest] = found;
      expect(floor).toBeLessThan(0.03);
      [0.05, 0.1, 0.2].forEach((planted, i) => {
        // What was there before is thinned by what is planted.
        expect(Math.abs(rest[i] - (planted + (1 - planted) * floor))).toBeLessThan(0.02);
      });
    });
  },
);
