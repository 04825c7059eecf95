import * as h5wasm from 'h5wasm/node';

type Group = h5wasm.Group;
export interface Sparse {
  indptr: number[];
  indices: number[];
  data: number[];
}
export type MatrixSpec =
  | { storage: 'dense'; rows: number[][]; float64?: boolean }
  | { storage: 'csr' | 'csc'; rows: number[][] }
  | { storage: 'csr' | 'csc'; raw: Sparse; shape: [number, number] };

export interface H5adSpec {
  cells?: string[];
  genes?: string[];
  /** Columns of var. */
  varColumns?: Record<string, string[]>;
  /** Null for none. */
  X?: MatrixSpec | null;
  layers?: Record<string, MatrixSpec>;
  raw?: { genes: string[]; X: MatrixSpec };
  /** Adds the annotations. */
  obs?: (obs: Group, file: h5wasm.File) => void;
}

/** Four cells × five genes, counts. */
export const COUNTS = [
  [1, 0, 0, 2, 0],
  [0, 3, 0, 0, 0],
  [0, 0, 0, 0, 0],
  [4, 0, 5, 0, 6],
];
export const CELLS = ['AAAC-1', 'AAAG-1', 'AACC-1', 'AACG-1'];
export const GENES = ['SPI1', 'GATA1', 'PAX5', 'CEBPA', 'TBX21'];

/** Writes a small AnnData file in the current encoding. */
export async function writeH5ad(file: string, spec: H5adSpec = {}): Promise<string> {
  await h5wasm.ready;
  const h5 = new h5wasm.File(file, 'w');
  h5.create_attribute('encoding-type', 'anndata');
  const obs = frame(h5, 'obs', spec.cells ?? CELLS);
  const variables = frame(h5, 'var', spec.genes ?? GENES);
  for (const [name, texts] of Object.entries(spec.varColumns ?? {})) {
    variables.create_dataset({ name, data: texts });
  }
  if (spec.X !== null) writeMatrix(h5, 'X', spec.X ?? { storage: 'csr', rows: COUNTS });
  const layers = h5.create_group('layers');
  for (const [name, matrix] of Object.entries(spec.layers ?? {})) writeMatrix(layers, name, matrix);
  if (spec.raw) {
    const raw = h5.create_group('raw');
    writeMatrix(raw, 'X', spec.raw.X);
    frame(raw, 'var', spec.raw.genes);
  }
  spec.obs?.(obs, h5);
  h5.flush();
  h5.close();
  return file;
}

export function frame(parent: Group, name: string, index: string[]): Group {
  const group = parent.create_group(name);
  group.create_attribute('encoding-type', 'dataframe');
  group.create_attribute('_index', '_index');
  if (index.length > 0) group.create_dataset({ name: '_index', data: index });
  else group.create_dataset({ name: '_index', data: new Int8Array(0), shape: [0] });
  return group;
}

/** A categorical column in the current encoding. */
export function categorical(obs: Group, name: string, categories: string[], codes: number[]): void {
  const group = obs.create_group(name);
  group.create_attribute('encoding-type', 'categorical');
  group.create_dataset({ name: 'categories', data: categories });
  group.create_dataset({ name: 'codes', data: Int8Array.from(codes) });
}

export function writeMatrix(parent: Group, name: string, spec: MatrixSpec): void {
  if (spec.storage === 'dense') {
    const flat = spec.rows.flat();
    const data = spec.float64 ? Float64Array.from(flat) : Float32Array.from(flat);
    parent.create_dataset({ name, data, shape: [spec.rows.length, spec.rows[0].length] });
    return;
  }
  const sparse = 'raw' in spec ? spec.raw : compress(spec.storage === 'csr' ? spec.rows : turned(spec.rows));
  const shape = 'raw' in spec ? spec.shape : [spec.rows.length, spec.rows[0].length];
  const group = parent.create_group(name);
  group.create_attribute('encoding-type', `${spec.storage}_matrix`);
  group.create_attribute('shape', BigInt64Array.from(shape.map(BigInt)));
  group.create_dataset({ name: 'indptr', data: Int32Array.from(sparse.indptr) });
  group.create_dataset({ name: 'indices', data: Int32Array.from(sparse.indices) });
  group.create_dataset({ name: 'data', data: Float32Array.from(sparse.data) });
}

export function compress(rows: number[][]): Sparse {
  const sparse: Sparse = { indptr: [0], indices: [], data: [] };
  for (const row of rows) {
    row.forEach((value, column) => {
      if (value === 0) return;
      sparse.indices.push(column);
      sparse.data.push(value);
    });
    sparse.indptr.push(sparse.indices.length);
  }
  return sparse;
}

export function turned(rows: number[][]): number[][] {
  return rows[0].map((_, column) => rows.map((row) => row[column]));
}
