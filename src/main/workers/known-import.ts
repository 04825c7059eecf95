import { statSync } from 'node:fs';
import path from 'node:path';
import type { CheckpointReport, LibraryModel } from '#shared/domain/library.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { sha256OfFile } from '#library/file-hash.ts';
import { type CheckOptions, type ModelLibrary, sizeOf } from '#library/model-library.ts';

/**
 * The intact library model that was made from exactly the files of a folder, so that nothing is converted again; null
 * without one. Files are read only where names and sizes fit.
 */
export async function findImported(
  library: ModelLibrary,
  folder: string,
  report: CheckpointReport,
  options: CheckOptions = {},
): Promise<LibraryModel | null> {
  for (const model of library.list().models) {
    const isAlike =
      model.checkpoint.fileName === report.fileName &&
      stableJson(model.checkpoint.auxiliary) === stableJson(report.auxiliary) &&
      model.sources.every(({ name, sizeBytes }) => sizeOfFile(path.join(folder, name)) === sizeBytes);
    if (isAlike && (await holds(folder, model, options)) && (await isIntact(library, model, options))) return model;
  }
  return null;
}

async function holds(folder: string, model: LibraryModel, { signal, onBytes }: CheckOptions): Promise<boolean> {
  const total = model.sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) + sizeOf(model);
  let before = 0;
  for (const { name, sizeBytes, sha256 } of model.sources) {
    const found = await sha256OfFile(path.join(folder, name), {
      signal,
      onBytes: (done) => onBytes?.(before + done, total),
    });
    if (found !== sha256) return false;
    before += sizeBytes;
  }
  return true;
}

async function isIntact(
  library: ModelLibrary,
  model: LibraryModel,
  { signal, onBytes }: CheckOptions,
): Promise<boolean> {
  const before = model.sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  try {
    await library.verify(model, { signal, onBytes: (done, total) => onBytes?.(before + done, before + total) });
    return true;
  } catch (thrown) {
    if (thrown instanceof WorkbenchError) return false;
    throw thrown;
  }
}

function sizeOfFile(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
