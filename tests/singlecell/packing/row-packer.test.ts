import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { cleanChunk } from '#singlecell/io/csr-chunk.ts';
import { GeneTally } from '#singlecell/io/gene-report.ts';
import { mapChunk } from '#singlecell/io/map-chunk.ts';
import { unpackCells } from '#singlecell/packing/packed-cells.ts';
import { RowPacker } from '#singlecell/packing/row-packer.ts';

const N_COLUMNS = 300;
const N_GENES = 250;
const ORIGIN = { file: 'made', matrix: 'X' };
/** Some columns are dropped, some share a gene, and genes are in another order than columns. */
const TARGET = Int32Array.from({ length: N_COLUMNS }, (_, column) =>
  column % 11 === 0 ? -1 : (column * 7 + (column > 200 ? 1 : 0)) % N_GENES,
);

const count = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 2, arbitrary: fc.integer({ min: 100, max: 70_000 }) },
);
const row = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: N_COLUMNS - 1 }), count), {
    maxLength: 60,
    selector: ([column]) => column,
  })
  .chain((entries) => fc.boolean().map((isSorted) => (isSorted ? [...entries].sort(([a], [b]) => a - b) : entries)));

function rawOf(rows: readonly (readonly (readonly [number, number])[])[]) {
  const offsets = new Float64Array(rows.length + 1);
  rows.forEach((entries, i) => (offsets[i + 1] = offsets[i] + entries.length));
  return {
    offsets,
    genes: Int32Array.from(rows.flat(), ([column]) => column),
    values: Float32Array.from(rows.flat(), ([, value]) => value),
  };
}

/** Rows cleaned, counted and mapped one step after the other. */
function stepByStep({ offsets, genes, values }: ReturnType<typeof rawOf>) {
  const chunk = cleanChunk(ORIGIN, 0, N_COLUMNS, offsets, genes, values);
  const tally = new GeneTally(N_COLUMNS);
  tally.add(chunk);
  return { chunk: mapChunk(chunk, TARGET, N_GENES), tally };
}

describe('rows packed in one pass', () => {
  it('are those cleaned, counted and mapped step by step', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const raw = rawOf(rows);
        const packer = new RowPacker({ target: TARGET, nGenes: N_GENES });
        const cells = packer.pack(raw);
        expect(cells.nCells).toBe(rows.length);
        const { chunk, tally } = stepByStep(raw);
        const unpacked = unpackCells(cells, 0, N_GENES);
        expect(Array.from(unpacked.indptr)).toEqual(Array.from(chunk.indptr));
        expect(Array.from(unpacked.indices)).toEqual(Array.from(chunk.indices));
        expect(Array.from(unpacked.data)).toEqual(Array.from(chunk.data));
        expect(Array.from(packer.tally.nCells)).toEqual(Array.from(tally.nCells));
        expect(Array.from(packer.tally.counts)).toEqual(Array.from(tally.counts));
        const totals = Array.from({ length: rows.length }, (_, cell) =>
          chunk.data.subarray(chunk.indptr[cell], chunk.indptr[cell + 1]).reduce((sum, value) => sum + value, 0),
        );
        expect(Array.from(cells.totals)).toEqual(totals);
      }),
    );
  });

  it.each([
    ['a fraction', [[3, 1.5]]],
    ['a negative value', [[3, -1]]],
    ['no number', [[3, Number.NaN]]],
    ['infinity', [[3, Infinity]]],
    ['a count above 2^24', [[3, 2 ** 24 + 2]]],
    ['a column outside', [[N_COLUMNS, 1]]],
    ['a negative column', [[-1, 1]]],
    [
      'a column twice',
      [
        [5, 1],
        [4, 1],
        [5, 2],
      ],
    ],
    [
      'sums above 2^24',
      [
        [209, 2 ** 24],
        [2, 1],
        [209 - 143 + 250, 0],
      ],
    ],
  ] as [string, [number, number][]][])('end before one with %s, of which nothing is counted', (name, odd) => {
    const good: [number, number][] = [
      [2, 1],
      [7, 300],
    ];
    const entries = name === 'sums above 2^24' ? sharing() : odd;
    const packer = new RowPacker({ target: TARGET, nGenes: N_GENES });
    const before = packer.pack(rawOf([good]));
    const counted = Array.from(packer.tally.counts);
    const again = new RowPacker({ target: TARGET, nGenes: N_GENES });
    const cells = again.pack(rawOf([good, entries, good]));
    expect(cells.nCells).toBe(1);
    expect(cells.genes).toEqual(before.genes);
    expect(Array.from(again.tally.counts)).toEqual(counted);
    // What was left of the odd row does not show in the next ones.
    expect(again.pack(rawOf([good])).counts).toEqual(before.counts);
  });
});

/** Two columns of one gene whose sum float32 does not hold. */
function sharing(): [number, number][] {
  for (let a = 0; a < N_COLUMNS; a++) {
    for (let b = a + 1; b < N_COLUMNS; b++) {
      if (TARGET[a] >= 0 && TARGET[a] === TARGET[b])
        return [
          [a, 2 ** 24],
          [b, 1],
        ];
    }
  }
  throw new Error('no two columns share a gene');
}
