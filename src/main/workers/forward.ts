import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ForwardReport } from '#shared/domain/forward.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { forwardFile } from '#genecompass/forward.ts';
import { readModel } from '#genecompass/model-io.ts';
import { type Heads, headsOf, type Model } from '#genecompass/model.ts';
import type { EngineCallInput } from '#jobs/engine-calls.ts';
import { loadLibraryModel } from './library.ts';
import { runtimeFor } from './runtime-for.ts';

const OWN_FILE = 'model.safetensors';
/** The vocabulary of cells given as tokens is not known. */
const ANY_VOCABULARY = 'given as tokens';

/** Runs a model on the cells of a file. */
export async function forward(request: EngineCallInput<'forward'>): Promise<ForwardReport> {
  const started = performance.now();
  const { inputs, out } = request;
  if (!existsSync(inputs)) {
    throw new WorkbenchError('not-found', `${path.basename(inputs)}: there is no such file; check its name.`);
  }
  if (path.resolve(inputs) === path.resolve(out)) {
    throw new WorkbenchError('invalid-input', `${path.basename(out)}: it is the inputs; choose another output file.`);
  }
  if (!existsSync(path.dirname(path.resolve(out)))) {
    throw new WorkbenchError('not-found', `${path.basename(out)}: its folder does not exist; make it first.`);
  }
  const { model, heads, subject } = await readAny(request);
  const { runtime, device } = await runtimeFor(request.device, { mode: 'inference' });
  const result = await forwardFile({
    model,
    heads,
    runtime,
    inputs,
    inputsName: path.basename(inputs),
    out,
    options: request,
    metadata: { gcw: stableJson({ format: 1, model: subject, device, compat: request.compat }) },
  });
  return {
    out,
    sizeBytes: result.sizeBytes,
    nCells: result.nCells,
    length: result.length,
    device,
    engine: runtime.name,
    seconds: Math.round(performance.now() - started) / 1000,
    warnings: [...result.warnings],
    outputs: result.outputs.map(({ name, shape }) => ({ name, shape })),
  };
}

interface AnyModel {
  model: Model;
  heads: Heads;
  subject: string;
}

async function readAny({ checkpoint, stored, imported }: EngineCallInput<'forward'>): Promise<AnyModel> {
  if (imported) {
    const { model } = await loadLibraryModel(imported);
    return { model, heads: headsOf(model.parameters), subject: imported };
  }
  if (stored) {
    const { model } = readModel(stored.bytes, stored.title);
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
