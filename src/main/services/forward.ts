import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ForwardConfig, ForwardReport } from '#shared/domain/forward.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { MODEL_BLOBS } from '#project/stored/result-blobs.ts';
import type { ServiceDeps } from './deps.ts';

/** Finds the model and lets the engine run it. Throws: invalid-input unless exactly one model is named. */
export function forward(deps: ServiceDeps, { model, ...request }: ForwardConfig): Promise<ForwardReport> {
  if ((model === undefined) === (request.checkpoint === undefined)) {
    const fact = model === undefined ? 'none is named' : 'two are named';
    throw new WorkbenchError('invalid-input', `Model: ${fact}; give either --model or --checkpoint.`);
  }
  if (model === undefined) return deps.engine.call('forward', request);
  const library = path.join(deps.host.dataFolder, 'models', model);
  if (/^[\w.-]+$/.test(model) && existsSync(path.join(library, 'model.safetensors')))
    return deps.engine.call('forward', { ...request, checkpoint: library });
  const { artifacts } = deps.workspace.require().project;
  const { id, title } = deps.workspace.artifact('model', model);
  return deps.engine.call('forward', {
    ...request,
    stored: { title, bytes: artifacts.read(id, MODEL_BLOBS.parameters) },
  });
}
