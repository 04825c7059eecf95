/** Blobs of a `quality` artifact: one entry per cell of the dataset, and the report. */
export const QUALITY_BLOBS = {
  /** float64. */
  totalCounts: 'total-counts',
  /** int32. */
  detectedGenes: 'detected-genes',
  /** int32. */
  coreGenes: 'core-genes',
  /** float64, as all shares. */
  mitoFraction: 'mito-fraction',
  ribosomalFraction: 'ribosomal-fraction',
  complexity: 'complexity',
  topFraction: 'top-fraction',
  haemoglobinFraction: 'haemoglobin-fraction',
  /** float32, NaN where not scored; only where doublets were scored. */
  doubletScore: 'doublet-score',
  /** int32: category of the sample column; only with one. */
  samples: 'samples',
  /** int32: category of the donor column; only with one. */
  donors: 'donors',
  /** JSON: QualityReport. */
  report: 'report',
} as const;
