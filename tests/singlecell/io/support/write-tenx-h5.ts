import * as h5wasm from 'h5wasm/node';
import { CELLS, compress } from './write-h5ad.ts';

export interface Features {
  ids: string[];
  names: string[];
  types: string[];
  genomes: string[];
}

/** As Cell Ranger 7 `multi` writes sample_filtered_feature_bc_matrix.h5, with the sets of a probe panel. */
export function writeTenxH5(file: string, rows: number[][], features: Features): string {
  const h5 = new h5wasm.File(file, 'w');
  const { indptr, indices, data } = compress(rows);
  const matrix = h5.create_group('matrix');
  matrix.create_dataset({ name: 'barcodes', data: CELLS, dtype: 'S18' });
  matrix.create_dataset({ name: 'shape', data: Int32Array.of(rows[0].length, rows.length) });
  matrix.create_dataset({ name: 'indptr', data: BigInt64Array.from(indptr.map(BigInt)) });
  matrix.create_dataset({ name: 'indices', data: BigInt64Array.from(indices.map(BigInt)) });
  matrix.create_dataset({ name: 'data', data: Int32Array.from(data) });
  const group = matrix.create_group('features');
  group.create_dataset({ name: '_all_tag_keys', data: ['genome', 'pattern', 'read', 'sequence'], dtype: 'S8' });
  group.create_dataset({ name: 'id', data: features.ids, dtype: 'S32' });
  group.create_dataset({ name: 'name', data: features.names, dtype: 'S32' });
  group.create_dataset({ name: 'feature_type', data: features.types, dtype: 'S32' });
  group.create_dataset({ name: 'genome', data: features.genomes, dtype: 'S32' });
  group.create_dataset({ name: 'sequence', data: features.ids.map(() => 'ACGT'), dtype: 'S8' });
  group.create_group('target_sets').create_dataset({ name: 'Panel', data: Int32Array.of(0, 1) });
  h5.flush();
  h5.close();
  return file;
}
