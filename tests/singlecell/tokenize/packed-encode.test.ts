import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { packCells } from '#singlecell/packed-rows.ts';
import { countRanks } from '#singlecell/tokenize/count-ranks.ts';
import { ENCODE_PASS, type EncodePlan } from '#singlecell/tokenize/rank-encode.ts';
import type { CsrChunk } from '#singlecell/types.ts';

const N_GENES = 260;
const N_TOKENS = 210;

const count = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 2, arbitrary: fc.integer({ min: 7, max: 511 }) },
  { weight: 1, arbitrary: fc.integer({ min: 512, max: 90_000 }) },
);
const cell = (counts: fc.Arbitrary<number>) =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: N_GENES - 1 }), counts), {
      maxLength: 250,
      selector: ([gene]) => gene,
    })
    .map((entries) => entries.sort(([a], [b]) => a - b));
/** Half of them whole or half numbers, as own medians are, with many ties. */
const medians = fc.oneof(
  fc
    .array(fc.integer({ min: 2, max: 12 }), { minLength: N_TOKENS, maxLength: N_TOKENS })
    .map((all) => all.map((one) => one / 2)),
  fc.array(fc.double({ min: 0.1, max: 20, noNaN: true }), { minLength: N_TOKENS, maxLength: N_TOKENS }),
);
/** Some genes have no token, some share one, and tokens are in another order than genes. */
const TOKEN_OF_GENE = Int32Array.from({ length: N_GENES }, (_, gene) => (gene % 9 === 0 ? -1 : (gene * 13) % N_TOKENS));

function chunkOf(rows: [number, number][][]): CsrChunk {
  const indptr = new Float64Array(rows.length + 1);
  rows.forEach((row, i) => (indptr[i + 1] = indptr[i] + row.length));
  return {
    start: 3,
    nCells: rows.length,
    nGenes: N_GENES,
    indptr,
    indices: Int32Array.from(rows.flat(), ([gene]) => gene),
    data: Float32Array.from(rows.flat(), ([, n]) => n),
  };
}

describe('cells encoded as they are stored', () => {
  it.each([
    ['of few molecules', count],
    ['of many', fc.integer({ min: 1, max: 90_000 })],
  ])('have the tokens and values, bit for bit, of cells encoded from wide arrays: %s', (_, counts) => {
    fc.assert(
      fc.property(
        fc.array(cell(counts), { minLength: 1, maxLength: 6 }),
        medians,
        fc.integer({ min: 1, max: 200 }),
        fc.infiniteStream(fc.boolean()),
        (rows, divisors, maxLength, kept) => {
          const chunk = chunkOf(rows);
          const keep = Uint8Array.from({ length: 3 + rows.length }, () => (kept.next().value ? 1 : 0));
          const plan: EncodePlan = {
            keep,
            tokenOfGene: TOKEN_OF_GENE,
            medians: Float64Array.from(divisors),
            maxLength,
          };
          const { entryEnds, ...packed } = packCells(chunk);
          const running = ENCODE_PASS.begin(plan);
          const given = { ...packed, start: 3, nGenes: N_GENES, indptr: Float64Array.of(0, ...entryEnds) };
          expect(running.packed!(given)).toEqual(running.range(chunk));
          // Marks of one range are gone in the next.
          expect(running.packed!(given)).toEqual(running.range(chunk));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are ranked by a table only where medians allow one', () => {
    expect(countRanks(Float64Array.of(1, 2, 1))!.limit).toBe(512);
    expect(countRanks(Float64Array.from({ length: 60_000 }, (_, i) => 1 + i / 7))).toBeNull();
    expect(countRanks(Float64Array.of(1, 0))).toBeNull();
    expect(countRanks(Float64Array.of(1, Number.NaN))).toBeNull();
    const plan: EncodePlan = {
      keep: new Uint8Array(0),
      tokenOfGene: new Int32Array(0),
      medians: Float64Array.of(0),
      maxLength: 5,
    };
    expect(ENCODE_PASS.begin(plan).packed).toBeUndefined();
  });
});
