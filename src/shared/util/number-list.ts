/** Numbers of which stretches are looked at: an array, or a list that lies elsewhere and is read when it is asked for. */
export interface NumberList<A extends Int32Array | Float32Array> {
  readonly length: number;
  /** Numbers [start, end); to be read only. */
  subarray(start: number, end: number): A;
}
