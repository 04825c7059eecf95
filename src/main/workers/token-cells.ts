import { SPECIES_CODE } from '#shared/domain/gene.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactDraft } from '#project/artifacts.ts';
import { TOKENS_BLOBS } from '#project/stored/tokens-blobs.ts';
import type { StepHook } from '#singlecell/count-source.ts';
import { CellChecker, speciesOfToken } from '#singlecell/io/hf-arrow/check-cells.ts';
import { MAX_CELLS } from '#singlecell/io/limits.ts';
import type { TokenSource } from '#singlecell/io/hf-arrow/token-source.ts';
import type { Vocabulary } from '#singlecell/types.ts';

/** What was read, beside the tokens and values themselves, which lie in the draft. */
export interface ReadCells {
  /** Rows of the file. */
  nRows: number;
  /** Kept cells; a row without any gene is none. */
  nCells: number;
  offsets: Float64Array;
  /** Row of each kept cell. */
  rows: Int32Array;
  /** Code of each kept cell. */
  species: Uint8Array;
  /** Cells each token was seen in. */
  detections: Int32Array;
  nTruncated: number;
}

/**
 * Checks every cell of a source and keeps its tokens and values in a draft, cell by cell.
 *
 * Throws: data-format naming file, column and row; invalid-input where the species is needed and not given.
 */
export async function readCells(
  source: TokenSource,
  vocabulary: Vocabulary,
  draft: ArtifactDraft,
  options: { maxLength: number; species: 'auto' | 'human' | 'mouse'; onCells: StepHook },
): Promise<ReadCells> {
  const checker = new CellChecker(vocabulary.tokens, options.maxLength);
  const idsOut = draft.blobWriter(TOKENS_BLOBS.tokenIds);
  const valuesOut = draft.blobWriter(TOKENS_BLOBS.values);
  const detections = new Int32Array(vocabulary.tokens.length);
  const offsets: number[] = [0];
  const rows: number[] = [];
  const codes: number[] = [];
  let nRows = 0;
  let nTruncated = 0;
  for await (const batch of source.batches()) {
    if (nRows + batch.nCells > MAX_CELLS)
      throw new WorkbenchError(
        'unsupported',
        `${source.name}: it holds more than ${MAX_CELLS.toLocaleString('en')} cells; import it in parts.`,
      );
    for (let row = 0; row < batch.nCells; row++, nRows++) {
      const { tokenIds, values, species, isTruncated } = checker.read(batch, row);
      if (tokenIds.length === 0) continue;
      idsOut.write(tokenIds);
      valuesOut.write(values);
      for (const token of tokenIds) detections[token]++;
      offsets.push(offsets.at(-1)! + tokenIds.length);
      rows.push(nRows);
      codes.push(species);
      if (isTruncated) nTruncated++;
    }
    await options.onCells(nRows, 0);
  }
  idsOut.finish();
  valuesOut.finish();
  if (rows.length === 0)
    throw new WorkbenchError(
      'data-format',
      `${source.name}: none of its ${nRows} cells has a gene; choose a data set with prepared cells.`,
    );
  const fallback = source.hasSpecies
    ? 0
    : SPECIES_CODE[speciesWithoutColumn(source, vocabulary, detections, options.species)];
  return {
    nRows,
    nCells: rows.length,
    offsets: Float64Array.from(offsets),
    rows: Int32Array.from(rows),
    species: Uint8Array.from(codes, (code) => (code < 0 ? fallback : code)),
    detections,
    nTruncated,
  };
}

/** Mouse cells are written with human tokens where a gene has a homolog, so human tokens alone prove nothing. */
function speciesWithoutColumn(
  { name }: TokenSource,
  { tokens }: Vocabulary,
  detections: Int32Array,
  asked: 'auto' | 'human' | 'mouse',
): 'human' | 'mouse' {
  if (asked !== 'auto') return asked;
  if (!tokens.some((text, token) => detections[token] > 0 && speciesOfToken(text) === 'mouse')) return 'human';
  throw new WorkbenchError(
    'invalid-input',
    `${name}: it has no column species, and some of its tokens are mouse genes; set Species.`,
  );
}
