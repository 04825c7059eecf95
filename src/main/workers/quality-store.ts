import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactDraft, ArtifactStore } from '#project/artifacts.ts';
import { QUALITY_BLOBS as BLOBS } from '#project/stored/quality-blobs.ts';
import type { CellComposition, CellMetrics } from '#singlecell/qc/metrics.ts';
import type { CheckedCells } from '#singlecell/qc/quality.ts';

/** What a quality check keeps of every cell. */
export interface StoredQuality {
  metrics: CellMetrics;
  composition: CellComposition;
  samples: Int32Array | null;
  donors: Int32Array | null;
}

export function writeQuality(
  draft: ArtifactDraft,
  { metrics, composition, report }: CheckedCells,
  samples: Int32Array | undefined,
  donors: Int32Array | undefined,
): void {
  const { totalCounts, detectedGenes, coreGenes, mitoFraction, ribosomalFraction, complexity, doubletScore } = metrics;
  const arrays = { totalCounts, detectedGenes, coreGenes, mitoFraction, ribosomalFraction, complexity };
  for (const [name, array] of Object.entries({ ...arrays, ...composition })) {
    draft.blob(BLOBS[name as keyof typeof arrays], array);
  }
  if (doubletScore) draft.blob(BLOBS.doubletScore, doubletScore);
  if (samples) draft.blob(BLOBS.samples, samples);
  if (donors) draft.blob(BLOBS.donors, donors);
  draft.blob(BLOBS.report, report);
}

export function readQuality(artifacts: ArtifactStore, manifest: ArtifactManifest): StoredQuality {
  const { id, blobs, summary } = manifest;
  const has = (name: string) => blobs.some((blob) => blob.name === name);
  const float64 = (name: string) => artifacts.readTyped(id, name, 'float64');
  const int32 = (name: string) => artifacts.readTyped(id, name, 'int32');
  const totalCounts = float64(BLOBS.totalCounts);
  return {
    metrics: {
      nCells: totalCounts.length,
      totalCounts,
      detectedGenes: int32(BLOBS.detectedGenes),
      coreGenes: int32(BLOBS.coreGenes),
      mitoFraction: float64(BLOBS.mitoFraction),
      ribosomalFraction: float64(BLOBS.ribosomalFraction),
      complexity: float64(BLOBS.complexity),
      nMitoGenes: Number(summary.nMitoGenes),
      nRibosomalGenes: Number(summary.nRibosomalGenes),
      ...(has(BLOBS.doubletScore) ? { doubletScore: readDoubletScores(artifacts, id) } : {}),
    },
    composition: {
      topFraction: float64(BLOBS.topFraction),
      haemoglobinFraction: float64(BLOBS.haemoglobinFraction),
    },
    samples: has(BLOBS.samples) ? int32(BLOBS.samples) : null,
    donors: has(BLOBS.donors) ? int32(BLOBS.donors) : null,
  };
}

export function readDoubletScores(artifacts: ArtifactStore, id: string): Float32Array {
  return artifacts.readTyped(id, BLOBS.doubletScore, 'float32');
}
