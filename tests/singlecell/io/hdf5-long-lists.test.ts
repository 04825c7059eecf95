import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import h5wasm from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { H5File } from '#singlecell/io/hdf5/file.ts';
import { diskPlace } from '#singlecell/io/place.ts';

const N = 300_000;
const CHUNK = 65_536;
const folder = mkdtempSync(path.join(tmpdir(), 'gcw-long-lists-'));
const file = path.join(folder, 'lists.h5');
const numbers = {
  int32: Int32Array.from({ length: N }, (_, i) => (i * 7919) % 20_011),
  float32: Float32Array.from({ length: N }, (_, i) => ((i * 31) % 97) / 4),
  int64: BigInt64Array.from({ length: N }, (_, i) => BigInt(i * 3)),
};

beforeAll(async () => {
  await h5wasm.ready;
  const root = new h5wasm.File(file, 'w');
  for (const [name, data] of Object.entries(numbers)) {
    root.create_dataset({ name, data, shape: [N], chunks: [CHUNK], compression: 'gzip' });
  }
  root.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** As the library reads it. */
const expected = { int32: numbers.int32, float32: numbers.float32, int64: Float64Array.from(numbers.int64, Number) };

describe('long compressed lists, unpacked beside the reading thread', () => {
  it.each(['int32', 'float32', 'int64'] as const)('hold what the library reads: %s', async (name) => {
    const open = await H5File.open(await diskPlace(file));
    try {
      for (const [start, end] of [
        [0, N],
        [CHUNK - 5, 2 * CHUNK + 100_000],
        [N - 100_001, N],
      ]) {
        const rows = open.rows(name, start, end);
        expect(rows).toBeInstanceOf(Promise);
        expect(Array.from(await rows)).toEqual(Array.from(open.numbers(name, start, end)));
        expect(Array.from(await rows)).toEqual(Array.from(expected[name].subarray(start, end)));
      }
    } finally {
      open.close();
    }
  });

  it('tell of a chunk that was damaged', async () => {
    const bytes = readFileSync(file);
    const damaged = path.join(folder, 'damaged.h5');
    // zlib streams of level 4 begin with 78 5E; the first is that of the first list.
    const chunk = bytes.indexOf(Buffer.from([0x78, 0x5e]));
    expect(chunk).toBeGreaterThan(0);
    for (let at = chunk + 2000; at < chunk + 2100; at++) bytes[at] ^= 0xff;
    writeFileSync(damaged, bytes);
    const open = await H5File.open(await diskPlace(damaged));
    try {
      await expect(
        (async () => {
          for (const name of ['int32', 'float32', 'int64']) await open.rows(name, 0, N);
        })(),
      ).rejects.toMatchObject({ code: 'data-format', message: expect.stringContaining('cannot be read') as string });
    } finally {
      open.close();
    }
  });
});
