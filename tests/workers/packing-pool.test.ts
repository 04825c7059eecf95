import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import h5wasm from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { H5File } from '#singlecell/io/hdf5/file.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import type { RowLists } from '#singlecell/io/row-lists.ts';
import { packCells } from '#singlecell/packed-rows.ts';
import type { PackedCells } from '#singlecell/packing/packed-cells.ts';
import { packInPlace } from '#singlecell/packing/packing.ts';
import type { CsrChunk } from '#singlecell/types.ts';
import { type ClosablePackRunner, packRunner } from '#workers/packing/packing-pool.ts';

const N_CELLS = 600;
const N_GENES = 900;
const folder = mkdtempSync(path.join(tmpdir(), 'gcw-packing-'));
const file = path.join(folder, 'lists.h5');
const damagedFile = path.join(folder, 'damaged.h5');
const PLAN = { target: Int32Array.from({ length: N_GENES }, (_, gene) => gene), nGenes: N_GENES };

/** Of each cell every third or fourth gene, with counts of one and more bytes. */
function made(): { offsets: Float64Array; genes: number[]; counts: number[] } {
  const offsets = new Float64Array(N_CELLS + 1);
  const genes: number[] = [];
  const counts: number[] = [];
  for (let cell = 0; cell < N_CELLS; cell++) {
    for (let gene = cell % 7; gene < N_GENES; gene += 3 + (cell % 2)) {
      genes.push(gene);
      counts.push(gene % 50 === 0 ? 200 : 1 + ((cell * gene) % 5));
    }
    offsets[cell + 1] = genes.length;
  }
  return { offsets, genes, counts };
}

const { offsets, genes, counts } = made();
const LISTS = {
  genes32: Int32Array.from(genes),
  genes64: BigInt64Array.from(genes, BigInt),
  float32: Float32Array.from(counts),
  float64: Float64Array.from(counts),
  uint8: Uint8Array.from(counts),
  int64: BigInt64Array.from(counts, BigInt),
  fractions: Float32Array.from(counts, (count, i) => (i === offsets[10] ? count + 0.5 : count)),
  huge: BigInt64Array.from(counts, (count, i) => (i === offsets[10] ? 2n ** 40n : BigInt(count))),
};
let threads: ClosablePackRunner;

beforeAll(async () => {
  await h5wasm.ready;
  const root = new h5wasm.File(file, 'w');
  for (const [name, data] of Object.entries(LISTS)) {
    root.create_dataset({ name, data, shape: [data.length], chunks: [20_000], compression: 'gzip' });
  }
  root.close();
  const bytes = readFileSync(file);
  const first = bytes.indexOf(Buffer.from([0x78, 0x5e]));
  for (let at = first + 50; at < first + 250; at++) bytes[at] ^= 0xff;
  writeFileSync(damagedFile, bytes);
  threads = await packRunner(2);
});

afterAll(async () => {
  await threads.close();
  rmSync(folder, { recursive: true });
});

async function listsOf(of: string, genesName: string, valuesName: string): Promise<RowLists> {
  const open = await H5File.open(await diskPlace(of));
  try {
    return { offsets, genes: open.list(genesName)!, values: open.list(valuesName)! };
  } finally {
    open.close();
  }
}

function chunkOf(start: number, end: number): CsrChunk {
  const [from, to] = [offsets[start], offsets[end]];
  return {
    start,
    nCells: end - start,
    nGenes: N_GENES,
    indptr: offsets.slice(start, end + 1).map((offset) => offset - from),
    indices: Int32Array.from(genes.slice(from, to)),
    data: Float32Array.from(counts.slice(from, to)),
  };
}

const plain = (cells: PackedCells) =>
  Object.fromEntries(
    Object.entries(cells).map(([key, value]) => [key, ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value]),
  );

describe('threads that pack', () => {
  it('are started', () => expect(threads.nThreads).toBe(2));

  it.each([
    ['genes32', 'float32'],
    ['genes64', 'float64'],
    ['genes32', 'uint8'],
    ['genes64', 'int64'],
  ])('read lists of any kind of number for themselves: %s, %s', async (genesName, valuesName) => {
    const packing = threads.begin(PLAN, await listsOf(file, genesName, valuesName));
    const ranges = [
      [0, 250],
      [250, 251],
      [251, 600],
    ];
    const packed = await Promise.all(ranges.map(([start, end]) => packing.range(start, end)));
    packed.forEach((cells, i) => expect(plain(cells)).toEqual(plain(packCells(chunkOf(ranges[i][0], ranges[i][1])))));
    const tallies = await packing.end();
    const sum = tallies.reduce((total, tally) => total + tally.counts.reduce((a, b) => a + b, 0), 0);
    expect(sum).toBe(counts.reduce((a, b) => a + b, 0));
  });

  it.each(['fractions', 'huge'])('stop before the cell that holds what is no count: %s', async (valuesName) => {
    for (const runner of [threads, packInPlace]) {
      const packing = runner.begin(PLAN, await listsOf(file, 'genes32', valuesName));
      expect((await packing.range(5, 20)).nCells).toBe(5);
      await packing.end();
    }
  });

  it('pack nothing of what is damaged, and go on with the rest', async () => {
    const packing = threads.begin(PLAN, await listsOf(damagedFile, 'genes32', 'float32'));
    const [bad, good] = await Promise.all([packing.range(0, 20), packing.range(400, 420)]);
    await packing.end();
    expect([bad.nCells, good.nCells]).toEqual([0, 20]);
  });

  it('take chunks and give back what is odd of them', async () => {
    const chunk = chunkOf(0, 40);
    chunk.data[chunk.indptr[30]] = 0.5;
    const packing = threads.begin(PLAN, null);
    const { cells, rest } = await packing.chunk(chunk);
    expect(plain(cells)).toEqual(plain(packCells(chunkOf(0, 30))));
    expect(rest).toMatchObject({ start: 30, nCells: 10 });
    expect([rest!.data[0], rest!.indices.length]).toEqual([0.5, offsets[40] - offsets[30]]);
    await packing.end();
  });

  it('turn a block as the calling thread does', async () => {
    const chunk = chunkOf(0, N_CELLS);
    const lengths = Int32Array.from({ length: N_CELLS }, (_, cell) => offsets[cell + 1] - offsets[cell]);
    // Made anew each time: a block that is turned takes its pieces with it.
    const piece = () => {
      const { genes: packedGenes, counts: packedCounts } = packCells(chunk);
      return { lengths, genes: packedGenes, counts: packedCounts };
    };
    expect(await threads.turn([piece()], N_GENES)).toEqual(await packInPlace.turn([piece()], N_GENES));
  });
});
