/** Smaller buffers may be part of a pool, which nobody can give away, and cost nothing worth the call. */
const MIN_BYTES = 2 ** 16;

/**
 * Gives the memory of a whole buffer back now, not when the next collection finds it; this view and all others of it are
 * empty afterwards. For who owns the buffer: nobody else may hold a view of it.
 *
 * Note: what passes by in large arrays otherwise grows until V8 marks the whole heap for it, and comes as fresh pages each
 * time; released memory is used again.
 */
export function release(view: ArrayBufferView): void {
  const { buffer } = view;
  if (buffer instanceof ArrayBuffer && buffer.byteLength > MIN_BYTES) buffer.transfer(0);
}
