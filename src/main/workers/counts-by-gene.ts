import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { DATASET_BLOBS } from '#project/stored/dataset-blobs.ts';
import type { GeneCounts } from '#singlecell/classical/markers.ts';

/** A stored dataset's counts gene by gene; they stay on disk until asked for. */
export function storedGeneCounts(artifacts: ArtifactStore, { id, summary }: ArtifactManifest): GeneCounts {
  const offsets = artifacts.readTyped(id, DATASET_BLOBS.geneOffsets, 'float64');
  return {
    nGenes: offsets.length - 1,
    nCells: Number(summary.nCells),
    offsets,
    genes(first, last) {
      const [from, to] = [offsets[first], offsets[last]];
      return {
        indptr: offsets.slice(first, last + 1).map((offset) => offset - from),
        indices: artifacts.readTyped(id, DATASET_BLOBS.geneCells, 'int32', from, to - from),
        data: artifacts.readTyped(id, DATASET_BLOBS.geneCounts, 'float32', from, to - from),
      };
    },
  };
}
