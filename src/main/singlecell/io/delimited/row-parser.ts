import { classify, fieldEnd, fieldText, trimmed, type Dialect } from './fields.ts';

const ZERO = 48;
const MINUS = 45;
const DOT = 46;
/** Whole numbers below 2^53 divided by powers of ten up to 10^22 are rounded once, so correctly. */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);
const MAX_DIGITS = 15;

/** Reads the numbers of one line at a time into one array, which the next line overwrites. */
export class RowParser {
  /** Per column; NaN where the field is a text. Columns that are not wanted keep NaN. */
  readonly values: Float64Array;
  /** Of the line read last. */
  nFields = 0;
  nMissing = 0;
  nGrouped = 0;
  /** Columns of the line that were to hold a number and hold a text. */
  texts: number[] = [];
  readonly #isValue: Uint8Array;
  readonly #dialect: Dialect;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #wanted: Uint8Array;
  #bytes: Buffer = Buffer.alloc(0);

  /** `isValue` per column: 1 where a number is to be read; `wanted`: 1 where the text is asked for later. */
  constructor(dialect: Dialect, isValue: Uint8Array, wanted: Uint8Array) {
    this.#dialect = dialect;
    this.#isValue = isValue;
    this.#wanted = wanted;
    this.values = new Float64Array(isValue.length).fill(Number.NaN);
    this.#starts = new Float64Array(isValue.length);
    this.#ends = new Float64Array(isValue.length);
  }

  /** Fields beyond the last column are counted, not kept. */
  read(bytes: Buffer, lineStart: number, lineEnd: number): void {
    const { delimiter, isCollapsed } = this.#dialect;
    const nColumns = this.#isValue.length;
    this.#bytes = bytes;
    this.nMissing = 0;
    this.nGrouped = 0;
    this.texts = [];
    const [start, end] = isCollapsed ? trimmed(bytes, lineStart, lineEnd) : [lineStart, lineEnd];
    let at = start;
    let column = 0;
    for (;;) {
      const isValue = column < nColumns && this.#isValue[column] === 1;
      let stop = isValue ? this.#number(bytes, at, end, delimiter, column) : -1;
      if (stop < 0) {
        stop = fieldEnd(bytes, at, end, delimiter);
        if (column < nColumns) {
          if (isValue) this.#slow(bytes, at, stop, column);
          if (this.#wanted[column] === 1) {
            this.#starts[column] = at;
            this.#ends[column] = stop;
          }
        }
      }
      column++;
      if (stop >= end) break;
      at = stop + 1;
      if (isCollapsed) while (at < end && bytes[at] === delimiter) at++;
    }
    this.nFields = column;
  }

  /** Text of a wanted column of the line read last. */
  text(column: number): string {
    return fieldText(this.#bytes, this.#starts[column], this.#ends[column], this.#dialect.encoding);
  }

  /** Plain decimal numbers, which nearly all are; -1 leaves the field to the slow way. */
  #number(bytes: Buffer, start: number, end: number, delimiter: number, column: number): number {
    let at = start;
    const isNegative = at < end && bytes[at] === MINUS;
    if (isNegative) at++;
    let number = 0;
    let nDigits = 0;
    let nDecimals = -1;
    for (; at < end; at++) {
      const byte = bytes[at];
      const digit = byte - ZERO;
      if (digit >= 0 && digit <= 9) {
        number = 10 * number + digit;
        nDigits++;
        if (nDecimals >= 0) nDecimals++;
      } else if (byte === delimiter) break;
      else if (byte === DOT && nDecimals < 0) nDecimals = 0;
      else return -1;
    }
    if (nDigits === 0 || nDigits > MAX_DIGITS) return -1;
    if (nDecimals > 0) number /= POWERS[nDecimals];
    this.values[column] = isNegative && number !== 0 ? -number : number;
    return at;
  }

  #slow(bytes: Buffer, start: number, end: number, column: number): void {
    const { kind, value } = classify(
      fieldText(bytes, start, end, this.#dialect.encoding),
      this.#dialect.hasDecimalComma,
    );
    this.values[column] = value;
    if (kind === 'missing') this.nMissing++;
    else if (kind !== 'number') {
      this.texts.push(column);
      if (kind === 'grouped') this.nGrouped++;
    }
  }
}
