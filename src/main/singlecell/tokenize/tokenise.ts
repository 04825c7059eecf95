import { SPECIES_CODE } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { chunksOf, type StepHook } from '../count-source.ts';
import type { CsrChunk, Dataset, TokenSet, Vocabulary } from '../types.ts';
import { tokensOfGenes } from '../vocabulary/vocabulary.ts';
import { GrowingArray } from './growing-array.ts';
import { expressionValue, rankOrder, rankScratch, type RankScratch } from './rank-encode.ts';

export interface Tokenised {
  tokens: TokenSet;
  /** Kept cells with more vocabulary genes than `maxLength`. */
  nTruncated: number;
  /** Kept cells without any vocabulary gene; they are not in the token set. */
  nWithoutTokens: number;
  /** Sums of the counts of kept cells: in vocabulary genes, and in all genes. */
  countsInVocabulary: number;
  countsTotal: number;
}

export interface TokeniseOptions {
  vocabulary: Vocabulary;
  /** Divisor of each token's counts. Shape: one per token. */
  medians: Float64Array;
  maxLength: number;
  onCells?: StepHook;
}

/**
 * Rank-value encodes the kept cells in one pass over the counts.
 *
 * A cell's genes are ranked by count / median, descending, equal ones by ascending token id, and cut after `maxLength`.
 * Counts of genes that share a token are added. Source: spec/genecompass.md §1.2 steps 5 to 9.
 */
export async function tokenise(dataset: Dataset, keep: Uint8Array, options: TokeniseOptions): Promise<Tokenised> {
  const { vocabulary, medians, maxLength } = options;
  const { counts } = dataset;
  if (medians.length !== vocabulary.tokens.length) {
    throw new WorkbenchError(
      'conflict',
      `gene medians: there are ${medians.length} for ${vocabulary.tokens.length} tokens; use the medians that belong to this vocabulary.`,
    );
  }
  const tokenOfGene = tokensOfGenes(vocabulary, dataset.genes);
  const scratch = rankScratch(counts.nGenes);
  const reader = new CellReader(tokenOfGene, medians, scratch);
  const tokenIds = new GrowingArray((buffer) => new Int32Array(buffer));
  const values = new GrowingArray((buffer) => new Float32Array(buffer));
  const offsets: number[] = [0];
  const cellIndex: number[] = [];
  let nTruncated = 0;
  let nWithoutTokens = 0;
  for (const chunk of chunksOf(counts)) {
    for (let row = 0; row < chunk.nCells; row++) {
      const cell = chunk.start + row;
      if (!keep[cell]) continue;
      const n = reader.read(chunk, row);
      if (n === 0) {
        nWithoutTokens++;
        continue;
      }
      const order = rankOrder(scratch, n);
      const length = Math.min(n, maxLength);
      if (n > maxLength) nTruncated++;
      for (let rank = 0; rank < length; rank++) {
        tokenIds.push(scratch.tokenIds[order[rank]]);
        values.push(expressionValue(scratch.ratios[order[rank]]));
      }
      offsets.push(tokenIds.length);
      cellIndex.push(cell);
    }
    await options.onCells?.(chunk.start + chunk.nCells, counts.nCells);
  }
  const nCells = cellIndex.length;
  return {
    tokens: {
      vocabularyId: vocabulary.id,
      vocabularyHash: vocabulary.hash,
      maxLength,
      nCells,
      offsets: Float64Array.from(offsets),
      tokenIds: tokenIds.take(),
      values: values.take(),
      species: new Uint8Array(nCells).fill(SPECIES_CODE[dataset.species]),
      cellIndex: Int32Array.from(cellIndex),
    },
    nTruncated,
    nWithoutTokens,
    countsInVocabulary: reader.countsInVocabulary,
    countsTotal: reader.countsTotal,
  };
}

/** Reads one cell after another into the scratch: token ids and count / median ratios, and keeps the sums. */
class CellReader {
  countsInVocabulary = 0;
  countsTotal = 0;
  readonly #tokenOfGene: Int32Array;
  readonly #medians: Float64Array;
  readonly #scratch: RankScratch;
  /** Per token: 1 + its position in the scratch while a cell is read, only where genes share tokens. */
  readonly #position: Int32Array | null;

  constructor(tokenOfGene: Int32Array, medians: Float64Array, scratch: RankScratch) {
    this.#tokenOfGene = tokenOfGene;
    this.#medians = medians;
    this.#scratch = scratch;
    const used = tokenOfGene.filter((token) => token >= 0);
    this.#position = new Set(used).size < used.length ? new Int32Array(medians.length) : null;
  }

  /** The number of distinct tokens of the cell. */
  read(chunk: CsrChunk, row: number): number {
    const { tokenIds, ratios } = this.#scratch;
    const position = this.#position;
    let n = 0;
    for (let at = chunk.indptr[row]; at < chunk.indptr[row + 1]; at++) {
      const count = chunk.data[at];
      if (!(count > 0)) continue;
      this.countsTotal += count;
      const token = this.#tokenOfGene[chunk.indices[at]];
      if (token < 0) continue;
      this.countsInVocabulary += count;
      if (position && position[token] > 0) {
        ratios[position[token] - 1] += count / this.#medians[token];
        continue;
      }
      tokenIds[n] = token;
      ratios[n] = count / this.#medians[token];
      n++;
      if (position) position[token] = n;
    }
    if (position) for (let i = 0; i < n; i++) position[tokenIds[i]] = 0;
    return n;
  }
}
