/** Blobs of a `layout` artifact, one entry per laid-out cell. */
export const LAYOUT_BLOBS = {
  /** float32. */
  x: 'x',
  /** float32. */
  y: 'y',
  /** float32: the same without batch correction; only where there is one. */
  xBefore: 'x-before',
  yBefore: 'y-before',
  /** int32: row of the dataset. */
  cellIndex: 'cell-index',
  /** int32; 64 bits wide in version 1. */
  clusters: 'clusters',
  /** uint8: 1 where a cell was placed by its neighbours; absent in version 1. */
  isPlaced: 'is-placed',
} as const;
