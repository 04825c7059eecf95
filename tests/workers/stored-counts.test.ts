import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactId } from '#shared/domain/ids.ts';
import { ArtifactReader } from '#project/artifact-reader.ts';
import { Project } from '#project/project.ts';
import { DATASET_BLOBS, PLAIN_COUNT_BLOBS } from '#project/stored/dataset-blobs.ts';
import { readGeneColumns } from '#project/stored/gene-counts.ts';
import { memoryCounts } from '#singlecell/count-source.ts';
import type { CountSource, Dataset } from '#singlecell/types.ts';
import { openStoredDataset } from '#workers/dataset-store.ts';
import { packCells } from '#singlecell/packed-rows.ts';
import { GeneBlocksWriter } from '#workers/gene-blocks.ts';
import { openStoredCounts } from '#workers/stored-counts.ts';
import { makeCells } from '../support/make-cells.ts';
import { storeDataset } from '../support/store-dataset.ts';

const N_CELLS = 900;
const N_GENES = 80;
const folder = mkdtempSync(path.join(tmpdir(), 'gcw-stored-counts-'));
const made = makeCells({ nCells: N_CELLS, nGenes: N_GENES, targetsPerFate: 10, meanCounts: 400, seed: 8 });
let project: Project;

beforeAll(async () => {
  const file = path.join(folder, 'p.gcwproj');
  ({ project } = await Project.create(file, { name: 'p', passphrase: 'p', kdf: { memoryKiB: 8, iterations: 1 } }));
});

afterAll(() => {
  project.close();
  rmSync(folder, { recursive: true });
});

const plan = {
  kind: 'dataset',
  title: 'made cells',
  step: 'dataset import',
  stepVersion: 1,
  config: {},
  inputs: [] as ArtifactId[],
} as const;

/** Columns [first, last) as a dense matrix, genes × cells. */
function denseColumns(counts: CountSource, first: number, last: number): number[][] {
  const { indptr, indices, data } = counts.rows(0, counts.nCells);
  const dense = Array.from({ length: last - first }, () => new Array<number>(counts.nCells).fill(0));
  for (let cell = 0; cell < counts.nCells; cell++) {
    for (let i = indptr[cell]; i < indptr[cell + 1]; i++) {
      if (indices[i] >= first && indices[i] < last) dense[indices[i] - first][cell] = data[i];
    }
  }
  return dense;
}

function fromColumns(id: string, first: number, last: number): number[][] {
  const { indptr, indices, data } = readGeneColumns(project.artifacts, id, N_GENES, first, last);
  return Array.from({ length: last - first }, (_, gene) => {
    const dense = new Array<number>(N_CELLS).fill(0);
    for (let i = indptr[gene]; i < indptr[gene + 1]; i++) dense[indices[i]] = data[i];
    return dense;
  });
}

describe('a stored dataset', () => {
  it('gives back its counts by cell, by gene, its names and annotations', async () => {
    const id = await storeDataset(project, made);
    const stored = openStoredDataset(project.artifacts, project.artifacts.get(id));
    expect(stored.counts.rows(0, N_CELLS)).toEqual(made.counts.rows(0, N_CELLS));
    const some = stored.counts.rows(333, 340);
    expect({ ...some, start: 0 }).toEqual({ ...made.counts.rows(333, 340), start: 0 });
    expect(fromColumns(id, 0, N_GENES)).toEqual(denseColumns(made.counts, 0, N_GENES));
    expect(fromColumns(id, 17, 18)).toEqual(denseColumns(made.counts, 17, 18));
    expect(stored.cellIds).toEqual(made.cellIds);
    expect(stored.obs).toEqual(made.obs);
  });

  it('gives the same to a reader of the file in another connection', async () => {
    const id = await storeDataset(project, made);
    const reader = new ArtifactReader(project.path, project.dataKey);
    try {
      const counts = openStoredCounts(reader, project.artifacts.get(id), N_GENES);
      expect(counts.rows(5, 90)).toEqual({ ...made.counts.rows(5, 90), start: 5 });
    } finally {
      reader.close();
    }
  });

  it('keeps values that are not whole as they are', async () => {
    const { indptr, indices, data } = made.counts.rows(0, N_CELLS);
    const halves: Dataset = {
      ...made,
      counts: memoryCounts({ nGenes: N_GENES, indptr, indices, data: data.map((count) => count / 2) }),
    };
    const id = await storeDataset(project, halves, 'any');
    const { counts } = openStoredDataset(project.artifacts, project.artifacts.get(id));
    expect(counts.rows(0, N_CELLS)).toEqual(halves.counts.rows(0, N_CELLS));
    expect(fromColumns(id, 3, 9)).toEqual(denseColumns(halves.counts, 3, 9));
    await expect(storeDataset(project, halves)).rejects.toThrow('not a whole number');
  });

  it('keeps counts by gene in as many blocks of cells as memory asks for', async () => {
    const draft = project.artifacts.draft(plan);
    const writer = new GeneBlocksWriter(draft, N_GENES, true, { maxEntries: 3000 });
    for (let start = 0; start < N_CELLS; start += 250) {
      await writer.rows(packCells(made.counts.rows(start, Math.min(N_CELLS, start + 250))));
    }
    const blocks = await writer.finish();
    expect(blocks.length).toBeGreaterThan(4);
    draft.blob(DATASET_BLOBS.blockCells, blocks);
    const { id } = draft.commit({});
    expect(fromColumns(id, 0, N_GENES)).toEqual(denseColumns(made.counts, 0, N_GENES));
  });

  it('of the first version is read as it was written', () => {
    const { indptr, indices, data } = made.counts.rows(0, N_CELLS);
    const dense = denseColumns(made.counts, 0, N_GENES);
    const cellsOf = dense.map((column) => [...column.keys()].filter((cell) => column[cell] > 0));
    const offsets = new Float64Array(N_GENES + 1);
    cellsOf.forEach((cells, gene) => (offsets[gene + 1] = offsets[gene] + cells.length));
    const draft = project.artifacts.draft(plan);
    draft.blob(DATASET_BLOBS.cellOffsets, indptr);
    draft.blob(PLAIN_COUNT_BLOBS.genesByCell, indices);
    draft.blob(PLAIN_COUNT_BLOBS.countsByCell, data);
    draft.blob(PLAIN_COUNT_BLOBS.geneOffsets, offsets);
    draft.blob(PLAIN_COUNT_BLOBS.geneCells, Int32Array.from(cellsOf.flat()));
    draft.blob(
      PLAIN_COUNT_BLOBS.geneCounts,
      Float32Array.from(cellsOf.flatMap((cells, gene) => cells.map((cell) => dense[gene][cell]))),
    );
    const manifest = draft.commit({});
    const counts = openStoredCounts(project.artifacts, manifest, N_GENES);
    expect(counts.rows(10, 20)).toEqual({ ...made.counts.rows(10, 20), start: 10 });
    expect(fromColumns(manifest.id, 30, 40)).toEqual(denseColumns(made.counts, 30, 40));
  });
});
