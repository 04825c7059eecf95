import { ModelConfig, PriorName, type ValueEncoding } from '#shared/domain/model.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { type Heads, headsOf, parameterShapes } from '../model.ts';
import { NAMES } from '../names.ts';
import type { PublishedConfig } from './published-config.ts';
import { elementCount, type StoredTensor, type StoredTensors } from './stored-tensor.ts';

/** Names under which one tensor is stored twice; a file that stores it once may keep either. */
export const TIED_NAMES: readonly (readonly [string, string])[] = [
  [NAMES.word, `${NAMES.idHead}.decoder.weight`],
  [`${NAMES.idHead}.bias`, `${NAMES.idHead}.decoder.bias`],
  [`${NAMES.valueHead}.bias`, `${NAMES.valueHead}.decoder.bias`],
];

/**
 * The tensors under the published names.
 *
 * Prefixes a wrapper left (`module.`) are taken off, a bare encoder gets its `bert.`, and a tied tensor stored once is
 * known by its first name.
 */
export function publishedNames(tensors: StoredTensors): Map<string, StoredTensor> {
  let named = new Map(tensors);
  while (named.size > 0 && [...named.keys()].every((name) => name.startsWith('module.'))) {
    named = new Map([...named].map(([name, tensor]) => [name.slice('module.'.length), tensor]));
  }
  const bare = NAMES.position.slice('bert.'.length);
  if (named.has(bare) && ![...named.keys()].some((name) => name.startsWith('bert.'))) {
    named = new Map([...named].map(([name, tensor]) => [`bert.${name}`, tensor]));
  }
  for (const [first, second] of TIED_NAMES) {
    const only = named.get(second);
    if (only && !named.has(first)) {
      named.set(first, only);
      named.delete(second);
    }
  }
  return named;
}

/** Throws: unsupported for heads the workbench has no use for. */
export function publishedHeads(tensors: StoredTensors, subject: string): Heads {
  const heads = headsOf(new Map([...tensors].map(([name, { shape }]) => [name, { length: elementCount(shape) }])));
  if (heads.kind === 'classifier' && !tensors.has(`${NAMES.pooler}.weight`)) {
    throw new WorkbenchError(
      'unsupported',
      `${subject}: it classifies single genes (${NAMES.classifier} without ${NAMES.pooler}), the workbench classifies whole cells; choose the pretrained checkpoint or a cell classifier.`,
    );
  }
  return heads;
}

/**
 * The configuration, every size of it from tensor shapes: published config files disagree with them.
 *
 * Shape: the width of a prior is that of its table, which may differ from the model's.
 * Throws: data-format when a matrix is missing; unsupported for sizes or blocks that cannot be run.
 */
export function configFromShapes(
  tensors: StoredTensors,
  published: PublishedConfig,
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
  const [maxLength, width] = shape(NAMES.position);
  const priors = PriorName.options
    .filter((name) => tensors.has(`${NAMES.prior(name)}.weight`))
    .map((name) => ({ name, width: shape(`${NAMES.prior(name)}.weight`)[1] }));
  const learnedIds = tensors.has(NAMES.word);
  let nLayers = 0;
  while (tensors.has(`${NAMES.layer(nLayers)}.output.dense.weight`)) nLayers++;
  const table = [NAMES.word, ...priors.map(({ name }) => NAMES.priorTable(name))].find((name) => tensors.has(name));
  const parsed = ModelConfig.safeParse({
    nLayers,
    nHeads: published.num_attention_heads,
    width,
    feedForwardWidth: nLayers > 0 ? shape(`${NAMES.layer(0)}.intermediate.dense.weight`)[0] : 0,
    maxLength,
    vocabularySize: table ? shape(table)[0] : (tensors.get(NAMES.homologIndex)?.shape[0] ?? 0),
    vocabularyHash,
    learnedIds,
    priors,
    valueEncoding: valueEncodingOf(tensors, subject),
    activation: published.hidden_act,
    dropout: published.hidden_dropout_prob,
    layerNormEps: published.layer_norm_eps,
    initializerRange: published.initializer_range,
  });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new WorkbenchError(
    'unsupported',
    `${subject}: ${path.join('.')}: ${message}; the model is outside of what can be run.`,
  );
}

/** Told by the names, since both layouts of Small have equally many parameters. Source: spec/genecompass.md §2.7. */
function valueEncodingOf(tensors: StoredTensors, subject: string): ValueEncoding {
  const encoder = tensors.has(`${NAMES.valueLinear1}.weight`);
  const fused = tensors.has(`${NAMES.fuseLinear}.weight`);
  if (encoder !== fused) return encoder ? 'encoder' : 'fused';
  const block = [...tensors.keys()].find((name) => name.startsWith(NAMES.valueBlock));
  if (!block) return 'scalar';
  throw new WorkbenchError(
    'unsupported',
    `${subject}: its values enter through ${block}, which is neither of the two known blocks (linear1, linear2, norm or c_fc, c_ln, c_proj); choose a published GeneCompass checkpoint.`,
  );
}

/** Tensors the model has no place for; both names of a tied one count as used, and position numbers are known anyway. */
export function ignoredNames(
  tensors: StoredTensors,
  config: Omit<ModelConfig, 'vocabularyHash'>,
  heads: Heads,
): string[] {
  const used = new Set<string>(parameterShapes({ ...config, vocabularyHash: '' }, heads).keys());
  for (const { name } of config.priors) used.add(NAMES.priorTable(name));
  used.add(NAMES.homologIndex).add(NAMES.positionIds);
  for (const [first, second] of TIED_NAMES) if (used.has(first)) used.add(second);
  return [...tensors.keys()].filter((name) => !used.has(name));
}
