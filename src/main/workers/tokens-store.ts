import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { ArtifactId } from '#shared/domain/ids.ts';
import type { ArtifactDraft } from '#project/artifact-draft.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { PRIOR_BLOBS, TOKENS_BLOBS, VOCABULARY_BLOBS } from '#project/stored/tokens-blobs.ts';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import { withDepths } from '#singlecell/perturb/dose.ts';
import type { TokenSet, Vocabulary } from '#singlecell/types.ts';
import { StoredNumbers } from './stored-numbers.ts';

/** A stored token set with everything that was made with it. */
export interface StoredTokens {
  manifest: ArtifactManifest;
  dataset: ArtifactManifest;
  vocabulary: Vocabulary;
  tokens: TokenSet;
  /** One per token. */
  medians: Float32Array;
  /** Kept cells that express each gene of the dataset. */
  detections: Int32Array;
  /** Frozen co-expression vectors, vocabulary size × width. */
  prior: { manifest: ArtifactManifest; width: number; vectors: Float32Array };
}

export function readVocabulary(artifacts: ArtifactStore, manifest: ArtifactManifest): Vocabulary {
  return {
    id: String(manifest.summary.vocabularyId),
    hash: String(manifest.summary.hash),
    tokens: artifacts.readJson<string[]>(manifest.id, VOCABULARY_BLOBS.tokens),
    homologs: new Map(artifacts.readJson<[number, number][]>(manifest.id, VOCABULARY_BLOBS.homologs)),
  };
}

/** Keeps what `readVocabulary` reads; `more` is told beside it. */
export function commitVocabulary(
  draft: ArtifactDraft,
  { id, hash, tokens, homologs }: Vocabulary,
  more: Record<string, unknown> = {},
): ArtifactId {
  draft.blob(VOCABULARY_BLOBS.tokens, tokens);
  draft.blob(VOCABULARY_BLOBS.homologs, [...homologs]);
  const nGenes = tokens.length - 2;
  return draft.commit({ vocabularyId: id, hash, nGenes, nHomologs: homologs.size, ...more }).id;
}

/** Gene medians that came with an imported vocabulary, one per token, NaN where there is none; null for an own one. */
export function readMedians(artifacts: ArtifactStore, manifest: ArtifactManifest): Float64Array | null {
  if (!manifest.blobs.some(({ name }) => name === VOCABULARY_BLOBS.medians)) return null;
  return artifacts.readTyped(manifest.id, VOCABULARY_BLOBS.medians, 'float64');
}

/** Token ids of a stored set from number `start` on, all without it. Throws: `not-found`, `data-format`. */
export function readTokenIds(
  artifacts: ArtifactStore,
  { id, blobs }: ArtifactManifest,
  start?: number,
  count?: number,
): Int32Array {
  const isShort = blobs.some(({ name }) => name === TOKENS_BLOBS.shortTokenIds);
  return isShort
    ? new Int32Array(artifacts.readTyped(id, TOKENS_BLOBS.shortTokenIds, 'uint16', start, count))
    : artifacts.readTyped(id, TOKENS_BLOBS.tokenIds, 'int32', start, count);
}

/**
 * A token set with its dataset, vocabulary and prior; tokens and values stay in the project.
 *
 * `screen`: what it is read for, so that doses go by depth where its configuration says so.
 * Throws: `conflict` when its vocabulary is another one.
 */
export function readTokens(
  artifacts: ArtifactStore,
  id: string,
  screen: Partial<Pick<ScreenConfig, 'doseByDepth'>> = {},
): StoredTokens {
  const manifest = artifacts.get(id);
  const [dataset, vocabularyManifest, priorManifest] = manifest.inputs.map((input) => artifacts.get(input));
  const vocabulary = readVocabulary(artifacts, vocabularyManifest);
  if (vocabulary.hash !== manifest.summary.vocabularyHash) {
    throw new WorkbenchError(
      'conflict',
      `${manifest.title}: it was made with vocabulary ${String(manifest.summary.vocabularyHash).slice(0, 12)}, but ${vocabulary.hash.slice(0, 12)} is stored; prepare the cells again.`,
    );
  }
  const offsets = artifacts.readTyped(manifest.id, TOKENS_BLOBS.offsets, 'float64');
  const nTokens = offsets[offsets.length - 1];
  const tokens: TokenSet = {
    vocabularyId: vocabulary.id,
    vocabularyHash: vocabulary.hash,
    maxLength: Number(manifest.summary.maxLength),
    nCells: Number(manifest.summary.nCellsKept),
    offsets,
    tokenIds: new StoredNumbers(nTokens, (start, count) => readTokenIds(artifacts, manifest, start, count)),
    values: new StoredNumbers(nTokens, (start, count) =>
      artifacts.readTyped(manifest.id, TOKENS_BLOBS.values, 'float32', start, count),
    ),
    species: artifacts.readTyped(manifest.id, TOKENS_BLOBS.species, 'uint8'),
    cellIndex: artifacts.readTyped(manifest.id, TOKENS_BLOBS.cellIndex, 'int32'),
  };
  return {
    manifest,
    dataset,
    vocabulary,
    tokens: withDepths(tokens, screen.doseByDepth === true),
    medians: artifacts.readTyped(manifest.id, TOKENS_BLOBS.medians, 'float32'),
    detections: artifacts.readTyped(manifest.id, TOKENS_BLOBS.detections, 'int32'),
    prior: {
      manifest: priorManifest,
      width: Number(priorManifest.summary.dimensions),
      vectors: artifacts.readTyped(priorManifest.id, PRIOR_BLOBS.vectors, 'float32'),
    },
  };
}
