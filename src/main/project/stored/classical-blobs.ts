/** Blobs of a `markers` artifact. */
export const MARKERS_BLOBS = {
  /** JSON: MarkersReport without what the manifest says. */
  report: 'report',
  /** JSON: MarkerGene[][], one list per group of the report. */
  genes: 'genes',
} as const;

/** Blobs of a `labels` artifact; arrays have one entry per labelled cell. */
export const LABELS_BLOBS = {
  /** JSON: LabelsReport without what the manifest says. */
  report: 'report',
  /** int32: row of the dataset. */
  cellIndex: 'cell-index',
  /** int32: label of the report. */
  codes: 'codes',
  /** float32. */
  scores: 'scores',
  /** float32. */
  deltas: 'deltas',
  /** uint8: 1 where the label is uncertain. */
  isUncertain: 'is-uncertain',
} as const;
