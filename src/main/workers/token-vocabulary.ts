import path from 'node:path';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { TokensImportConfig } from '#shared/domain/tokens.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { readHomologs } from '#genecompass/checkpoint/auxiliary/homolog-map.ts';
import { readTokenDictionary } from '#genecompass/checkpoint/auxiliary/token-dictionary.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import type { Vocabulary } from '#singlecell/types.ts';
import { makeVocabulary } from '#singlecell/vocabulary/vocabulary.ts';
import { VOCABULARY_BLOBS } from '#project/stored/tokens-blobs.ts';
import { readMedians, readVocabulary } from './tokens-store.ts';

export interface ChosenVocabulary {
  vocabulary: Vocabulary;
  /** Null for one that came as a file and is not in the project yet. */
  stored: ArtifactManifest | null;
  /** Null where no medians came with it. */
  medians: Float64Array | null;
  notes: string[];
}

/**
 * The vocabulary that prepared cells are read with.
 *
 * Throws: invalid-input unless exactly one way to it is given; not-found, data-format of a dictionary file.
 */
export function chooseVocabulary(
  artifacts: ArtifactStore,
  { vocabulary, dictionary, homologs }: Pick<TokensImportConfig, 'vocabulary' | 'dictionary' | 'homologs'>,
): ChosenVocabulary {
  if ((vocabulary === undefined) === (dictionary === undefined)) {
    throw new WorkbenchError(
      'invalid-input',
      `Vocabulary: ${vocabulary === undefined ? 'none is given' : 'a vocabulary of the project and a dictionary file are given'}, token numbers mean nothing without exactly one; give --vocabulary (gcw artifact list --kind vocabulary) or --dictionary.`,
    );
  }
  if (homologs !== undefined && dictionary === undefined) {
    throw new WorkbenchError(
      'invalid-input',
      'Homolog table: it goes with a token dictionary, a vocabulary of the project has its own; leave it out.',
    );
  }
  if (vocabulary !== undefined) {
    const stored = artifacts.get(vocabulary);
    return {
      vocabulary: readVocabulary(artifacts, stored),
      stored,
      medians: readMedians(artifacts, stored),
      notes: [],
    };
  }
  const { tokens, nForeign } = readTokenDictionary(dictionary!);
  const nSpecial = tokens.filter((text) => text.startsWith('<')).length - 2;
  const notes =
    nForeign > nSpecial
      ? [`${nForeign - nSpecial} tokens of ${path.basename(dictionary!)} are no human or mouse Ensembl ids.`]
      : [];
  const pairs = homologs === undefined ? [] : readHomologs(homologs, tokens).pairs;
  const made = makeVocabulary('file', tokens, new Map(pairs));
  const same = sameInProject(artifacts, made, homologs === undefined);
  if (!same) return { vocabulary: made, stored: null, medians: null, notes };
  notes.push(`The dictionary is that of "${same.title}" in the project, which is used with its homologs and medians.`);
  return {
    vocabulary: readVocabulary(artifacts, same),
    stored: same,
    medians: readMedians(artifacts, same),
    notes,
  };
}

/** A vocabulary with the same tokens, so that models made with it fit; the newest, one with medians first. */
function sameInProject(artifacts: ArtifactStore, made: Vocabulary, anyHomologs: boolean): ArtifactManifest | null {
  const found = artifacts.list({ kind: 'vocabulary' }).filter((manifest) => {
    if (manifest.summary.hash === made.hash) return true;
    if (!anyHomologs || manifest.summary.nGenes !== made.tokens.length - 2) return false;
    const { tokens } = readVocabulary(artifacts, manifest);
    return tokens.length === made.tokens.length && tokens.every((text, i) => text === made.tokens[i]);
  });
  const hasMedians = ({ blobs }: ArtifactManifest) => blobs.some(({ name }) => name === VOCABULARY_BLOBS.medians);
  return found.findLast(hasMedians) ?? found.at(-1) ?? null;
}
