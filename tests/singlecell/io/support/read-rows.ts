import { openFile } from '#singlecell/io/open.ts';
import type { OpenDataset, OpenOptions } from '#singlecell/io/reader.ts';

/** The whole matrix of a file with its zeros; checks on the way that the chunks are clean. */
export async function readRows(file: string, matrix: string, options: OpenOptions = {}): Promise<number[][]> {
  const open = await openFile(file, options);
  try {
    return await rowsOf(open, matrix);
  } finally {
    open.close();
  }
}

/** As `readRows`, of what is open. */
export async function rowsOf(open: OpenDataset, matrix: string): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const chunk of open.chunks(matrix)) {
    if (chunk.start !== rows.length) throw new Error('chunks are not in cell order');
    for (let cell = 0; cell < chunk.nCells; cell++) {
      const row = new Array<number>(chunk.nGenes).fill(0);
      for (let i = chunk.indptr[cell]; i < chunk.indptr[cell + 1]; i++) {
        if (i > chunk.indptr[cell] && chunk.indices[i] <= chunk.indices[i - 1]) throw new Error('genes do not rise');
        row[chunk.indices[i]] = chunk.data[i];
      }
      rows.push(row);
    }
  }
  return rows;
}
