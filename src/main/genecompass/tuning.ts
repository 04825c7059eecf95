import { createHash } from 'node:crypto';
import type { Tensor } from '#engine/runtime/tensor.ts';
import type { FinetuneConfig } from '#shared/domain/training.ts';
import { parameterFeeds, type Feeds } from './feeds.ts';
import { type Adapters, adaptersOf, initialAdapters, mergeAdapters } from './lora.ts';
import { type Heads, type Model, parameterShapes } from './model.ts';
import { NAMES } from './names.ts';

export type TuningOptions = Pick<FinetuneConfig, 'freezeLayers' | 'freezeEmbeddings' | 'lora' | 'seed'>;

/** Which tensors of a model a training changes, and how plain weights come out of them again. */
export interface Tuning {
  readonly adapters: Adapters | null;
  /** Starting values, those of adapters included. */
  readonly parameters: Feeds;
  trains(name: string): boolean;
  decays(name: string): boolean;
  /** Digest of the tensors that stay, which a saved state does not hold. */
  readonly frozenDigest: string;
  /** The model with these trained tensors, adapters added to the weights they belong to. */
  finish(trained: Readonly<Record<string, Tensor>>): Model;
}

/** `unused` names the tensors of the heads that have no part in the loss. */
export function planTuning(
  model: Model,
  heads: Heads,
  options: TuningOptions,
  unused: (name: string) => boolean,
): Tuning {
  const { config } = model;
  const adapters = adaptersOf(config, options.lora, options.freezeLayers);
  const parameters = parameterFeeds(config, heads, model.parameters);
  if (adapters) {
    const values = initialAdapters(adapters, options.seed);
    for (const [name, shape] of adapters.shapes)
      parameters[name] = { dtype: 'float32', shape, data: values.get(name)! };
  }
  const isFrozen = adapters ? outsideAdapters(adapters, options) : frozenPart(options);
  const trains = (name: string) => !unused(name) && !isFrozen(name);
  return {
    adapters,
    parameters,
    trains,
    decays: (name) => parameters[name].shape.length > 1,
    frozenDigest: digest(parameters, (name) => !trains(name)),
    finish: (trained) => {
      const values = new Map<string, Float32Array>();
      for (const name of [...parameterShapes(config, heads).keys(), ...(adapters?.shapes.keys() ?? [])]) {
        values.set(name, (trained[name] ?? parameters[name]).data as Float32Array);
      }
      return { ...model, parameters: adapters ? mergeAdapters(values, adapters) : values };
    },
  };
}

function frozenPart({ freezeLayers, freezeEmbeddings }: TuningOptions): (name: string) => boolean {
  const prefixes = Array.from({ length: freezeLayers }, (_, i) => `${NAMES.layer(i)}.`);
  if (freezeEmbeddings) prefixes.push('bert.embeddings.', NAMES.cls);
  return (name) => prefixes.some((prefix) => name.startsWith(prefix));
}

/** With adapters only they, the heads and, when asked for, the norms of the adapted layers are trained. */
function outsideAdapters({ shapes }: Adapters, { lora, freezeLayers }: TuningOptions): (name: string) => boolean {
  const isHead = (name: string) => !name.startsWith('bert.') || name.startsWith(`${NAMES.pooler}.`);
  const isFrozenLayer = frozenPart({ lora, freezeLayers, freezeEmbeddings: true, seed: 0 });
  const isNorm = (name: string) => lora.trainNorms && name.includes('.LayerNorm.') && !isFrozenLayer(name);
  return (name) => !(shapes.has(name) || isHead(name) || isNorm(name));
}

function digest(parameters: Feeds, counts: (name: string) => boolean): string {
  const hash = createHash('sha256');
  for (const [name, { data }] of Object.entries(parameters)) {
    if (counts(name)) hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
