import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { modelsFolder } from '#library/layout.ts';
import { ModelLibrary } from '#library/model-library.ts';

/** Imported models of this user; the host tells the engine process where they lie. */
export function modelLibrary(): ModelLibrary {
  const dataFolder = process.env.GCW_DATA_FOLDER;
  if (dataFolder) return new ModelLibrary(modelsFolder(dataFolder));
  throw new WorkbenchError(
    'unavailable',
    'Model library: the engine was not told where it is (GCW_DATA_FOLDER); start the workbench again.',
  );
}
