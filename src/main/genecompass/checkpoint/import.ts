import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ModelConfig, PriorName } from '#shared/domain/model.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { checkModel, headsOf, type Heads, type Model, parameterShapes, type PriorTable } from '../model.ts';
import { NAMES } from '../names.ts';
import { openFileSource } from './byte-source.ts';
import { readPytorchCheckpoint } from './pytorch-zip.ts';
import { readSafetensors } from './safetensors.ts';
import { elementCount, type StoredTensors, toFloat32, toInt32 } from './stored-tensor.ts';

const MAX_CONFIG_BYTES = 1024 * 1024;

/** The entries of a published `config.json` that shapes do not tell; everything else in it is ignored. */
const PublishedConfig = z.looseObject({
  num_attention_heads: z.number().int().min(1),
  hidden_act: z.enum(['gelu', 'relu']).default('gelu'),
  hidden_dropout_prob: ModelConfig.shape.dropout,
  layer_norm_eps: ModelConfig.shape.layerNormEps,
  initializer_range: ModelConfig.shape.initializerRange,
});

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
  const configPath = join(folder, 'config.json');
  if (!existsSync(configPath)) throw missing(folder, 'config.json');
  const candidates = fileName ? [fileName] : ['model.safetensors', 'pytorch_model.bin'];
  const file = candidates.find((name) => existsSync(join(folder, name)));
  if (!file) throw missing(folder, candidates.join(' or '));
  const source = openFileSource(join(folder, file), file);
  try {
    const tensors = file.endsWith('.safetensors') ? readSafetensors(source).tensors : readPytorchCheckpoint(source);
    return modelFromTensors(tensors, readConfig(configPath), vocabularyHash, file);
  } finally {
    source.close();
  }
}

/** Builds a model from published tensors; `subject` is what messages call the file. */
export function modelFromTensors(
  tensors: StoredTensors,
  published: z.infer<typeof PublishedConfig>,
  vocabularyHash: string,
  subject: string,
): ImportedModel {
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
  const heads = headsOf(new Map([...tensors].map(([name, { shape }]) => [name, { length: elementCount(shape) }])));
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

function configFromShapes(
  tensors: StoredTensors,
  published: z.infer<typeof PublishedConfig>,
  vocabularyHash: string,
  subject: string,
): ModelConfig {
  const shape = (name: string): readonly number[] => {
    const tensor = tensors.get(name);
    if (tensor?.shape.length === 2) return tensor.shape;
    throw new WorkbenchError(
      'data-format',
      `${subject}: it has no matrix ${name}; choose a GeneCompass checkpoint (found ${tensors.size} tensors).`,
    );
  };
  if ([...tensors.keys()].some((name) => name.startsWith('bert.embeddings.values_embeddings.'))) {
    throw new WorkbenchError(
      'unsupported',
      `${subject}: it encodes values with the older values_embeddings block; choose a checkpoint that takes plain values (Base).`,
    );
  }
  const [maxLength, width] = shape(NAMES.position);
  const priors = PriorName.options
    .filter((name) => tensors.has(`${NAMES.prior(name)}.weight`))
    .map((name) => ({ name, width: shape(`${NAMES.prior(name)}.weight`)[1] }));
  const learnedIds = tensors.has(NAMES.word);
  let nLayers = 0;
  while (tensors.has(`${NAMES.layer(nLayers)}.output.dense.weight`)) nLayers++;
  const vocabularySize = learnedIds
    ? shape(NAMES.word)[0]
    : priors.length > 0
      ? shape(NAMES.priorTable(priors[0].name))[0]
      : 0;
  const parsed = ModelConfig.safeParse({
    nLayers,
    nHeads: published.num_attention_heads,
    width,
    feedForwardWidth: nLayers > 0 ? shape(`${NAMES.layer(0)}.intermediate.dense.weight`)[0] : 0,
    maxLength,
    vocabularySize,
    vocabularyHash,
    learnedIds,
    priors,
    activation: published.hidden_act,
    dropout: published.hidden_dropout_prob,
    layerNormEps: published.layer_norm_eps,
    initializerRange: published.initializer_range,
  });
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new WorkbenchError(
      'unsupported',
      `${subject}: ${path.join('.')}: ${message}; the model is outside of what can be run.`,
    );
  }
  return parsed.data;
}

function readConfig(path: string): z.infer<typeof PublishedConfig> {
  const name = basename(path);
  if (statSync(path).size > MAX_CONFIG_BYTES)
    throw new WorkbenchError('data-format', `${name}: it is larger than 1 MiB; choose the model's config.json.`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new WorkbenchError('data-format', `${name}: it is not JSON; copy it again from where the model came from.`);
  }
  const parsed = PublishedConfig.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WorkbenchError(
    'data-format',
    `${name}: ${issue.path.join('.')}: ${issue.message}; choose the model's own config.json.`,
  );
}

function missing(folder: string, what: string): WorkbenchError {
  return new WorkbenchError(
    'not-found',
    `${basename(folder)}: it has no ${what}; choose the folder a checkpoint was unpacked into.`,
  );
}
