import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { readModel } from '#genecompass/model-io.ts';
import { type Heads, headsOf, type Model } from '#genecompass/model.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { ModelSource } from '#jobs/engine-calls.ts';
import { MODEL_BLOBS } from '#project/stored/result-blobs.ts';
import { loadLibraryModel } from './library.ts';

const OWN_FILE = 'model.safetensors';
/** The vocabulary of cells given as tokens is not known. */
const ANY_VOCABULARY = 'given as tokens';

export interface AnyModel {
  model: Model;
  heads: Heads;
  /** What a file made with it calls it. */
  subject: string;
}

/** A model from wherever it lies. Throws: not-found, data-format, unsupported. */
export async function readAnyModel(
  { checkpoint, stored, imported }: ModelSource,
  { project }: Pick<CallContext, 'project'>,
): Promise<AnyModel> {
  if (imported) {
    const { model } = await loadLibraryModel(imported);
    return { model, heads: headsOf(model.parameters), subject: imported };
  }
  if (stored) {
    if (!project) throw new WorkbenchError('internal', `${stored.title}: its project is not open in the engine.`);
    const { model } = readModel(project.artifacts.read(stored.id, MODEL_BLOBS.parameters), stored.title);
    return { model, heads: headsOf(model.parameters), subject: stored.title };
  }
  return readCheckpoint(checkpoint!);
}

/** A published checkpoint, one weights file of one, or a model file of the workbench. */
function readCheckpoint(place: string): AnyModel {
  const subject = path.basename(path.resolve(place));
  if (!existsSync(place)) {
    throw new WorkbenchError('not-found', `${subject}: there is no such file or folder; check its name.`);
  }
  const isFolder = statSync(place).isDirectory();
  const folder = isFolder ? place : path.dirname(place);
  const own = isFolder ? path.join(place, OWN_FILE) : place;
  if (!existsSync(path.join(folder, 'config.json')) && existsSync(own) && own.endsWith('.safetensors')) {
    const { model } = readModel(readFileSync(own), path.basename(own));
    return { model, heads: headsOf(model.parameters), subject };
  }
  const { model, heads } = importCheckpoint(folder, ANY_VOCABULARY, isFolder ? undefined : path.basename(place));
  return { model, heads, subject };
}

/** Refuses files that cannot be read or written, before a model is loaded. Throws: not-found, invalid-input. */
export function checkFiles({ inputs, out }: { inputs: string; out: string }): void {
  if (!existsSync(inputs)) {
    throw new WorkbenchError('not-found', `${path.basename(inputs)}: there is no such file; check its name.`);
  }
  if (path.resolve(inputs) === path.resolve(out)) {
    throw new WorkbenchError('invalid-input', `${path.basename(out)}: it is the inputs; choose another output file.`);
  }
  if (!existsSync(path.dirname(path.resolve(out)))) {
    throw new WorkbenchError('not-found', `${path.basename(out)}: its folder does not exist; make it first.`);
  }
}
