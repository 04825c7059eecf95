/** Refused before anything is allocated: no instrument makes such files, a damaged header does. */
export const MAX_CELLS = 20_000_000;
export const MAX_GENES = 2_000_000;
/** Stored entries of a matrix; above 2^31 a single step of most tools fails as well. */
export const MAX_ENTRIES = 20_000_000_000;
/** Entries of one chunk handed on: 8 bytes each. */
export const CHUNK_ENTRIES = 2_000_000;
export const CHUNK_CELLS = 4096;
/** Entries transposed at once where a file is stored by gene: 8 bytes each, plus one read buffer. */
export const TRANSPOSE_ENTRIES = 32_000_000;
/** Values looked at to tell counts from normalised numbers before an import. */
export const SAMPLE_ENTRIES = 200_000;
/** A whole file's headers are looked through in well under a second, also on slow disks in a few. */
export const PROBE_LIMIT_MS = 8000;
/** Of one unpacked chunk of an array, which is held whole; common ones have 1 to 64 MiB. */
export const MAX_CHUNK_BYTES = 512 * 2 ** 20;
/** Annotations of cells and genes that are held while a store is open: 1 KiB each for 2 million cells. */
export const MAX_ANNOTATION_BYTES = 2 ** 31;
/** Groups and arrays of one store that are looked at; stores of cells have some hundreds. */
export const MAX_NODES = 20_000;
/** Of one JSON document that describes a node. */
export const MAX_DOCUMENT_BYTES = 64 * 2 ** 20;
