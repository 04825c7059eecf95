/** Names of the array types a blob can be read as; all little-endian, as every machine the workbench runs on. */
const TYPES = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
} as const;

export type TypedName = keyof typeof TYPES;
export type TypedOf<N extends TypedName> = InstanceType<(typeof TYPES)[N]>;

export function bytesPerValue(type: TypedName): number {
  return TYPES[type].BYTES_PER_ELEMENT;
}

/** The same memory read as numbers. Throws: RangeError where the bytes are not a whole number of values. */
export function asTyped<N extends TypedName>(bytes: Uint8Array<ArrayBuffer>, type: N): TypedOf<N> {
  return new TYPES[type](bytes.buffer, bytes.byteOffset, bytes.byteLength / bytesPerValue(type)) as TypedOf<N>;
}

/** The same memory read as bytes. */
export function asBytes(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
