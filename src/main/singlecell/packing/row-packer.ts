import { release } from '#shared/util/release.ts';
import { MAX_VARINT_BYTES } from '#shared/util/varint.ts';
import type { PackedCells } from './packed-cells.ts';

/** The largest count that float32 holds exactly. */
const MAX_COUNT = 2 ** 24;

/** Ranges differ a little in size; so much more is taken than the first one needs. */
const RESERVE = 1.25;

export interface PackPlan {
  /** Gene of each column of the file, −1 where it is dropped. */
  target: Int32Array;
  nGenes: number;
}

/** Cells and counts of every column of a file. */
export interface ColumnTally {
  nCells: Int32Array;
  counts: Float64Array;
}

/** Rows as they lie in a file. */
export interface RawRows {
  /** Where the entries of each row begin, and the last one's end. */
  offsets: Float64Array;
  genes: Int32Array;
  values: Float32Array;
}

/**
 * Checks, counts, maps and packs rows of a file in one pass over them; reused for one range after another.
 *
 * Note: stops before the first row that is anything but counts of different columns, and leaves it to the caller to say
 * what is wrong with that one or to add up its columns.
 */
export class RowPacker {
  readonly tally: ColumnTally;
  readonly #target: Int32Array;
  /** Packed bytes of a range; far more is needed while packing than is left of it. */
  #genes = new Uint8Array(0);
  #counts = new Uint8Array(0);
  #geneAt = 0;
  #countAt = 0;
  #nKept = 0;
  #total = 0;
  /** One bit a column, one a gene, for rows that are not in order. */
  readonly #columnBits: Uint32Array;
  readonly #geneBits: Uint32Array;
  readonly #countOf: Float64Array;

  constructor({ target, nGenes }: PackPlan) {
    this.#target = target;
    this.tally = { nCells: new Int32Array(target.length), counts: new Float64Array(target.length) };
    this.#columnBits = new Uint32Array((target.length + 31) >>> 5);
    this.#geneBits = new Uint32Array((nGenes + 31) >>> 5);
    this.#countOf = new Float64Array(nGenes);
  }

  /** Packs rows up to the first odd one; `nCells` of the result says how many. */
  pack(rows: RawRows): PackedCells {
    const { offsets } = rows;
    const nRows = offsets.length - 1;
    this.#reserve(offsets[nRows] - offsets[0]);
    this.#geneAt = this.#countAt = 0;
    const entryEnds = new Float64Array(nRows);
    const geneEnds = new Float64Array(nRows);
    const countEnds = new Float64Array(nRows);
    const totals = new Float64Array(nRows);
    let nEntries = 0;
    let row = 0;
    for (; row < nRows; row++) {
      const [from, to] = [offsets[row] - offsets[0], offsets[row + 1] - offsets[0]];
      const stop = this.#risingRow(rows, from, to);
      if (stop < to) {
        this.#untally(rows, from, stop);
        if (!this.#anyRow(rows, from, to)) break;
      }
      nEntries += this.#nKept;
      entryEnds[row] = nEntries;
      geneEnds[row] = this.#geneAt;
      countEnds[row] = this.#countAt;
      totals[row] = this.#total;
    }
    const cut = (ends: Float64Array) => (row === nRows ? ends : ends.slice(0, row));
    return {
      nCells: row,
      entryEnds: cut(entryEnds),
      geneEnds: cut(geneEnds),
      countEnds: cut(countEnds),
      totals: cut(totals),
      genes: this.#genes.slice(0, row === 0 ? 0 : geneEnds[row - 1]),
      counts: this.#counts.slice(0, row === 0 ? 0 : countEnds[row - 1]),
    };
  }

  /** Packs a row whose columns and genes rise; returns the entry before which it stopped, which is `to` where all is well. */
  #risingRow({ genes, values }: RawRows, from: number, to: number): number {
    const target = this.#target;
    const nColumns = target.length;
    const { nCells, counts } = this.tally;
    const [intoGenes, intoCounts] = [this.#genes, this.#counts];
    const [geneStart, countStart] = [this.#geneAt, this.#countAt];
    let geneAt = geneStart;
    let countAt = countStart;
    let nKept = 0;
    let total = 0;
    let lastColumn = -1;
    let lastGene = -1;
    // The first step is the gene itself.
    let before = 0;
    let i = from;
    for (; i < to; i++) {
      const column = genes[i];
      const value = values[i];
      let count = value | 0;
      if (!(column >= 0 && column < nColumns) || count !== value || count < 0 || count > MAX_COUNT) break;
      if (count === 0) continue;
      const gene = target[column];
      if (column <= lastColumn || (gene >= 0 && gene <= lastGene)) break;
      lastColumn = column;
      nCells[column]++;
      counts[column] += count;
      if (gene < 0) continue;
      lastGene = gene;
      total += count;
      nKept++;
      let step = gene - before;
      before = gene;
      while (step > 127) {
        intoGenes[geneAt++] = (step & 127) | 128;
        step >>>= 7;
      }
      intoGenes[geneAt++] = step;
      while (count > 127) {
        intoCounts[countAt++] = (count & 127) | 128;
        count >>>= 7;
      }
      intoCounts[countAt++] = count;
    }
    if (i < to) return i;
    this.#geneAt = geneAt;
    this.#countAt = countAt;
    this.#nKept = nKept;
    this.#total = total;
    return to;
  }

  #untally({ genes, values }: RawRows, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      if (values[i] === 0) continue;
      this.tally.nCells[genes[i]]--;
      this.tally.counts[genes[i]] -= values[i];
    }
  }

  /** Packs a row in any order; false, and nothing is done, where it is odd. */
  #anyRow({ genes, values }: RawRows, from: number, to: number): boolean {
    const target = this.#target;
    const columnBits = this.#columnBits;
    let i = from;
    let isOdd = false;
    for (; i < to && !isOdd; i++) {
      const column = genes[i];
      const count = values[i] | 0;
      isOdd = !(column >= 0 && column < target.length) || count !== values[i] || count < 0 || count > MAX_COUNT;
      if (isOdd || count === 0) continue;
      const bit = 1 << (column & 31);
      isOdd = (columnBits[column >>> 5] & bit) !== 0;
      columnBits[column >>> 5] |= bit;
    }
    const checked = isOdd ? i - 1 : i;
    for (let k = from; k < checked; k++) columnBits[genes[k] >>> 5] = 0;
    if (isOdd) {
      columnBits[genes[checked] >>> 5] = 0;
      return false;
    }
    return this.#gathered(genes, values, from, to);
  }

  /** Adds up the columns of each gene and packs them in the order of the genes. */
  #gathered(genes: Int32Array, values: Float32Array, from: number, to: number): boolean {
    const bits = this.#geneBits;
    const countOf = this.#countOf;
    let isOdd = false;
    for (let i = from; i < to; i++) {
      const gene = values[i] === 0 ? -1 : this.#target[genes[i]];
      if (gene < 0) continue;
      const bit = 1 << (gene & 31);
      if (bits[gene >>> 5] & bit) countOf[gene] += values[i];
      else {
        bits[gene >>> 5] |= bit;
        countOf[gene] = values[i];
      }
      if (countOf[gene] > MAX_COUNT) isOdd = true;
    }
    if (isOdd) {
      bits.fill(0);
      return false;
    }
    for (let i = from; i < to; i++) {
      if (values[i] === 0) continue;
      this.tally.nCells[genes[i]]++;
      this.tally.counts[genes[i]] += values[i];
    }
    this.#nKept = 0;
    this.#total = 0;
    let before = 0;
    for (let word = 0; word < bits.length; word++) {
      let rest = bits[word];
      bits[word] = 0;
      for (; rest !== 0; rest &= rest - 1) {
        const gene = (word << 5) + 31 - Math.clz32(rest & -rest);
        this.#nKept++;
        this.#total += countOf[gene];
        this.#geneAt = varint(this.#genes, this.#geneAt, gene - before);
        this.#countAt = varint(this.#counts, this.#countAt, countOf[gene]);
        before = gene;
      }
    }
    return true;
  }

  #reserve(nEntries: number): void {
    if (this.#genes.length >= MAX_VARINT_BYTES * nEntries) return;
    release(this.#genes);
    release(this.#counts);
    const size = MAX_VARINT_BYTES * Math.ceil(nEntries * RESERVE);
    this.#genes = new Uint8Array(size);
    this.#counts = new Uint8Array(size);
  }
}

function varint(bytes: Uint8Array, at: number, value: number): number {
  while (value > 127) {
    bytes[at++] = (value & 127) | 128;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}
