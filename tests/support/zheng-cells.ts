import { existsSync } from 'node:fs';
import * as h5wasm from 'h5wasm/node';
import { memoryCounts } from '#singlecell/count-source.ts';
import type { Dataset } from '#singlecell/types.ts';

const PATH = '../shared/data/cells/zheng_pbmc_facs_human.h5ad';

/** The 3,874 sorted blood cells of Zheng 2017, beside the repository; null on a machine without the shared data. */
export const ZHENG_PATH = existsSync(PATH) ? PATH : null;

/** The cells as stored, without gene symbols. Does without the product's readers, which have tests of their own. */
export async function zhengCells(path: string): Promise<Dataset> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'r');
  const values = (name: string) => (file.get(name) as h5wasm.Dataset).value;
  const ids = values('var/_index') as unknown as string[];
  const counts = memoryCounts({
    nGenes: ids.length,
    indptr: Array.from(values('X/indptr') as unknown as ArrayLike<number>, Number),
    indices: Int32Array.from(values('X/indices') as unknown as ArrayLike<number>),
    data: Float32Array.from(values('X/data') as unknown as ArrayLike<number>),
  });
  const categories = values('obs/cell_type/categories') as unknown as string[];
  const codes = Int32Array.from(values('obs/cell_type/codes') as unknown as ArrayLike<number>);
  file.close();
  return {
    species: 'human',
    genes: ids.map((id) => ({ id, symbol: id })),
    cellIds: Array.from(codes, (_, cell) => `cell-${cell}`),
    obs: [{ name: 'cell_type', kind: 'categorical', categories, codes }],
    counts,
  };
}
