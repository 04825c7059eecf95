import { requireEnds } from '../packed-rows.ts';
import type { PackedChunk } from '../types.ts';
import { type CountRanks, countRanks, expressionValue } from './count-ranks.ts';
import { MAX_PLACES, PlaceOrder } from './place-order.ts';
import type { EncodedCells, EncodedSums, EncodePlan, RankEncoder } from './rank-encode.ts';

/** A token without a known place. */
const UNKNOWN = -1;
/** Of those, so many are put in order one by one; in a cell with more, all tokens are ranked by their ratios. */
const MAX_UNKNOWN = 128;

/**
 * Rank-value encodes cells as they are stored: as `RankEncoder`, bit for bit, with most places looked up.
 *
 * Note: counts that are too large for the table and genes that share a token have a ratio of their own; the few of a cell
 * are sorted and merged with the rest.
 */
export class PackedEncoder {
  readonly #plan: EncodePlan;
  readonly #ranks: CountRanks;
  /** For cells with many ratios of their own. */
  readonly #byRatio: RankEncoder;
  readonly #order: PlaceOrder;
  readonly #present: Uint32Array;
  /** Of each present token: its place, or its ratio. */
  readonly #placeOf: Int32Array;
  readonly #ratioOf: Float64Array;
  /** Tokens with a place, rising, and their places. */
  readonly #tokens: Int32Array;
  readonly #places: Int32Array;
  /** Tokens with a ratio of their own, largest first and equal ones rising. */
  readonly #ownTokens: Int32Array;
  readonly #ownRatios: Float64Array;
  #tokenIds = new Int32Array(0);
  #values = new Float32Array(0);

  private constructor(plan: EncodePlan, ranks: CountRanks, byRatio: RankEncoder) {
    const nTokens = plan.medians.length;
    const size = Math.min(nTokens, plan.tokenOfGene.length);
    this.#plan = plan;
    this.#ranks = ranks;
    this.#byRatio = byRatio;
    this.#order = new PlaceOrder(size);
    this.#present = new Uint32Array((nTokens + 31) >>> 5);
    this.#placeOf = new Int32Array(nTokens);
    this.#ratioOf = new Float64Array(nTokens);
    this.#tokens = new Int32Array(size);
    this.#places = new Int32Array(size);
    this.#ownTokens = new Int32Array(size);
    this.#ownRatios = new Float64Array(size);
  }

  /** Null where the medians allow no table. */
  static of(plan: EncodePlan, byRatio: RankEncoder): PackedEncoder | null {
    const ranks = countRanks(plan.medians);
    return ranks && ranks.ratios.length <= MAX_PLACES ? new PackedEncoder(plan, ranks, byRatio) : null;
  }

  encode(chunk: PackedChunk): EncodedCells {
    const { indptr, nCells, start } = chunk;
    const { keep, maxLength } = this.#plan;
    if (this.#tokenIds.length < indptr[nCells]) {
      this.#tokenIds = new Int32Array(indptr[nCells]);
      this.#values = new Float32Array(indptr[nCells]);
    }
    const cells = new Int32Array(nCells);
    const lengths = new Int32Array(nCells);
    const sums: EncodedSums = { nTruncated: 0, nWithoutTokens: 0, countsInVocabulary: 0, countsTotal: 0 };
    const at = { genes: 0, counts: 0 };
    let nEncoded = 0;
    let written = 0;
    for (let row = 0; row < nCells; row++) {
      const isKept = keep[start + row] !== 0;
      this.#read(chunk, indptr[row + 1] - indptr[row], at, isKept ? sums : null);
      const n = this.#gather(maxLength, written, isKept);
      if (!isKept) continue;
      if (n === 0) {
        sums.nWithoutTokens++;
        continue;
      }
      if (n > maxLength) sums.nTruncated++;
      cells[nEncoded] = start + row;
      lengths[nEncoded++] = Math.min(n, maxLength);
      written += Math.min(n, maxLength);
    }
    requireEnds(chunk.genes, at.genes, chunk.counts, at.counts);
    return {
      cells: cells.slice(0, nEncoded),
      lengths: lengths.slice(0, nEncoded),
      tokenIds: this.#tokenIds.slice(0, written),
      values: this.#values.slice(0, written),
      ...sums,
    };
  }

  /** Marks the tokens of one cell with their places or ratios. */
  #read(
    { genes, counts }: PackedChunk,
    n: number,
    at: { genes: number; counts: number },
    sums: EncodedSums | null,
  ): void {
    const { tokenOfGene, medians } = this.#plan;
    const { limit, first, rankOf, ratios } = this.#ranks;
    const [present, placeOf, ratioOf] = [this.#present, this.#placeOf, this.#ratioOf];
    let geneAt = at.genes;
    let countAt = at.counts;
    let gene = 0;
    let total = 0;
    let inVocabulary = 0;
    for (let i = 0; i < n; i++) {
      let step = genes[geneAt++];
      if (step > 127) {
        step &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = genes[geneAt++];
          step |= (next & 127) << shift;
        }
      }
      gene += step;
      let count = counts[countAt++];
      if (count > 127) {
        count &= 127;
        for (let shift = 7, next = 128; next > 127; shift += 7) {
          next = counts[countAt++];
          count |= (next & 127) << shift;
        }
      }
      total += count;
      const token = tokenOfGene[gene];
      if (token < 0) continue;
      inVocabulary += count;
      const word = token >>> 5;
      const bit = 1 << (token & 31);
      if (present[word] & bit) {
        const before = placeOf[token] === UNKNOWN ? ratioOf[token] : ratios[placeOf[token]];
        ratioOf[token] = before + count / medians[token];
        placeOf[token] = UNKNOWN;
        continue;
      }
      present[word] |= bit;
      if (count < limit) placeOf[token] = rankOf[first[token] + count];
      else {
        placeOf[token] = UNKNOWN;
        ratioOf[token] = count / medians[token];
      }
    }
    at.genes = geneAt;
    at.counts = countAt;
    if (!sums) return;
    sums.countsTotal += total;
    sums.countsInVocabulary += inVocabulary;
  }

  /** Takes the marks away, and writes the tokens from `at` on if the cell is kept; returns their number. */
  #gather(maxLength: number, at: number, isKept: boolean): number {
    const [present, placeOf] = [this.#present, this.#placeOf];
    const [tokens, places, own] = [this.#tokens, this.#places, this.#ownTokens];
    let n = 0;
    let nOwn = 0;
    for (let word = 0; word < present.length; word++) {
      let bits = present[word];
      if (bits === 0) continue;
      present[word] = 0;
      for (; bits !== 0; bits &= bits - 1) {
        const token = (word << 5) + 31 - Math.clz32(bits & -bits);
        const place = placeOf[token];
        if (place === UNKNOWN) own[nOwn++] = token;
        else {
          tokens[n] = token;
          places[n++] = place;
        }
      }
    }
    const length = Math.min(maxLength, n + nOwn);
    if (!isKept || length === 0) return isKept ? n + nOwn : 0;
    if (nOwn > MAX_UNKNOWN) this.#writeByRatio(n, nOwn, length, at);
    else this.#writeMerged(n, nOwn, length, at);
    return n + nOwn;
  }

  #writeMerged(n: number, nOwn: number, length: number, at: number): void {
    const { ratios, values } = this.#ranks;
    const [tokens, places, own, ownRatios] = [this.#tokens, this.#places, this.#ownTokens, this.#ownRatios];
    const [intoTokens, intoValues] = [this.#tokenIds, this.#values];
    const order = this.#order.of(places, n);
    this.#sortOwn(nOwn);
    let ranked = 0;
    let ownAt = 0;
    for (let to = at; to < at + length; to++) {
      const position = order[ranked];
      if (ownAt < nOwn) {
        const ratio = ranked < n ? ratios[places[position]] : -1;
        if (ownRatios[ownAt] > ratio || (ownRatios[ownAt] === ratio && own[ownAt] < tokens[position])) {
          intoTokens[to] = own[ownAt];
          intoValues[to] = expressionValue(ownRatios[ownAt++]);
          continue;
        }
      }
      ranked++;
      intoTokens[to] = tokens[position];
      intoValues[to] = values[places[position]];
    }
  }

  /** Few and rising by token: equal ratios stay in that order. */
  #sortOwn(nOwn: number): void {
    const [own, ownRatios] = [this.#ownTokens, this.#ownRatios];
    for (let i = 0; i < nOwn; i++) {
      const token = own[i];
      const ratio = this.#ratioOf[token];
      let to = i;
      for (; to > 0 && ownRatios[to - 1] < ratio; to--) {
        own[to] = own[to - 1];
        ownRatios[to] = ownRatios[to - 1];
      }
      own[to] = token;
      ownRatios[to] = ratio;
    }
  }

  #writeByRatio(n: number, nOwn: number, length: number, at: number): void {
    const cell = { tokens: new Int32Array(n + nOwn), ratios: new Float64Array(n + nOwn) };
    let ranked = 0;
    let ownAt = 0;
    for (let i = 0; i < n + nOwn; i++) {
      if (ownAt >= nOwn || (ranked < n && this.#tokens[ranked] < this.#ownTokens[ownAt])) {
        cell.tokens[i] = this.#tokens[ranked];
        cell.ratios[i] = this.#ranks.ratios[this.#places[ranked++]];
      } else {
        cell.tokens[i] = this.#ownTokens[ownAt];
        cell.ratios[i] = this.#ratioOf[this.#ownTokens[ownAt++]];
      }
    }
    this.#byRatio.write(cell, n + nOwn, length, { tokenIds: this.#tokenIds, values: this.#values }, at);
  }
}
