/** Large arrays of the parameters lie in memory that all threads see, so each costs once. */
export function sharing(params: unknown): unknown {
  return Object.fromEntries(
    Object.entries(params as object).map(([key, value]: [string, unknown]) => {
      if (!ArrayBuffer.isView(value) || value instanceof DataView) return [key, value];
      const typed = value as Uint8Array;
      const Type = typed.constructor as new (buffer: SharedArrayBuffer) => Uint8Array;
      const copy = new Type(new SharedArrayBuffer(typed.byteLength));
      copy.set(typed);
      return [key, copy];
    }),
  );
}
