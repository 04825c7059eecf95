import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { DATASET_BLOBS } from '#project/stored/dataset-blobs.ts';
import { readGeneColumns } from '#project/stored/gene-counts.ts';
import type { GeneCounts } from '#singlecell/classical/markers.ts';

/** A stored dataset's counts gene by gene; they stay on disk until asked for. */
export function storedGeneCounts(artifacts: ArtifactStore, { id, summary }: ArtifactManifest): GeneCounts {
  const detections = artifacts.readTyped(id, DATASET_BLOBS.detections, 'int32');
  const nGenes = detections.length;
  const offsets = new Float64Array(nGenes + 1);
  for (let gene = 0; gene < nGenes; gene++) offsets[gene + 1] = offsets[gene] + detections[gene];
  return {
    nGenes,
    nCells: Number(summary.nCells),
    offsets,
    genes: (first, last) => readGeneColumns(artifacts, id, nGenes, first, last),
  };
}
