import { HUMAN_GENE_ID, MOUSE_GENE_ID } from '#shared/domain/gene.ts';
import { MASK_TOKEN, PAD_TOKEN } from '../../vocabulary/vocabulary.ts';
import { badRow, TOKEN_COLUMNS, type TokenBatch } from './token-source.ts';

/** A cell as the workbench keeps it. */
export interface CheckedCell {
  /** Valid until the next cell is asked for. */
  tokenIds: Int32Array;
  values: Float32Array;
  /** Code, or -1 where the file does not say. */
  species: number;
  isTruncated: boolean;
}

/**
 * What a gene without a value is read as: a count at the median of the gene, log2(1 + 1).
 *
 * Note: Geneformer keeps ranks only. A constant tells the model nothing that the file does not hold.
 */
export const UNKNOWN_VALUE = 1;

/** Reads the rows of batches as cells and refuses what no tokeniser writes. */
export class CellChecker {
  readonly #texts: readonly string[];
  readonly #isSpecial: Uint8Array;
  readonly #maxLength: number;
  /** Per token: 1 + the number of the cell it was last seen in. */
  readonly #seenIn: Float64Array;
  readonly #tokenIds: Int32Array;
  readonly #values: Float32Array;
  #nCells = 0;

  constructor(tokens: readonly string[], maxLength: number) {
    this.#texts = tokens;
    this.#isSpecial = Uint8Array.from(tokens, (text) => Number(isSpecialText(text)));
    this.#maxLength = maxLength;
    this.#seenIn = new Float64Array(tokens.length);
    this.#tokenIds = new Int32Array(maxLength);
    this.#values = new Float32Array(maxLength).fill(UNKNOWN_VALUE);
  }

  /** Throws data-format naming file, column and row. */
  read(batch: TokenBatch, row: number): CheckedCell {
    const { ids, values } = batch;
    const bad = (column: string, fact: string) => badRow(batch.file, column, batch.firstRow + row, fact);
    const first = ids.offsets[row];
    const length = this.#lengthOf(batch, row, bad);
    if (values && values.offsets[row + 1] - values.offsets[row] < length) {
      throw bad(
        TOKEN_COLUMNS.values,
        `it holds ${values.offsets[row + 1] - values.offsets[row]} values for ${length} tokens`,
      );
    }
    const firstValue = values ? values.offsets[row] - first : 0;
    // <cls> and <eos> of Geneformer stand around the genes.
    let from = first;
    let to = first + length;
    while (from < to && this.#isFrame(ids.values[from])) from++;
    while (to > from && this.#isFrame(ids.values[to - 1])) to--;
    const cell = ++this.#nCells;
    let before = Number.POSITIVE_INFINITY;
    const nKept = Math.min(to - from, this.#maxLength);
    for (let at = from; at < to; at++) {
      const token = ids.values[at];
      if (!(token >= 0 && token < this.#texts.length) || !Number.isInteger(token))
        throw bad(
          TOKEN_COLUMNS.ids,
          `token ${token} is none of the ${this.#texts.length} of the vocabulary; choose the vocabulary it was made with`,
        );
      if (this.#isSpecial[token])
        throw bad(
          TOKEN_COLUMNS.ids,
          `${this.#texts[token]} (${token}) stands among the genes, at rank ${at - from + 1}`,
        );
      if (this.#seenIn[token] === cell) throw bad(TOKEN_COLUMNS.ids, `token ${token} occurs twice`);
      this.#seenIn[token] = cell;
      if (at - from < nKept) this.#tokenIds[at - from] = token;
      if (!values) continue;
      const value = values.values[at + firstValue];
      if (!(value >= 0 && Number.isFinite(Math.fround(value))))
        throw bad(
          TOKEN_COLUMNS.values,
          `it holds ${value} at rank ${at - from + 1}, a finite number from 0 is expected`,
        );
      if (value > before)
        throw bad(
          TOKEN_COLUMNS.values,
          `${value} at rank ${at - from + 1} follows ${before}, values by descending rank are expected`,
        );
      before = value;
      if (at - from < nKept) this.#values[at - from] = value;
    }
    return {
      tokenIds: this.#tokenIds.subarray(0, nKept),
      values: this.#values.subarray(0, nKept),
      species: this.#speciesOf(batch, row, bad),
      isTruncated: to - from > this.#maxLength,
    };
  }

  /** Tokens before the padding. Where the file announces their number, both have to agree. */
  #lengthOf({ ids, lengths }: TokenBatch, row: number, bad: (column: string, fact: string) => Error): number {
    const [first, end] = [ids.offsets[row], ids.offsets[row + 1]];
    let last = end;
    while (last > first && ids.values[last - 1] === PAD_TOKEN) last--;
    const found = last - first;
    if (lengths && lengths[row] !== found)
      throw bad(TOKEN_COLUMNS.length, `it says ${lengths[row]}, but ${found} tokens stand before the padding`);
    return found;
  }

  #speciesOf({ species }: TokenBatch, row: number, bad: (column: string, fact: string) => Error): number {
    if (!species) return -1;
    const code = species[row];
    if (code !== 0 && code !== 1)
      throw bad(TOKEN_COLUMNS.species, `it holds ${code}, 0 (human) or 1 (mouse) is expected`);
    return code;
  }

  #isFrame(token: number): boolean {
    return this.#isSpecial[token] === 1 && token !== PAD_TOKEN && token !== MASK_TOKEN;
  }
}

/** `<pad>`, `<mask>`, `<cls>`, `<eos>`: names of no gene. */
export function isSpecialText(text: string): boolean {
  return text.startsWith('<') && text.endsWith('>');
}

/** Which genes a token list can be of, by its own token. */
export function speciesOfToken(text: string): 'human' | 'mouse' | null {
  if (HUMAN_GENE_ID.test(text)) return 'human';
  return MOUSE_GENE_ID.test(text) ? 'mouse' : null;
}
