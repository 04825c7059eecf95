import { existsSync } from 'node:fs';
import * as h5wasm from 'h5wasm/node';
import { memoryCounts } from '#singlecell/count-source.ts';
import type { Dataset, ObsColumn } from '#singlecell/types.ts';

const FOLDER = '../shared/data/cells';

/** Path of a file of real cells beside the repository; null on a machine without the shared data. */
export function sharedCellsPath(name: string): string | null {
  const path = `${FOLDER}/${name}.h5ad`;
  return existsSync(path) ? path : null;
}

/** Cells as stored, with the names of the file as gene ids. Does without the product's readers, which have tests of their own. */
export async function sharedCells(path: string, columns: readonly string[] = []): Promise<Dataset> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, 'r');
  try {
    const values = (name: string) => (file.get(name) as h5wasm.Dataset).value as unknown;
    const names = values('var/_index') as string[];
    const counts = memoryCounts({
      nGenes: names.length,
      indptr: Array.from(values('X/indptr') as ArrayLike<number>, Number),
      indices: Int32Array.from(values('X/indices') as ArrayLike<number>),
      data: Float32Array.from(values('X/data') as ArrayLike<number>),
    });
    const obs: ObsColumn[] = columns.map((name) => ({
      name,
      kind: 'categorical',
      categories: values(`obs/${name}/categories`) as string[],
      codes: Int32Array.from(values(`obs/${name}/codes`) as ArrayLike<number>),
    }));
    return {
      species: 'human',
      genes: names.map((id) => ({ id, symbol: id })),
      cellIds: Array.from({ length: counts.nCells }, (_, cell) => `cell-${cell}`),
      obs,
      counts,
    };
  } finally {
    file.close();
  }
}
