import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { checkModel, type Heads, type Model, parameterShapes, type PriorTable } from '../model.ts';
import { NAMES } from '../names.ts';
import { openFileSource } from './byte-source.ts';
import { configFromShapes, publishedHeads, publishedNames } from './layout.ts';
import { missing, type PublishedConfig, readPublishedConfig } from './published-config.ts';
import { readPytorchCheckpoint } from './pytorch-zip.ts';
import { readSafetensors } from './safetensors.ts';
import { type StoredTensors, toFloat32, toInt32 } from './stored-tensor.ts';

export interface ImportedModel {
  readonly model: Model;
  readonly heads: Heads;
  /** Tensors of the file that the model has no place for. */
  readonly ignored: readonly string[];
}

/**
 * Reads a published checkpoint: a folder with `config.json` and `model.safetensors` or `pytorch_model.bin`.
 *
 * Throws: not-found, data-format or unsupported, with what is missing or refused.
 * Note: every size comes from the tensors themselves, since published config files disagree with them; frozen prior
 * tables and the homolog index are taken from the checkpoint, which is authoritative.
 */
export function importCheckpoint(folder: string, vocabularyHash: string, fileName?: string): ImportedModel {
  const published = readPublishedConfig(folder);
  const candidates = fileName ? [fileName] : ['model.safetensors', 'pytorch_model.bin'];
  const file = candidates.find((name) => existsSync(join(folder, name)));
  if (!file) throw missing(folder, candidates.join(' or '));
  const source = openFileSource(join(folder, file), file);
  try {
    const tensors = file.endsWith('.safetensors') ? readSafetensors(source).tensors : readPytorchCheckpoint(source);
    return modelFromTensors(tensors, published, vocabularyHash, file);
  } finally {
    source.close();
  }
}

/** Builds a model from published tensors; `subject` is what messages call the file. */
export function modelFromTensors(
  stored: StoredTensors,
  published: PublishedConfig,
  vocabularyHash: string,
  subject: string,
): ImportedModel {
  const tensors = publishedNames(stored);
  const config = configFromShapes(tensors, published, vocabularyHash, subject);
  const used = new Set<string>([NAMES.positionIds]);
  const load = (name: string, shape: readonly number[]) => {
    const stored = tensors.get(name);
    if (!stored || !isDeepStrictEqual(stored.shape, shape)) {
      const found = stored ? `[${stored.shape.join(', ')}]` : 'missing';
      throw new WorkbenchError(
        'data-format',
        `${subject}: ${name} is ${found}, [${shape.join(', ')}] is expected; choose a GeneCompass checkpoint.`,
      );
    }
    used.add(name);
    return toFloat32(`${subject}: ${name}`, stored);
  };
  const heads = publishedHeads(tensors, subject);
  const parameters = new Map([...parameterShapes(config, heads)].map(([name, shape]) => [name, load(name, shape)]));
  const priors: PriorTable[] = config.priors.map(({ name, width }) => ({
    name,
    width,
    table: load(NAMES.priorTable(name), [config.vocabularySize, width]),
  }));
  const index = tensors.get(NAMES.homologIndex);
  const homologIndex = index
    ? toInt32(`${subject}: ${NAMES.homologIndex}`, index)
    : Int32Array.from({ length: config.vocabularySize }, (_, token) => token);
  used.add(NAMES.homologIndex);
  const model: Model = { config, parameters, priors, homologIndex };
  checkModel(model, heads);
  // Tied tensors are stored under both names.
  for (const head of [NAMES.idHead, NAMES.valueHead]) used.add(`${head}.decoder.bias`).add(`${head}.decoder.weight`);
  return { model, heads, ignored: [...tensors.keys()].filter((name) => !used.has(name)) };
}
