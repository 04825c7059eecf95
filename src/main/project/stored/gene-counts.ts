import { unpackRising, unpackVarints } from '#shared/util/varint.ts';
import type { ArtifactStore } from '../artifacts.ts';
import { DATASET_BLOBS, PLAIN_COUNT_BLOBS } from './dataset-blobs.ts';

/** Cells that express one gene, rising, and their counts. */
export interface GeneCounts {
  cells: Int32Array;
  counts: Float32Array;
}

/** Reads the counts of one gene of a stored dataset; the cost grows with the number of blocks, not of cells. */
export function readGeneCounts(artifacts: ArtifactStore, dataset: string, nGenes: number, gene: number): GeneCounts {
  const blobs = new Set(artifacts.get(dataset).blobs.map(({ name }) => name));
  if (!blobs.has(DATASET_BLOBS.blockOffsets)) return readPlain(artifacts, dataset, gene);
  const firsts = artifacts.readTyped(dataset, DATASET_BLOBS.blockCells, 'float64');
  const parts = Array.from(firsts.subarray(0, -1), (firstCell, block) => {
    const row = (block * (nGenes + 1) + gene) * 3;
    const [entry, step, count, entryEnd, stepEnd, countEnd] = artifacts.readTyped(
      dataset,
      DATASET_BLOBS.blockOffsets,
      'float64',
      row,
      6,
    );
    const cells = new Int32Array(entryEnd - entry);
    const counts = new Float32Array(cells.length);
    unpackRising(artifacts.read(dataset, DATASET_BLOBS.cellSteps, step, stepEnd - step), 0, cells, 0, cells.length);
    unpackVarints(
      artifacts.read(dataset, DATASET_BLOBS.packedByGene, count, countEnd - count),
      0,
      counts,
      0,
      counts.length,
    );
    for (let i = 0; i < cells.length; i++) cells[i] += firstCell;
    return { cells, counts };
  });
  return joined(parts);
}

function joined(parts: readonly GeneCounts[]): GeneCounts {
  const n = parts.reduce((sum, { cells }) => sum + cells.length, 0);
  const all = { cells: new Int32Array(n), counts: new Float32Array(n) };
  let at = 0;
  for (const { cells, counts } of parts) {
    all.cells.set(cells, at);
    all.counts.set(counts, at);
    at += cells.length;
  }
  return all;
}

function readPlain(artifacts: ArtifactStore, dataset: string, gene: number): GeneCounts {
  const [from, to] = artifacts.readTyped(dataset, PLAIN_COUNT_BLOBS.geneOffsets, 'float64', gene, 2);
  return {
    cells: artifacts.readTyped(dataset, PLAIN_COUNT_BLOBS.geneCells, 'int32', from, to - from),
    counts: artifacts.readTyped(dataset, PLAIN_COUNT_BLOBS.geneCounts, 'float32', from, to - from),
  };
}
