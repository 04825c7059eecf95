import h5wasm, { type Dataset, type Group } from 'h5wasm/node';
import { CellMaker, madeGenes } from './made-cells.ts';

/** Entries of one stored chunk: half a MiB of each dataset, as anndata writes large matrices. */
const STORED_ENTRIES = 131_072;
const CELLS_AT_ONCE = 2_000;
const STATES = ['B', 'CD4 T', 'CD8 T', 'NK', 'monocyte', 'dendritic', 'megakaryocyte', 'progenitor'];
const N_DONORS = 6;

export interface MadeFile {
  nCells: number;
  nGenes: number;
  nEntries: number;
}

/** Streams made cells into an h5ad file as anndata writes it: X in CSR, gzip, Ensembl ids, a cell type and a donor. */
export async function makeFile(path: string, nCells: number, seed: number): Promise<MadeFile> {
  await h5wasm.ready;
  const genes = madeGenes();
  const maker = new CellMaker(genes, seed);
  const root = new h5wasm.File(path, 'w');
  encode(root, 'anndata', '0.1.0');
  const x = root.create_group('X');
  encode(x, 'csr_matrix', '0.1.0');
  x.create_attribute('shape', [nCells, maker.nGenes], [2], '<i8');
  const data = growing(x, 'data', new Float32Array(0));
  const indices = growing(x, 'indices', new Int32Array(0));
  const indptr = new BigInt64Array(nCells + 1);
  let nEntries = 0;
  for (let start = 0; start < nCells; start += CELLS_AT_ONCE) {
    const end = Math.min(nCells, start + CELLS_AT_ONCE);
    const made = maker.cells(start, end);
    for (let i = 1; i <= end - start; i++) indptr[start + i] = BigInt(nEntries + made.indptr[i]);
    const range: [number, number] = [nEntries, nEntries + made.data.length];
    for (const [dataset, values] of [
      [data, made.data],
      [indices, made.indices],
    ] as const) {
      dataset.resize([range[1]]);
      dataset.write_slice([range], values);
    }
    nEntries = range[1];
  }
  x.create_dataset({ name: 'indptr', data: indptr });
  const obs = frame(
    root,
    'obs',
    Array.from({ length: nCells }, (_, cell) => `CELL${String(cell).padStart(7, '0')}-1`),
  );
  categorical(
    obs,
    'cell_type',
    STATES,
    Int8Array.from({ length: nCells }, (_, cell) => ((cell * 1_009) % 1_500) % STATES.length),
  );
  categorical(
    obs,
    'donor',
    Array.from({ length: N_DONORS }, (_, i) => `donor-${i + 1}`),
    Int8Array.from({ length: nCells }, (_, cell) => cell % N_DONORS),
  );
  const vars = frame(root, 'var', genes.ids);
  vars.create_dataset({ name: 'gene_symbols', data: genes.symbols });
  root.close();
  return { nCells, nGenes: maker.nGenes, nEntries };
}

function growing(group: Group, name: string, data: Float32Array | Int32Array): Dataset {
  return group.create_dataset({
    name,
    data,
    shape: [0],
    maxshape: [null],
    chunks: [STORED_ENTRIES],
    compression: 'gzip',
    compression_opts: 4,
  });
}

function encode(group: Group, type: string, version: string): void {
  group.create_attribute('encoding-type', type);
  group.create_attribute('encoding-version', version);
}

function frame(root: Group, name: string, index: string[]): Group {
  const group = root.create_group(name);
  encode(group, 'dataframe', '0.2.0');
  group.create_attribute('_index', '_index');
  group.create_dataset({ name: '_index', data: index });
  return group;
}

function categorical(frameGroup: Group, name: string, categories: string[], codes: Int8Array): void {
  const group = frameGroup.create_group(name);
  encode(group, 'categorical', '0.2.0');
  group.create_dataset({ name: 'categories', data: categories });
  group.create_dataset({ name: 'codes', data: codes });
}

if (import.meta.main) {
  const [path, nCells, seed] = process.argv.slice(2);
  console.log(JSON.stringify(await makeFile(path, Number(nCells), Number(seed))));
}
