import { unpackRising, unpackVarints } from '#shared/util/varint.ts';
import type { ArtifactStore } from '../artifacts.ts';
import { DATASET_BLOBS, PLAIN_COUNT_BLOBS } from './dataset-blobs.ts';

/** Counts of consecutive genes: cells that express each, rising, and their counts. */
export interface GeneColumns {
  /** One more than there are genes, starting at 0. */
  indptr: Float64Array;
  indices: Int32Array;
  data: Float32Array;
}

/**
 * Reads the counts of genes [first, last) of a stored dataset.
 *
 * Note: the cost of a call grows with the number of blocks, one for each 8 million entries.
 */
export function readGeneColumns(
  artifacts: ArtifactStore,
  dataset: string,
  nGenes: number,
  first: number,
  last: number,
): GeneColumns {
  const blobs = new Set(artifacts.get(dataset).blobs.map(({ name }) => name));
  if (!blobs.has(DATASET_BLOBS.blockOffsets)) return readPlain(artifacts, dataset, first, last);
  const firstCells = artifacts.readTyped(dataset, DATASET_BLOBS.blockCells, 'float64');
  const width = last - first + 1;
  const blocks = Array.from(firstCells.subarray(0, -1), (firstCell, block) => ({
    firstCell,
    offsets: artifacts.readTyped(
      dataset,
      DATASET_BLOBS.blockOffsets,
      'float64',
      (block * (nGenes + 1) + first) * 3,
      width * 3,
    ),
  }));
  const indptr = new Float64Array(width);
  for (let gene = 1; gene < width; gene++) {
    indptr[gene] = indptr[gene - 1];
    for (const { offsets } of blocks) indptr[gene] += offsets[3 * gene] - offsets[3 * gene - 3];
  }
  const columns = {
    indptr,
    indices: new Int32Array(indptr[width - 1]),
    data: new Float32Array(indptr[width - 1]),
  };
  const next = indptr.slice();
  for (const { firstCell, offsets } of blocks) {
    const steps = artifacts.read(dataset, DATASET_BLOBS.cellSteps, offsets[1], offsets[3 * width - 2] - offsets[1]);
    const values = blobs.has(DATASET_BLOBS.packedByGene)
      ? unpacked(artifacts.read(dataset, DATASET_BLOBS.packedByGene, offsets[2], offsets[3 * width - 1] - offsets[2]))
      : artifacts.readTyped(
          dataset,
          PLAIN_COUNT_BLOBS.geneCounts,
          'float32',
          offsets[0],
          offsets[3 * width - 3] - offsets[0],
        );
    let stepAt = 0;
    let valueAt = 0;
    for (let gene = 0; gene < width - 1; gene++) {
      const from = next[gene];
      const to = (next[gene] = from + offsets[3 * gene + 3] - offsets[3 * gene]);
      stepAt = unpackRising(steps, stepAt, columns.indices, from, to);
      for (let i = from; i < to; i++) {
        columns.indices[i] += firstCell;
        columns.data[i] = values[valueAt++];
      }
    }
  }
  return columns;
}

/** All numbers of the bytes. */
function unpacked(bytes: Uint8Array): Float32Array {
  // A number ends with each byte below 128.
  const values = new Float32Array(bytes.reduce((n, byte) => n + (byte < 128 ? 1 : 0), 0));
  unpackVarints(bytes, 0, values, 0, values.length);
  return values;
}

function readPlain(artifacts: ArtifactStore, dataset: string, first: number, last: number): GeneColumns {
  const offsets = artifacts.readTyped(dataset, PLAIN_COUNT_BLOBS.geneOffsets, 'float64', first, last - first + 1);
  const [from, to] = [offsets[0], offsets[last - first]];
  return {
    indptr: offsets.map((offset) => offset - from),
    indices: artifacts.readTyped(dataset, PLAIN_COUNT_BLOBS.geneCells, 'int32', from, to - from),
    data: artifacts.readTyped(dataset, PLAIN_COUNT_BLOBS.geneCounts, 'float32', from, to - from),
  };
}
