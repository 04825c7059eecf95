import path from 'node:path';
import * as h5wasm from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { H5File } from '#singlecell/io/hdf5/file.ts';
import { GeneMajorMatrix } from '#singlecell/io/loom/gene-major-matrix.ts';
import { inspectFile, openFile } from '#singlecell/io/open.ts';
import { readRows } from './support/read-rows.ts';
import { diskPlace } from '#singlecell/io/place.ts';
import { tempFolder } from './support/temp-folder.ts';
import { COUNTS as SMALL, GENES, turned } from './support/write-h5ad.ts';

const at = tempFolder();
const fixture = (name: string) => path.join(import.meta.dirname, '..', '..', 'fixtures', 'cells', name);
const [N_CELLS, N_GENES] = [150, 70];
/** As make_loom.py beside the fixtures has it. */
const COUNTS = Array.from({ length: N_CELLS }, (_, cell) =>
  Array.from({ length: N_GENES }, (_, gene) => ((7 * cell + 3 * gene) % 5 === 0 ? ((cell * gene) % 9) + 1 : 0)),
);

interface Spec {
  rows?: number[][];
  layers?: Record<string, number[][]>;
  rowAttributes?: Record<string, string[]>;
  columnAttributes?: Record<string, string[] | Float64Array>;
  chunks?: [number, number];
}

async function writeLoom(name: string, spec: Spec = {}): Promise<string> {
  await h5wasm.ready;
  const h5 = new h5wasm.File(at(name), 'w');
  const write = (parent: h5wasm.Group, key: string, rows: number[][]) => {
    const shape = [rows[0].length, rows.length];
    parent.create_dataset({ name: key, data: Float32Array.from(turned(rows).flat()), shape, chunks: spec.chunks });
  };
  write(h5, 'matrix', spec.rows ?? SMALL);
  const layers = h5.create_group('layers');
  for (const [key, rows] of Object.entries(spec.layers ?? {})) write(layers, key, rows);
  const groups = { row_attrs: spec.rowAttributes ?? { Gene: GENES }, col_attrs: spec.columnAttributes ?? {} };
  for (const [group, attributes] of Object.entries(groups)) {
    const parent = h5.create_group(group);
    for (const [key, data] of Object.entries(attributes)) parent.create_dataset({ name: key, data });
  }
  h5.flush();
  h5.close();
  return at(name);
}

describe.each(['v2.loom', 'v3.loom'])('loom %s', (name) => {
  it('is described before it is imported', async () => {
    const { description, matrices, warnings } = await inspectFile(fixture(name));
    expect(description).toBe('loom, human, raw counts, 150 cells × 70 genes');
    expect(matrices).toEqual(
      ['matrix', 'layers/ambiguous', 'layers/spliced', 'layers/unspliced'].map((matrix) => ({
        name: matrix,
        storage: 'dense',
        content: 'counts',
      })),
    );
    expect(warnings).toEqual(['Attributes with several values for each cell were left out: tSNE.']);
  });

  it('gives cells × genes from genes × cells', async () => {
    expect(await readRows(fixture(name), 'matrix')).toEqual(COUNTS);
    expect(await readRows(fixture(name), 'layers/spliced')).toEqual(
      COUNTS.map((row) => row.map((count) => Math.max(count - 1, 0))),
    );
    expect(await readRows(fixture(name), 'layers/unspliced')).toEqual(
      COUNTS.map((row) => row.map((count) => Math.min(count, 1))),
    );
  });

  it('gives names, ids and annotations', async () => {
    const open = await openFile(fixture(name));
    expect(open.cellIds().slice(148)).toEqual(['run:148x', 'run:149x']);
    const { names, ids } = open.genes('matrix');
    expect([names[0], ids?.[0], names.length, ids?.length]).toEqual(['SPI1', 'ENSG00000000000', 70, 70]);
    expect(open.obsNames()).toEqual(['ClusterName', 'Clusters', 'Total', '_X']);
    expect(open.obsColumn('ClusterName')).toMatchObject({ kind: 'categorical', categories: ['Gliä', 'Neuron'] });
    expect(open.obsColumn('Clusters')).toMatchObject({ kind: 'number' });
    // h5py 3.7.0: file['col_attrs/Total'][[0, 77, 149]]
    const { values } = open.obsColumn('Total') as { values: Float64Array };
    expect([values[0], values[77], values[149]]).toEqual([14, 71, 67]);
    open.close();
  });
});

describe('loom files of other writers', () => {
  it('scanpy names cells and genes obs_names and var_names', async () => {
    const file = await writeLoom('scanpy.loom', {
      rowAttributes: { var_names: GENES },
      columnAttributes: { obs_names: ['a', 'b', 'c', 'd'] },
    });
    const open = await openFile(file);
    expect([open.cellIds(), open.genes('matrix').names]).toEqual([['a', 'b', 'c', 'd'], GENES]);
    open.close();
  });

  it('cells without names are numbered, and that is told', async () => {
    const open = await openFile(await writeLoom('nameless.loom'));
    expect(open.cellIds()).toEqual(['1', '2', '3', '4']);
    expect(open.warnings.join()).toMatch(/no names of cells \(col_attrs\/CellID\)/);
    open.close();
  });

  it.each([[[5, 4]], [[1, 1]], [[2, 3]], [undefined]] as [[number, number] | undefined][])(
    'chunks of %j',
    async (chunks) => {
      expect(await readRows(await writeLoom(`chunks-${String(chunks)}.loom`, { chunks }), 'matrix')).toEqual(SMALL);
    },
  );

  it.each<[string, Spec, RegExp]>([
    [
      'genes without names',
      { rowAttributes: {} },
      /row_attrs is damaged: the names of the genes \(row_attrs\/Gene\) are missing/,
    ],
    [
      'too few gene names',
      { rowAttributes: { Gene: ['SPI1'] } },
      /row_attrs\/Gene is damaged: it has 1 values for 5 genes/,
    ],
    [
      'too few cell names',
      { columnAttributes: { CellID: ['a'] } },
      /col_attrs\/CellID is damaged: it has 1 values for 4 cells/,
    ],
    [
      'a layer of another shape',
      {
        layers: {
          spliced: [
            [1, 2],
            [3, 4],
          ],
        },
      },
      /layers\/spliced is damaged: it has 2 × 2 entries for 5 genes and 4 cells/,
    ],
  ])('%s are refused', async (name, spec, message) => {
    const file = await writeLoom(`${name}.loom`, spec);
    await expect(openFile(file).then((open) => [open.genes('matrix'), open.cellIds()])).rejects.toMatchObject({
      code: 'data-format',
      message: expect.stringMatching(message) as string,
    });
  });
});

it('a matrix whose chunks are rows of all cells is transposed in blocks of bounded size', async () => {
  const place = await diskPlace(await writeLoom('rows.loom', { chunks: [1, 4] }));
  const file = await H5File.open(place);
  const matrix = new GeneMajorMatrix(file, 'matrix', { nCells: 4, nGenes: 5 }, 3);
  const found: number[] = [];
  for await (const { nCells, data } of matrix.chunks()) found.push(nCells, ...data);
  file.close();
  expect(found).toEqual([3, 1, 2, 3, 1, 4, 5, 6]);
});
