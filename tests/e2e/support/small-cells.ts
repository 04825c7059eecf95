import path from 'node:path';
import h5wasm from 'h5wasm/node';
import { subsetCounts } from '#singlecell/count-source.ts';
import type { Dataset } from '#singlecell/types.ts';
import { writeH5ad } from '#tests/support/write-h5ad.ts';
import { zhengCells } from '#tests/support/zheng-cells.ts';

const SHIPPED = path.join(import.meta.dirname, '..', '..', '..', 'resources', 'demo', 'zheng_pbmc_facs_human.h5ad');

/** States of the small file; the first one is the start state. */
export const STATES = ['CD34+', 'CD14+ Monocyte', 'CD19+ B'] as const;
export const CELLS_PER_STATE = 84;

/** Writes the first cells of three states of the shipped data: real counts, small enough to train on while one watches. */
export async function writeSmallCells(file: string): Promise<void> {
  await h5wasm.ready;
  const all = await zhengCells(SHIPPED);
  const column = all.obs.find((one) => one.name === 'cell_type');
  if (column?.kind !== 'categorical') throw new Error(`${SHIPPED}: cell_type is not categorical`);
  const kept = STATES.flatMap((state) => {
    const code = column.categories.indexOf(state);
    return [...column.codes.keys()].filter((cell) => column.codes[cell] === code).slice(0, CELLS_PER_STATE);
  }).sort((a, b) => a - b);
  const small: Dataset = {
    ...all,
    cellIds: kept.map((cell) => all.cellIds[cell]),
    obs: [
      {
        ...column,
        categories: [...STATES],
        codes: Int32Array.from(kept, (cell) => STATES.indexOf(column.categories[column.codes[cell]] as never)),
      },
    ],
    counts: subsetCounts(all.counts, Int32Array.from(kept)),
  };
  await writeH5ad(file, small);
}
