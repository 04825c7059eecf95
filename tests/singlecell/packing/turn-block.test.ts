import fc from '#tests/support/properties.ts';
import { describe, expect, it } from 'vitest';
import { unpackRising, unpackVarints } from '#shared/util/varint.ts';
import { packCells, packGenes } from '#singlecell/packed-rows.ts';
import { turnBlock } from '#singlecell/packing/turn-block.ts';
import type { CsrChunk } from '#singlecell/types.ts';

const N_GENES = 200;
const cell = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: N_GENES - 1 }), fc.integer({ min: 1, max: 40_000 })), {
    maxLength: 30,
    selector: ([gene]) => gene,
  })
  .map((entries) => entries.sort(([a], [b]) => a - b));
/** Many empty cells between others, so that steps from cell to cell take more than a byte. */
const cells = fc
  .array(fc.tuple(cell, fc.oneof(fc.constant(0), fc.constant(200))), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.flatMap(([entries, nEmpty]) => [...Array.from({ length: nEmpty }, () => []), entries]));

function chunkOf(rows: [number, number][][]): CsrChunk {
  const indptr = new Float64Array(rows.length + 1);
  rows.forEach((row, i) => (indptr[i + 1] = indptr[i] + row.length));
  return {
    start: 0,
    nCells: rows.length,
    nGenes: N_GENES,
    indptr,
    indices: Int32Array.from(rows.flat(), ([gene]) => gene),
    data: Float32Array.from(rows.flat(), ([, count]) => count),
  };
}

function byGene(rows: readonly [number, number][][]): [number, number][][] {
  const genes: [number, number][][] = Array.from({ length: N_GENES }, () => []);
  rows.forEach((row, at) => row.forEach(([gene, count]) => genes[gene].push([at, count])));
  return genes;
}

const lengths = ({ indptr, nCells }: CsrChunk) =>
  Int32Array.from({ length: nCells }, (_, i) => indptr[i + 1] - indptr[i]);

describe('a block of cells', () => {
  it('is turned to genes with their cells, in pieces of any size', () => {
    fc.assert(
      fc.property(cells, fc.nat(), (rows, cut) => {
        const at = cut % (rows.length + 1);
        const pieces = [rows.slice(0, at), rows.slice(at)].map((part) => {
          const chunk = chunkOf(part as [number, number][][]);
          return { lengths: lengths(chunk), ...packCells(chunk) };
        });
        const { steps, counts, offsets, nEntries } = turnBlock(pieces, N_GENES);
        const turned = Array.from({ length: N_GENES }, (_, gene) => {
          const n = offsets[3 * gene + 3] - offsets[3 * gene];
          const into = { cells: new Int32Array(n), counts: new Int32Array(n) };
          expect(unpackRising(steps, offsets[3 * gene + 1], into.cells, 0, n)).toBe(offsets[3 * gene + 4]);
          expect(unpackVarints(counts as Uint8Array, offsets[3 * gene + 2], into.counts, 0, n)).toBe(
            offsets[3 * gene + 5],
          );
          return Array.from(into.cells, (each, i) => [each, into.counts[i]]);
        });
        expect(turned).toEqual(byGene(rows as [number, number][][]));
        expect(nEntries).toBe(rows.flat().length);
        expect([steps.length, counts.length]).toEqual([...offsets.subarray(3 * N_GENES + 1)]);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps values that are not whole as they are', () => {
    const chunk = chunkOf([
      [
        [1, 3],
        [150, 1],
      ],
      [[1, 5]],
    ]);
    const plain = {
      lengths: lengths(chunk),
      genes: packGenes(chunk).bytes,
      counts: chunk.data.map((value) => value / 2),
    };
    const { counts, offsets } = turnBlock([plain], N_GENES);
    expect(Array.from(counts)).toEqual([1.5, 2.5, 0.5]);
    expect(Array.from(offsets.subarray(3, 9))).toEqual([0, 0, 0, 2, 2, 0]);
  });
});
