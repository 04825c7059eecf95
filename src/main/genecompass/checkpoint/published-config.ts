import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ModelConfig } from '#shared/domain/model.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { refusePointer } from './lfs-pointer.ts';

const MAX_CONFIG_BYTES = 1024 * 1024;

/** The entries of a published `config.json` that shapes do not tell; everything else in it is ignored. */
const PublishedConfig = z.looseObject({
  num_attention_heads: z.number().int().min(1),
  hidden_act: z.enum(['gelu', 'relu']).default('gelu'),
  hidden_dropout_prob: ModelConfig.shape.dropout,
  layer_norm_eps: ModelConfig.shape.layerNormEps,
  initializer_range: ModelConfig.shape.initializerRange,
  /** Labels of a classifier by output number. */
  id2label: z.record(z.string(), z.string()).optional(),
});
export type PublishedConfig = z.infer<typeof PublishedConfig>;

/** Throws: not-found without `config.json`; data-format when it is not one of a BERT model. */
export function readPublishedConfig(folder: string): PublishedConfig {
  const path = join(folder, 'config.json');
  if (!existsSync(path)) throw missing(folder, 'config.json');
  const name = basename(path);
  if (statSync(path).size > MAX_CONFIG_BYTES)
    throw new WorkbenchError('data-format', `${name}: it is larger than 1 MiB; choose the model's config.json.`);
  const bytes = readFileSync(path);
  refusePointer(name, bytes);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
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

/** Labels of a classifier's outputs: the published ones where every output has one, else numbers. */
export function classLabels({ id2label }: PublishedConfig, nClasses: number): string[] {
  return Array.from({ length: nClasses }, (_, i) => id2label?.[String(i)] ?? `LABEL_${i}`);
}

export function missing(folder: string, what: string): WorkbenchError {
  return new WorkbenchError(
    'not-found',
    `${basename(folder)}: it has no ${what}; choose the folder a checkpoint was unpacked into.`,
  );
}
