import { SAMPLE_ENTRIES } from '../limits.ts';

/** Small tables are kept as they were read, so that they are parsed once: 12 bytes each. */
export const KEPT_ENTRIES = 6_000_000;
const BATCH = 65_536;

/** Entries of a table that are not zero: how many, some of them, and all of them where they are few. */
export class EntryKeeper {
  nEntries = 0;
  /** Values from the beginning, and the first negative number and the first fraction wherever they are. */
  readonly sample: number[] = [];
  #batches: { rows: Int32Array; columns: Int32Array; values: Float32Array }[] | null = [];
  #used = BATCH;
  #row = 0;
  #hasNegative = false;
  #hasFraction = false;

  /** Adds a line: the numbers of its `columns`, which are numbered as they stand there. */
  row(numbers: Float64Array, columns: readonly number[]): void {
    const row = this.#row++;
    for (let column = 0; column < columns.length; column++) {
      const value = numbers[columns[column]];
      if (value !== 0) this.add(row, column, value);
    }
  }

  add(row: number, column: number, value: number): void {
    this.nEntries++;
    this.#see(value);
    if (!this.#batches) return;
    if (this.nEntries > KEPT_ENTRIES) {
      this.#batches = null;
      return;
    }
    if (this.#used === BATCH) {
      this.#used = 0;
      this.#batches.push({
        rows: new Int32Array(BATCH),
        columns: new Int32Array(BATCH),
        values: new Float32Array(BATCH),
      });
    }
    const batch = this.#batches.at(-1)!;
    batch.rows[this.#used] = row;
    batch.columns[this.#used] = column;
    batch.values[this.#used++] = value;
  }

  /** Everything, in the order of the table; null where it was too much to keep. */
  kept(): { rows: Int32Array; columns: Int32Array; values: Float32Array }[] | null {
    return (
      this.#batches?.map((batch, i, all) => {
        const end = i === all.length - 1 ? this.#used : BATCH;
        return {
          rows: batch.rows.subarray(0, end),
          columns: batch.columns.subarray(0, end),
          values: batch.values.subarray(0, end),
        };
      }) ?? null
    );
  }

  #see(value: number): void {
    const isFraction = Number.isFinite(value) && !Number.isInteger(value);
    const isNews = (value < 0 && !this.#hasNegative) || (isFraction && !this.#hasFraction);
    if (this.sample.length >= SAMPLE_ENTRIES && !isNews) return;
    this.sample.push(value);
    this.#hasNegative ||= value < 0;
    this.#hasFraction ||= isFraction;
  }
}
