import type { ModelUsed } from '#shared/contract/library.ts';
import type { ArtifactManifest } from '#shared/domain/artifact.ts';
import type { LibraryModel, LibraryReference } from '#shared/domain/library.ts';
import { USE_MODEL } from '#shared/domain/steps.ts';
import { MODEL_FILE } from '#library/layout.ts';
import { fileOf, type ModelLibrary } from '#library/model-library.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { MODEL_BLOBS } from '#project/stored/result-blobs.ts';
import { VOCABULARY_BLOBS } from '#project/stored/tokens-blobs.ts';

/**
 * Makes a library model an artifact of the project. The weights stay in the library: a reference is small and tells a
 * changed file by its hash. The token dictionary is public and small and is kept in the project, so that cells prepared
 * with it stay readable without the library.
 */
export async function useModel(artifacts: ArtifactStore, library: ModelLibrary, ref: string): Promise<ModelUsed> {
  const model = library.get(ref);
  const vocabulary = model.vocabulary ? await storeVocabulary(artifacts, library, model) : null;
  const { id, title } = storeReference(artifacts, model, vocabulary);
  return {
    modelId: id,
    vocabularyId: vocabulary?.id ?? null,
    title,
    warnings: vocabulary
      ? model.warnings
      : [
          ...model.warnings,
          `${model.title}: it came without a token dictionary, so no cells can be prepared for it; import it again together with the dictionary.`,
        ],
  };
}

function plan(kind: 'model' | 'vocabulary', model: LibraryModel, title: string) {
  return { kind, title, step: USE_MODEL.command, stepVersion: USE_MODEL.version, config: { model: model.id } };
}

async function storeVocabulary(
  artifacts: ArtifactStore,
  library: ModelLibrary,
  model: LibraryModel,
): Promise<ArtifactManifest> {
  const { id, hash, tokens, homologs, medians } = await library.vocabulary(model);
  const draft = artifacts.draft({ ...plan('vocabulary', model, `Vocabulary of ${model.title}`), inputs: [] });
  draft.blob(VOCABULARY_BLOBS.tokens, tokens);
  draft.blob(VOCABULARY_BLOBS.homologs, homologs);
  if (medians) {
    const values = Float64Array.from(medians, (median) => median ?? Number.NaN);
    draft.blob(VOCABULARY_BLOBS.medians, values);
  }
  return draft.commit({
    vocabularyId: id,
    hash,
    nGenes: tokens.length - 2,
    nHomologs: homologs.length,
    nMedians: model.vocabulary?.nMedians ?? null,
    imported: { model: model.id, title: model.title },
  });
}

function storeReference(
  artifacts: ArtifactStore,
  model: LibraryModel,
  vocabulary: ArtifactManifest | null,
): ArtifactManifest {
  const { config, checkpoint, classes } = model;
  const { sha256, sizeBytes } = fileOf(model, MODEL_FILE);
  const reference: LibraryReference = { model: model.id, title: model.title, file: MODEL_FILE, sha256, sizeBytes };
  const draft = artifacts.draft({ ...plan('model', model, model.title), inputs: vocabulary ? [vocabulary.id] : [] });
  draft.blob(MODEL_BLOBS.reference, reference);
  draft.blob(MODEL_BLOBS.history, []);
  return draft.commit({
    stage: checkpoint.heads.kind === 'classifier' ? 'fine-tuned' : 'pretrained',
    tokens: null,
    labels: classes,
    labelColumn: null,
    nLayers: config.nLayers,
    width: config.width,
    nParameters: checkpoint.nParameters,
    model: config,
    matchesBase: checkpoint.matchesBase,
    imported: { model: model.id, sha256, vocabulary: vocabulary?.id ?? null },
    checkpointSha256: model.sources.find(({ name }) => name === checkpoint.fileName)?.sha256 ?? null,
  });
}
