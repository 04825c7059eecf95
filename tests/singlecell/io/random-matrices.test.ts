import fc from '#tests/support/properties.ts';
import * as h5wasm from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPlace } from '#singlecell/io/open.ts';
import { diskPlace, type Place } from '#singlecell/io/place.ts';
import { memoryPlace } from './support/memory-place.ts';
import { rowsOf } from './support/read-rows.ts';
import { tempFolder } from './support/temp-folder.ts';
import { frame, turned, writeMatrix } from './support/write-h5ad.ts';
import { ZarrWriter, type Packing, type ZarrLayout } from './support/write-zarr.ts';

const at = tempFolder();
const names = (what: string, n: number) => Array.from({ length: n }, (_, i) => `${what}ä${i}`);

const STORAGES = ['csr', 'csc', 'dense'] as const;
/** Mostly zeros, a few counts that any type holds. */
const rows = fc.tuple(fc.integer({ min: 1, max: 17 }), fc.integer({ min: 1, max: 13 })).chain(([nCells, nGenes]) => {
  const count = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 255 }) },
  );
  const row = fc.array(count, { minLength: nGenes, maxLength: nGenes });
  return fc.array(row, { minLength: nCells, maxLength: nCells });
});

async function readBack(place: Place, matrix: string, nCells: number): Promise<number[][]> {
  const open = await openPlace(place);
  try {
    expect(open.cellIds()).toEqual(names('cell', nCells));
    return await rowsOf(open, matrix);
  } finally {
    open.close();
  }
}

describe('random matrices come back equal', () => {
  beforeAll(() => h5wasm.ready);

  it('from zarr of either version, chunked, sharded, packed and ordered anyhow', async () => {
    const layout: fc.Arbitrary<ZarrLayout> = fc.record({
      version: fc.constantFrom(2, 3),
      chunk: fc.integer({ min: 1, max: 9 }),
      perShard: fc.integer({ min: 1, max: 3 }),
      packing: fc.constantFrom<Packing>('none', 'gzip', 'zlib', 'zstd'),
      type: fc.constantFrom('uint8', 'int16', 'int32', 'int64', 'float32', 'float64'),
      order: fc.constantFrom('C', 'F'),
    });
    await fc.assert(
      fc.asyncProperty(rows, layout, fc.constantFrom(...STORAGES), async (counts, how, storage) => {
        const store = new ZarrWriter(how);
        store.group('', { 'encoding-type': 'anndata' });
        store.frame('obs', names('cell', counts.length));
        store.frame('var', names('gene', counts[0].length));
        store.matrix('X', counts, storage);
        const place = memoryPlace('random.zarr', store.content);
        expect(await readBack(place, 'X', counts.length)).toEqual(counts);
      }),
      { seed: 4, numRuns: 150 },
    );
  });

  it('from h5ad, as X, raw/X and layers', async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(...STORAGES), fc.boolean(), async (counts, storage, float64) => {
        const path = at(`${n++}.h5ad`);
        const h5 = new h5wasm.File(path, 'w');
        frame(h5, 'obs', names('cell', counts.length));
        frame(h5, 'var', names('gene', counts[0].length));
        const spec = storage === 'dense' ? { storage, rows: counts, float64 } : { storage, rows: counts };
        writeMatrix(h5, 'X', spec);
        writeMatrix(h5.create_group('layers'), 'counts', spec);
        h5.flush();
        h5.close();
        const place = await diskPlace(path);
        expect(await readBack(place, 'X', counts.length)).toEqual(counts);
        expect(await readBack(place, 'layers/counts', counts.length)).toEqual(counts);
      }),
      { seed: 5, numRuns: 30 },
    );
  });

  it('from loom, whatever its chunks', async () => {
    let n = 0;
    const extent = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(rows, extent, extent, async (counts, height, width) => {
        const path = at(`${n++}.loom`);
        const h5 = new h5wasm.File(path, 'w');
        const shape = [counts[0].length, counts.length];
        const chunks = [Math.min(height, shape[0]), Math.min(width, shape[1])];
        h5.create_dataset({ name: 'matrix', data: Int16Array.from(turned(counts).flat()), shape, chunks });
        h5.create_group('row_attrs').create_dataset({ name: 'Gene', data: names('gene', shape[0]) });
        h5.create_group('col_attrs').create_dataset({ name: 'CellID', data: names('cell', shape[1]) });
        h5.flush();
        h5.close();
        expect(await readBack(await diskPlace(path), 'matrix', counts.length)).toEqual(counts);
      }),
      { seed: 6, numRuns: 30 },
    );
  });
});
