import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { LibraryReference } from '#shared/domain/library.ts';
import { readModelFile, type StoredModel } from '#genecompass/model-io.ts';
import { modelsFolder, MODEL_FILE } from '#library/layout.ts';
import { type CheckOptions, fileOf, ModelLibrary } from '#library/model-library.ts';
import type { ArtifactStore } from '#project/artifacts.ts';
import { MODEL_BLOBS } from '#project/stored/result-blobs.ts';

/** Imported models of this user; the host tells the engine process where they lie. */
export function modelLibrary(): ModelLibrary {
  const dataFolder = process.env.GCW_DATA_FOLDER;
  if (dataFolder) return new ModelLibrary(modelsFolder(dataFolder));
  throw new WorkbenchError(
    'unavailable',
    'Model library: the engine was not told where it is (GCW_DATA_FOLDER); start the workbench again.',
  );
}

export interface LoadOptions extends CheckOptions {
  /** Of the cells; another one is refused. */
  vocabularyHash?: string | undefined;
}

/** An imported model whose bytes are those that were stored. Throws: not-found, data-format, conflict. */
export async function loadLibraryModel(
  ref: string,
  { vocabularyHash, ...check }: LoadOptions = {},
): Promise<StoredModel> {
  const library = modelLibrary();
  const path = await library.modelPath(library.get(ref), check);
  return readModelFile(path, vocabularyHash === undefined ? {} : { vocabularyHash });
}

/** The reference of a model artifact whose weights lie in the library; null for weights within the project. */
export function libraryReference(
  artifacts: ArtifactStore,
  manifest: ReturnType<ArtifactStore['get']>,
): LibraryReference | null {
  if (!manifest.blobs.some(({ name }) => name === MODEL_BLOBS.reference)) return null;
  return LibraryReference.parse(artifacts.readJson(manifest.id, MODEL_BLOBS.reference));
}

/**
 * The model a reference names.
 *
 * Throws: not-found when the library lost it; conflict when it holds other weights under the same id.
 */
export async function loadReference(reference: LibraryReference, options: LoadOptions = {}): Promise<StoredModel> {
  const library = modelLibrary();
  if (!library.has(reference.model)) {
    throw new WorkbenchError(
      'not-found',
      `${reference.title}: the model library of this computer does not hold it (${reference.model.slice(0, 12)}); import the same checkpoint again (gcw model import --input FOLDER), then run this again.`,
    );
  }
  const { sha256 } = fileOf(library.get(reference.model), MODEL_FILE);
  if (sha256 !== reference.sha256) {
    throw new WorkbenchError(
      'conflict',
      `${reference.title}: the library holds it with other weights (SHA-256 ${sha256.slice(0, 12)}…, the project was made with ${reference.sha256.slice(0, 12)}…); use the model in the project again (gcw model use).`,
    );
  }
  return await loadLibraryModel(reference.model, options);
}
