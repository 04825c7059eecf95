import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { H5File } from '#singlecell/io/hdf5/file.ts';
import { diskPlace } from '#singlecell/io/place.ts';

/** Written by h5py 3.7.0 with HDF5 1.10.8 and its plugins, numcodecs and lz4 (make_packed.py). */
const folder = mkdtempSync(path.join(tmpdir(), 'gcw-packed-'));
const open = new Map<string, H5File>();
for (const libver of ['earliest', 'latest']) {
  const unpacked = path.join(folder, `${libver}.h5`);
  const packed = path.join(import.meta.dirname, 'objects', `packed-${libver}.h5.gz`);
  writeFileSync(unpacked, gunzipSync(readFileSync(packed)));
  open.set(libver, await H5File.open(await diskPlace(unpacked)));
}
afterAll(() => {
  open.forEach((file) => file.close());
  rmSync(folder, { recursive: true });
});

const FILTERS = [...open.values()][0].keys('/');
const value = (i: number): number => (i % 10 === 0 ? (i * 7919) % 60_000 : Math.floor(i / 64) % 5);
const values = (n: number): number[] => Array.from({ length: n }, (_, i) => value(i));

describe.each([...open.keys()])('files of the %s layout', (libver) => {
  const file = open.get(libver)!;

  it.each(FILTERS)('%s: every value, of lists and tables that grow or not', async (filter) => {
    for (const type of ['int32', 'float64', 'uint16']) {
      expect(Array.from(file.numbers(`${filter}/grows-${type}`)), type).toEqual(values(1201));
      expect(Array.from(await file.rows(`${filter}/grows-${type}`, 190, 1201))).toEqual(values(1201).slice(190));
    }
    expect(Array.from(file.numbers(`${filter}/grows-int8`))).toEqual(Array.from(Int8Array.from(values(1201))));
    expect(Array.from(file.numbers(`${filter}/fixed`))).toEqual(values(1201));
    expect(Array.from(file.numbers(`${filter}/single`))).toEqual(values(97));
    for (const name of ['table', 'bounded', 'rows']) {
      expect(Array.from(file.numbers(`${filter}/${name}`)), name).toEqual(values(37 * 11));
      const part = file.block(`${filter}/${name}`, [7, 10], [3, 9]);
      expect(Array.from(part)).toEqual(
        [7, 8, 9].flatMap((row) => [3, 4, 5, 6, 7, 8].map((at) => value(row * 11 + at))),
      );
    }
    if (file.kind(`${filter}/unwritten`)) {
      const written = values(400);
      const all = Array.from({ length: 1201 }, (_, i) => (i >= 200 && i < 600 ? written[i - 200] : 0));
      expect(Array.from(file.numbers(`${filter}/unwritten`))).toEqual(all);
    }
    if (file.kind(`${filter}/texts`))
      expect(file.strings(`${filter}/texts`)).toEqual(Array.from({ length: 300 }, (_, i) => `cell ${i}`));
  });
});

it('holds every filter that is read', () => {
  expect(FILTERS).toHaveLength(19);
});
