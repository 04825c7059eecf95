import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { Gene } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { Project } from '../project.ts';
import { DATASET_BLOBS } from './dataset-blobs.ts';
import { readGeneReport } from './gene-report.ts';

/** Genes of a mouse dataset with cells and counts of each; one value of each list per gene. */
export interface MouseCounts {
  genes: Gene[];
  detections: number[];
  counts: number[];
}

/** Throws: unsupported for human cells; not-found without a gene report. */
export function mouseCounts({ artifacts }: Pick<Project, 'artifacts'>, dataset: ArtifactManifest): MouseCounts {
  if (dataset.summary.species !== 'mouse')
    throw new WorkbenchError(
      'unsupported',
      `${dataset.title}: its cells are human and written with human tokens under every policy; choose a mouse dataset.`,
    );
  const genes = artifacts.readJson<Gene[]>(dataset.id, DATASET_BLOBS.genes);
  const sums = new Map<string, number>();
  for (const { gene, counts } of readGeneReport(artifacts, dataset))
    if (gene) sums.set(gene.id, (sums.get(gene.id) ?? 0) + counts);
  return {
    genes,
    detections: Array.from(artifacts.readTyped(dataset.id, DATASET_BLOBS.detections, 'int32')),
    counts: genes.map(({ id }) => sums.get(id) ?? 0),
  };
}
