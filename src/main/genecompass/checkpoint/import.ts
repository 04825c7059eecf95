import { isDeepStrictEqual } from 'node:util';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { checkModel, type Heads, type Model, parameterShapes, type PriorTable } from '../model.ts';
import { NAMES } from '../names.ts';
import { configFromShapes, ignoredNames, publishedHeads, publishedNames } from './layout.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import type { PublishedConfig } from './published-config.ts';
import { type StoredTensor, type StoredTensors, toFloat32, toInt32 } from './stored-tensor.ts';
import { checkTies } from './ties.ts';

export interface ImportedModel {
  readonly model: Model;
  readonly heads: Heads;
  /** Tensors of the file that the model has no place for. */
  readonly ignored: readonly string[];
}

/**
 * Reads a published checkpoint into memory: a folder with `config.json` and `model.safetensors` or `pytorch_model.bin`.
 *
 * Throws: not-found, data-format or unsupported, with what is missing or refused.
 * Note: every size comes from the tensors themselves, since published config files disagree with them; frozen prior
 * tables and the homolog index are taken from the checkpoint, which is authoritative.
 */
export function importCheckpoint(folder: string, vocabularyHash: string, fileName?: string): ImportedModel {
  const { source, stored, published } = openCheckpoint(folder, fileName);
  try {
    return modelFromTensors(stored, published, vocabularyHash, source.name);
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
  const heads = publishedHeads(tensors, subject);
  checkTies(tensors, subject);
  const load = (name: string, shape: readonly number[]) =>
    toFloat32(`${subject}: ${name}`, expectTensor(tensors, name, shape, subject));
  const parameters = new Map([...parameterShapes(config, heads)].map(([name, shape]) => [name, load(name, shape)]));
  const priors: PriorTable[] = config.priors.map(({ name, width }) => ({
    name,
    width,
    table: load(NAMES.priorTable(name), [config.vocabularySize, width]),
  }));
  const homologIndex = readHomologIndex(tensors, config.vocabularySize, subject);
  const model: Model = { config, parameters, priors, homologIndex };
  checkModel(model, heads);
  return { model, heads, ignored: ignoredNames(tensors, config, heads) };
}

/** Throws: data-format when the tensor is missing or has another shape. */
export function expectTensor(
  tensors: StoredTensors,
  name: string,
  shape: readonly number[],
  subject: string,
): StoredTensor {
  const stored = tensors.get(name);
  if (stored && isDeepStrictEqual(stored.shape, shape)) return stored;
  const found = stored ? `[${stored.shape.join(', ')}]` : 'missing';
  throw new WorkbenchError(
    'data-format',
    `${subject}: ${name} is ${found}, [${shape.join(', ')}] is expected; choose a GeneCompass checkpoint.`,
  );
}

/** Row of the prior tables each token uses in mouse cells; every token its own where the file has no index. */
export function readHomologIndex(tensors: StoredTensors, vocabularySize: number, subject: string): Int32Array {
  if (!tensors.has(NAMES.homologIndex)) return Int32Array.from({ length: vocabularySize }, (_, token) => token);
  const stored = expectTensor(tensors, NAMES.homologIndex, [vocabularySize], subject);
  return toInt32(`${subject}: ${NAMES.homologIndex}`, stored);
}
