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

/** Cells of several datasets with the genes all have, and the number of the dataset each came from. */
export function joinCells(datasets: readonly Dataset[]): { cells: Dataset; batches: Int32Array } {
  const has = datasets.map(({ genes }) => new Set(genes.map(({ id }) => id)));
  const genes = datasets[0].genes.filter(({ id }) => has.every((ids) => ids.has(id)));
  const column = new Map(genes.map(({ id }, i) => [id, i]));
  const indptr = [0];
  const indices: number[] = [];
  const data: number[] = [];
  const batches: number[] = [];
  datasets.forEach(({ counts, genes: own }, batch) => {
    const chunk = counts.rows(0, counts.nCells);
    for (let cell = 0; cell < chunk.nCells; cell++) {
      const entries: [column: number, count: number][] = [];
      for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) {
        const at = column.get(own[chunk.indices[i]].id);
        if (at !== undefined) entries.push([at, chunk.data[i]]);
      }
      entries.sort(([a], [b]) => a - b);
      for (const [at, count] of entries) {
        indices.push(at);
        data.push(count);
      }
      indptr.push(indices.length);
      batches.push(batch);
    }
  });
  const counts = memoryCounts({
    nGenes: genes.length,
    indptr,
    indices: Int32Array.from(indices),
    data: Float32Array.from(data),
  });
  const cellIds = batches.map((batch, cell) => `${batch}-${cell}`);
  return {
    cells: { species: datasets[0].species, genes, cellIds, obs: [], counts },
    batches: Int32Array.from(batches),
  };
}
