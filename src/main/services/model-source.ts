import type { ModelInfo } from '#shared/contract/work.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ModelSource } from '#jobs/engine-calls.ts';
import type { ModelLibrary } from '#library/model-library.ts';
import type { ServiceDeps } from './deps.ts';

/** Longest id of the library; a longer one is an artifact of the project. */
const ID_LENGTH = 32;

/** Where the named model lies. Throws: invalid-input unless exactly one is named; not-found. */
export function modelSource(deps: ServiceDeps, named: { model?: string; checkpoint?: string }): ModelSource {
  const { model, checkpoint } = named;
  if ((model === undefined) === (checkpoint === undefined)) {
    const fact = model === undefined ? 'none is named' : 'two are named';
    throw new WorkbenchError('invalid-input', `Model: ${fact}; give either --model or --checkpoint.`);
  }
  if (model === undefined) return { checkpoint };
  const imported = inLibrary(deps.library, model);
  if (imported) return { imported };
  const { id, title, summary } = deps.workspace.artifact('model', model);
  const reference = summary.imported as ModelInfo['imported'];
  if (reference) return { imported: reference.model };
  return { stored: { id, title } };
}

/** `latest` means the newest model of the open project. */
function inLibrary(library: ModelLibrary, ref: string): string | null {
  if (ref === 'latest' || ref.length > ID_LENGTH) return null;
  try {
    return library.get(ref).id;
  } catch (thrown) {
    if (thrown instanceof WorkbenchError && thrown.code === 'not-found') return null;
    throw thrown;
  }
}
