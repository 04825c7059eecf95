import { SPECIES_CODE } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { StepHook } from '../count-source.ts';
import { inPlace, type PassRunner } from '../passes/cell-pass.ts';
import type { Dataset, HeldTokenSet, Vocabulary } from '../types.ts';
import { tokensOfGenes } from '../vocabulary/vocabulary.ts';
import { ENCODE_PASS, type EncodedCells, type EncodedSums, type EncodePlan } from './rank-encode.ts';

export interface Tokenised extends EncodedSums {
  tokens: HeldTokenSet;
}

export interface TokeniseOptions {
  vocabulary: Vocabulary;
  /** Divisor of each token's counts. Shape: one per token. */
  medians: Float64Array;
  maxLength: number;
  onCells?: StepHook;
}

/** Throws conflict when the medians belong to another vocabulary. */
export function encodePlan(
  dataset: Pick<Dataset, 'genes'>,
  keep: Uint8Array,
  { vocabulary, medians, maxLength }: Omit<TokeniseOptions, 'onCells'>,
): EncodePlan {
  if (medians.length !== vocabulary.tokens.length) {
    throw new WorkbenchError(
      'conflict',
      `gene medians: there are ${medians.length} for ${vocabulary.tokens.length} tokens; use the medians that belong to this vocabulary.`,
    );
  }
  return { keep, tokenOfGene: tokensOfGenes(vocabulary, dataset.genes), medians, maxLength };
}

/** Rank-value encodes the kept cells from `firstCell` on; `onCells` gets them in order, a range at a time. */
export async function encodeCells(
  runner: PassRunner,
  plan: EncodePlan,
  onCells: (encoded: EncodedCells, done: number) => void | Promise<void>,
  firstCell = 0,
): Promise<void> {
  await runner.run(ENCODE_PASS, plan, ({ result, end }) => onCells(result, end), firstCell);
}

/** Rank-value encodes the kept cells of a dataset into memory; `encodeCells` holds a range of them at a time. */
export async function tokenise(dataset: Dataset, keep: Uint8Array, options: TokeniseOptions): Promise<Tokenised> {
  const plan = encodePlan(dataset, keep, options);
  const parts: EncodedCells[] = [];
  await encodeCells(inPlace(dataset.counts), plan, async (encoded, done) => {
    parts.push(encoded);
    await options.onCells?.(done, dataset.counts.nCells);
  });
  const { vocabulary, maxLength } = options;
  const lengths = joinedInts(parts.map((part) => part.lengths));
  const offsets = new Float64Array(lengths.length + 1);
  lengths.forEach((length, cell) => (offsets[cell + 1] = offsets[cell] + length));
  const values = new Float32Array(offsets[lengths.length]);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  const nCells = lengths.length;
  return {
    tokens: {
      vocabularyId: vocabulary.id,
      vocabularyHash: vocabulary.hash,
      maxLength,
      nCells,
      offsets,
      tokenIds: joinedInts(parts.map((part) => part.tokenIds)),
      values,
      species: new Uint8Array(nCells).fill(SPECIES_CODE[dataset.species]),
      cellIndex: joinedInts(parts.map((part) => part.cells)),
    },
    ...addSums(parts),
  };
}

/** Sums over all parts. */
export function addSums(parts: readonly EncodedSums[]): EncodedSums {
  const sum = (key: keyof EncodedSums) => parts.reduce((total, part) => total + part[key], 0);
  return {
    nTruncated: sum('nTruncated'),
    nWithoutTokens: sum('nWithoutTokens'),
    countsInVocabulary: sum('countsInVocabulary'),
    countsTotal: sum('countsTotal'),
  };
}

function joinedInts(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
