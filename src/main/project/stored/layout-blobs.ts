/** Blobs of a `layout` artifact, one entry per laid-out cell. */
export const LAYOUT_BLOBS = {
  /** float32. */
  x: 'x',
  /** float32. */
  y: 'y',
  /** int32: row of the dataset. */
  cellIndex: 'cell-index',
  /** int32. */
  clusters: 'clusters',
} as const;
