import { basename } from 'node:path';
import { z } from 'zod';
import { ModelConfig } from '#shared/domain/model.ts';
import { FinetuneCompat } from '#shared/domain/training.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { stableJson } from '#shared/util/stable-json.ts';
import { type ByteSource, bytesSource, openFileSource, sha256Of } from './checkpoint/byte-source.ts';
import { readSafetensors, safetensorsBlocks, writeSafetensors } from './checkpoint/safetensors.ts';
import {
  elementCount,
  float32Tensor,
  int64Tensor,
  type StoredTensor,
  toFloat32,
  toInt32,
} from './checkpoint/stored-tensor.ts';
import { checkModel, headsOf, type Model, parameterShapes } from './model.ts';
import { NAMES } from './names.ts';

const FORMAT = 1;

/** What a reader of the model should know; shown beside it and kept in its file. */
export const ModelCard = z.object({
  /** How it came about: pretrained here, fine-tuned here, or imported. */
  origin: z.enum(['initial', 'pretrained', 'fine-tuned', 'imported']),
  nTrainingCells: z.number().int().nonnegative().nullable(),
  nParameters: z.number().int().nonnegative(),
  /** Final numbers by name, such as `validation.valueLoss` and `baseline.value`. */
  scores: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
});
export type ModelCard = z.infer<typeof ModelCard>;

const Header = z.object({
  format: z.literal(FORMAT),
  config: ModelConfig,
  classes: z.array(z.string()).nullable(),
  /** Absent where cells are read as they are. */
  reads: FinetuneCompat.optional(),
  card: ModelCard,
});

export interface StoredModel {
  readonly model: Model;
  /** Labels of the classifier's outputs; null without a classifier. */
  readonly classes: readonly string[] | null;
  readonly card: ModelCard;
}

/** Number of trained numbers. */
export function countParameters(model: Model): number {
  return [...model.parameters.values()].reduce((sum, data) => sum + data.length, 0);
}

/**
 * The model as one safetensors file: parameters and frozen tables by their published names, the rest as JSON metadata.
 *
 * Note: equal models give equal bytes.
 */
export function writeModel(stored: StoredModel): Uint8Array {
  return writeSafetensors(tensorsOf(stored.model), headerOf(stored));
}

/** The bytes of `writeModel`, tensor by tensor and without a copy: a large model is stored in the memory it has. */
export function modelBlocks(stored: StoredModel): Iterable<Uint8Array> {
  return safetensorsBlocks(tensorsOf(stored.model), headerOf(stored));
}

function headerOf({ model, classes, card }: StoredModel): { gcw: string } {
  const { config, reads } = model;
  return modelHeader({ config, classes, ...(reads ? { reads } : {}), card });
}

function tensorsOf(model: Model): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, shape] of parameterShapes(model.config, headsOf(model.parameters))) {
    tensors.set(name, float32Tensor(model.parameters.get(name)!, shape));
  }
  for (const { name, width, table } of model.priors) {
    tensors.set(NAMES.priorTable(name), float32Tensor(table, [table.length / width, width]));
  }
  return tensors.set(NAMES.homologIndex, int64Tensor(model.homologIndex, [model.homologIndex.length]));
}

/** Metadata of a model file, for those who write its tensors themselves. */
export function modelHeader(
  header: Omit<StoredModel, 'model'> & Pick<Model, 'reads'> & { readonly config: ModelConfig },
): { gcw: string } {
  return { gcw: stableJson({ format: FORMAT, ...header }) };
}

/**
 * Reads what `writeModel` wrote.
 *
 * Throws: data-format when the file is damaged or does not fit its own configuration; conflict when it was made for
 * another vocabulary than `vocabularyHash`.
 */
export function readModel(bytes: Uint8Array, subject: string, vocabularyHash?: string): StoredModel {
  return readModelFrom(bytesSource(bytes, subject), vocabularyHash);
}

/**
 * Reads a model file; every tensor goes from the file straight into its own array.
 *
 * Throws: as `readModel`; conflict when the file's SHA-256 is not `sha256`.
 */
export function readModelFile(
  path: string,
  expected: { readonly vocabularyHash?: string; readonly sha256?: string } = {},
): StoredModel {
  const source = openFileSource(path, basename(path));
  try {
    if (expected.sha256 !== undefined) checkSha256(source, expected.sha256);
    return readModelFrom(source, expected.vocabularyHash);
  } finally {
    source.close();
  }
}

function checkSha256(source: ByteSource, expected: string): void {
  const found = sha256Of(source);
  if (found === expected) return;
  throw new WorkbenchError(
    'conflict',
    `${source.name}: its content is not what was stored (SHA-256 ${found.slice(0, 12)}…, ${expected.slice(0, 12)}… is recorded); import the model again.`,
  );
}

function readModelFrom(source: ByteSource, vocabularyHash: string | undefined): StoredModel {
  const subject = source.name;
  const { tensors, metadata } = readSafetensors(source);
  const header = parseHeader(metadata.gcw, subject);
  const { config, classes, reads, card } = header;
  if (vocabularyHash !== undefined) checkVocabulary(subject, config.vocabularyHash, vocabularyHash);
  const read = (name: string) => {
    const stored = tensors.get(name);
    if (!stored) throw new WorkbenchError('data-format', `${subject}: it has no ${name}; export the model again.`);
    return stored;
  };
  const heads = headsOf(new Map([...tensors].map(([name, { shape }]) => [name, { length: elementCount(shape) }])));
  const parameters = new Map(
    [...parameterShapes(config, heads).keys()].map((name) => [name, toFloat32(`${subject}: ${name}`, read(name))]),
  );
  const priors = config.priors.map(({ name, width }) => {
    const key = NAMES.priorTable(name);
    return { name, width, table: toFloat32(`${subject}: ${key}`, read(key)) };
  });
  const homologIndex = toInt32(`${subject}: ${NAMES.homologIndex}`, read(NAMES.homologIndex));
  const model: Model = { config, parameters, priors, homologIndex, ...(reads ? { reads } : {}) };
  checkModel(model, heads);
  const nClasses = heads.kind === 'classifier' ? heads.classes : 0;
  if ((classes?.length ?? 0) !== nClasses) {
    throw new WorkbenchError(
      'data-format',
      `${subject}: it names ${classes?.length ?? 0} classes and has ${nClasses} outputs; export the model again.`,
    );
  }
  return { model, classes, card };
}

/** Throws: conflict when cells and model were made with different vocabularies. */
export function checkVocabulary(subject: string, ofModel: string, ofCells: string): void {
  if (ofModel === ofCells) return;
  throw new WorkbenchError(
    'conflict',
    `${subject}: it was made for vocabulary ${ofModel}, the cells were prepared with ${ofCells}; prepare the cells with the model's vocabulary, or choose another model.`,
    { details: { model: ofModel, cells: ofCells } },
  );
}

function parseHeader(json: string | undefined, subject: string): z.infer<typeof Header> {
  let raw: unknown;
  try {
    raw = JSON.parse(json ?? '');
  } catch {
    throw new WorkbenchError(
      'data-format',
      `${subject}: it has no model description; choose a model written by the workbench, or import a checkpoint folder.`,
    );
  }
  const parsed = Header.safeParse(raw);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new WorkbenchError('data-format', `${subject}: ${path.join('.')}: ${message}; export the model again.`);
}
