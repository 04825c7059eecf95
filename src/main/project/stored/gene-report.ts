import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { GeneReportRow } from '#shared/domain/gene-report.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactStore } from '../artifacts.ts';
import { DATASET_BLOBS } from './dataset-blobs.ts';

/** Throws: not-found where the dataset was imported before such reports were kept. */
export function readGeneReport(artifacts: ArtifactStore, dataset: ArtifactManifest): GeneReportRow[] {
  if (dataset.blobs.some(({ name }) => name === DATASET_BLOBS.geneReport))
    return artifacts.readJson<GeneReportRow[]>(dataset.id, DATASET_BLOBS.geneReport);
  throw new WorkbenchError(
    'not-found',
    dataset.summary.content === 'relative'
      ? `${dataset.title}: it was imported as tokens, its genes are those of its vocabulary; there is no report of names.`
      : `${dataset.title}: it was imported by a version that kept no gene report; import the file again to see one.`,
  );
}
