import type { ModelInfo } from '#shared/contract/work.ts';
import type { ForwardConfig, ForwardReport } from '#shared/domain/forward.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import type { ModelLibrary } from '#library/model-library.ts';
import { MODEL_BLOBS } from '#project/stored/result-blobs.ts';
import type { ServiceDeps } from './deps.ts';

/** Finds the model and lets the engine run it. Throws: invalid-input unless exactly one model is named. */
export function forward(deps: ServiceDeps, { model, ...request }: ForwardConfig): Promise<ForwardReport> {
  if ((model === undefined) === (request.checkpoint === undefined)) {
    const fact = model === undefined ? 'none is named' : 'two are named';
    throw new WorkbenchError('invalid-input', `Model: ${fact}; give either --model or --checkpoint.`);
  }
  if (model === undefined) return deps.engine.call('forward', request);
  const imported = inLibrary(deps.library, model);
  if (imported) return deps.engine.call('forward', { ...request, imported });
  const { artifacts } = deps.workspace.require().project;
  const { id, title, summary } = deps.workspace.artifact('model', model);
  const reference = summary.imported as ModelInfo['imported'];
  if (reference) return deps.engine.call('forward', { ...request, imported: reference.model });
  return deps.engine.call('forward', {
    ...request,
    stored: { title, bytes: artifacts.read(id, MODEL_BLOBS.parameters) },
  });
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

const ID_LENGTH = 32;
