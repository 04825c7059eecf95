import h5wasm, { type File, type Group } from 'h5wasm/node';
import type { Dataset, ObsColumn } from '#singlecell/types.ts';

/** Writes a dataset as AnnData h5ad (format of anndata 0.8 and later): CSR counts in X, categorical and numeric obs. */
export async function writeH5ad(file: string, dataset: Dataset): Promise<void> {
  await h5wasm.ready;
  const root = new h5wasm.File(file, 'w');
  const encode = (group: Group, type: string, version: string) => {
    group.create_attribute('encoding-type', type);
    group.create_attribute('encoding-version', version);
  };
  encode(root, 'anndata', '0.1.0');
  const { nCells, nGenes } = dataset.counts;
  const { indptr, indices, data } = dataset.counts.rows(0, nCells);
  const x = root.create_group('X');
  encode(x, 'csr_matrix', '0.1.0');
  x.create_attribute('shape', [nCells, nGenes], [2], '<i8');
  x.create_dataset({ name: 'data', data });
  x.create_dataset({ name: 'indices', data: indices });
  x.create_dataset({ name: 'indptr', data: Int32Array.from(indptr) });
  const obs = frame(root, 'obs', dataset.cellIds);
  for (const column of dataset.obs) writeColumn(obs, column);
  frame(
    root,
    'var',
    dataset.genes.map(({ id }) => id),
  );
  root.close();
}

function frame(root: File, name: string, index: string[]): Group {
  const group = root.create_group(name);
  group.create_attribute('encoding-type', 'dataframe');
  group.create_attribute('encoding-version', '0.2.0');
  group.create_attribute('_index', '_index');
  group.create_dataset({ name: '_index', data: index });
  return group;
}

function writeColumn(obs: Group, column: ObsColumn): void {
  if (column.kind === 'number') {
    obs.create_dataset({ name: column.name, data: column.values });
  } else if (column.kind === 'categorical') {
    const group = obs.create_group(column.name);
    group.create_attribute('encoding-type', 'categorical');
    group.create_attribute('encoding-version', '0.2.0');
    group.create_dataset({ name: 'categories', data: column.categories });
    group.create_dataset({ name: 'codes', data: Int8Array.from(column.codes) });
  }
}
