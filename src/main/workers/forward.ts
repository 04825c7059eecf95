import path from 'node:path';
import type { ForwardReport } from '#shared/domain/forward.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { forwardFile } from '#genecompass/forward.ts';
import type { CallContext } from '#jobs/engine.ts';
import type { EngineCallInput } from '#jobs/engine-calls.ts';
import { checkFiles, readAnyModel } from './any-model.ts';
import { runtimeFor } from './runtime-for.ts';

/** Runs a model on the cells of a file. */
export async function forward(request: EngineCallInput<'forward'>, context: CallContext): Promise<ForwardReport> {
  const started = performance.now();
  const { inputs, out } = request;
  checkFiles(request);
  context.progress('Loading the model', 0, null, '');
  const { model, heads, subject } = await readAnyModel(request, context);
  const chosen = await runtimeFor(request.device, { mode: 'inference' });
  const { runtime } = chosen;
  const result = await forwardFile({
    model,
    heads,
    runtime,
    inputs,
    inputsName: path.basename(inputs),
    out,
    options: request,
    metadata: { gcw: stableJson({ format: 1, model: subject, compat: request.compat }) },
    signal: context.signal,
    onProgress: (done, total) => context.progress('Computing cells', done, total, 'cells'),
  });
  return {
    out,
    sizeBytes: result.sizeBytes,
    nCells: result.nCells,
    length: result.length,
    device: chosen.device,
    engine: runtime.name,
    seconds: Math.round(performance.now() - started) / 1000,
    warnings: [...result.warnings],
    outputs: result.outputs.map(({ name, shape }) => ({ name, shape })),
  };
}
