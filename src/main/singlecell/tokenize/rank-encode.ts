import type { CellPass } from '../passes/cell-pass.ts';
import type { CsrChunk } from '../types.ts';
import { expressionValue } from './count-ranks.ts';
import { PackedEncoder } from './packed-encode.ts';
import { DescendingOrder } from './rank-order.ts';

/** What the encoding of a cell depends on besides its counts. */
export interface EncodePlan {
  /** 1 = encoded. Index = cell of the dataset. */
  keep: Uint8Array;
  /** Token of each gene of the dataset, −1 outside the vocabulary. */
  tokenOfGene: Int32Array;
  /** Divisor of each token's counts. Shape: one per token. */
  medians: Float64Array;
  maxLength: number;
}

/** Sums over the kept cells. */
export interface EncodedSums {
  /** Cells with more vocabulary genes than `maxLength`. */
  nTruncated: number;
  /** Cells without any vocabulary gene; they are not encoded. */
  nWithoutTokens: number;
  /** Counts in vocabulary genes, and in all genes. */
  countsInVocabulary: number;
  countsTotal: number;
}

/** Encoded cells of a range, one after the other. */
export interface EncodedCells extends EncodedSums {
  /** Cells of the dataset, rising. */
  cells: Int32Array;
  /** Tokens of each cell. */
  lengths: Int32Array;
  tokenIds: Int32Array;
  values: Float32Array;
}

/** Tokens of one cell, rising, and count / median of each. */
export interface CellRatios {
  tokens: Int32Array;
  ratios: Float64Array;
}

/** Where encoded cells are written. */
export interface Into {
  tokenIds: Int32Array;
  values: Float32Array;
}

export const ENCODE_PASS: CellPass<EncodePlan, EncodedCells, null> = {
  name: 'encode',
  begin(plan) {
    const encoder = new RankEncoder(plan);
    const packed = PackedEncoder.of(plan, encoder);
    return {
      range: (chunk) => encoder.encode(chunk),
      ...(packed ? { packed: (chunk) => packed.encode(chunk) } : {}),
      end: () => null,
    };
  },
};

/**
 * Rank-value encodes one range of cells after another.
 *
 * A cell's genes are ranked by count / median, descending, equal ones by ascending token id, and cut after `maxLength`.
 * Counts of genes that share a token are added. Source: spec/genecompass.md §1.2 steps 5 to 9.
 *
 * Note: sorting the float64 ratio, not its logarithm, keeps the order independent of a platform's log2. The published
 * code sorts ties in no defined order.
 */
export class RankEncoder {
  readonly #plan: EncodePlan;
  readonly #order: DescendingOrder;
  /** One bit per token the cell has, so that tokens are met in rising order without sorting them. */
  readonly #present: Uint32Array;
  /** count / median of each present token. */
  readonly #ratioOf: Float64Array;
  readonly #cell: CellRatios;

  constructor(plan: EncodePlan) {
    const nTokens = plan.medians.length;
    const size = Math.min(nTokens, plan.tokenOfGene.length);
    this.#plan = plan;
    this.#order = new DescendingOrder(size);
    this.#present = new Uint32Array((nTokens + 31) >>> 5);
    this.#ratioOf = new Float64Array(nTokens);
    this.#cell = { tokens: new Int32Array(size), ratios: new Float64Array(size) };
  }

  encode(chunk: CsrChunk): EncodedCells {
    const { keep, maxLength } = this.#plan;
    const nEntries = chunk.indptr[chunk.nCells];
    const into = { tokenIds: new Int32Array(nEntries), values: new Float32Array(nEntries) };
    const cells: number[] = [];
    const lengths: number[] = [];
    const sums: EncodedSums = { nTruncated: 0, nWithoutTokens: 0, countsInVocabulary: 0, countsTotal: 0 };
    let at = 0;
    for (let row = 0; row < chunk.nCells; row++) {
      const cell = chunk.start + row;
      if (!keep[cell]) continue;
      const n = this.#read(chunk, row, sums);
      if (n === 0) {
        sums.nWithoutTokens++;
        continue;
      }
      if (n > maxLength) sums.nTruncated++;
      const length = Math.min(n, maxLength);
      this.write(this.#cell, n, length, into, at);
      at += length;
      cells.push(cell);
      lengths.push(length);
    }
    return {
      cells: Int32Array.from(cells),
      lengths: Int32Array.from(lengths),
      tokenIds: into.tokenIds.slice(0, at),
      values: into.values.slice(0, at),
      ...sums,
    };
  }

  /** Fills tokens, rising, and ratios of one cell; returns their number. */
  #read({ indptr, indices, data }: CsrChunk, row: number, sums: EncodedSums): number {
    const { tokenOfGene, medians } = this.#plan;
    const present = this.#present;
    const ratioOf = this.#ratioOf;
    const { tokens, ratios } = this.#cell;
    let inVocabulary = 0;
    let total = 0;
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const count = data[at];
      if (!(count > 0)) continue;
      total += count;
      const token = tokenOfGene[indices[at]];
      if (token < 0) continue;
      inVocabulary += count;
      const word = token >>> 5;
      const bit = 1 << (token & 31);
      const ratio = count / medians[token];
      if (present[word] & bit) ratioOf[token] += ratio;
      else {
        present[word] |= bit;
        ratioOf[token] = ratio;
      }
    }
    sums.countsTotal += total;
    sums.countsInVocabulary += inVocabulary;
    let n = 0;
    for (let word = 0; word < present.length; word++) {
      let bits = present[word];
      if (bits === 0) continue;
      present[word] = 0;
      while (bits !== 0) {
        const token = (word << 5) + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        tokens[n] = token;
        ratios[n++] = ratioOf[token];
      }
    }
    return n;
  }

  /** Ranks `n` tokens, rising, by their ratios and writes the first `length` of them. */
  write(cell: CellRatios, n: number, length: number, { tokenIds, values }: Into, at: number): void {
    const { tokens, ratios } = cell;
    const order = this.#order.of(ratios, n);
    let ratio = -1;
    let value = 0;
    for (let rank = 0; rank < length; rank++) {
      const position = order[rank];
      // Ranked neighbours often have one ratio, and a logarithm takes longer than looking.
      if (ratios[position] !== ratio) {
        ratio = ratios[position];
        value = expressionValue(ratio);
      }
      tokenIds[at + rank] = tokens[position];
      values[at + rank] = value;
    }
  }
}
