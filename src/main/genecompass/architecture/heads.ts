import type { Value } from '#engine/ir/value.ts';
import { dropout, linearCrossEntropyRows, tiedLinear } from '#engine/nn/index.ts';
import { add, reshape, tanh } from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { NAMES } from '../names.ts';
import { activation, type Dropout, linear, normalise } from './layers.ts';
import type { ParameterSet } from './parameter-set.ts';

/** Scores of every gene at chosen positions. Shape: N × D -> N × V. */
export function idHead(
  config: ModelConfig,
  parameters: ParameterSet,
  rows: Value,
  priorTables: readonly Value[],
): Value {
  return tiedLinear(transform(config, parameters, NAMES.idHead, rows), idDecoder(config, parameters, priorTables));
}

/** -log of the share the ID head gives to the true gene of each position. Shape: N × D, N -> N. */
export function idLossRows(
  config: ModelConfig,
  parameters: ParameterSet,
  rows: Value,
  priorTables: readonly Value[],
  labels: Value,
): Value {
  const hidden = transform(config, parameters, NAMES.idHead, rows);
  return linearCrossEntropyRows(hidden, idDecoder(config, parameters, priorTables), labels);
}

/**
 * The tied decoder: gene t is scored by its own word embedding, or, without learned identities, by the sum of its
 * projected prior vectors; genes without knowledge then differ by their bias only. Shape: V × D and V.
 */
function idDecoder(config: ModelConfig, parameters: ParameterSet, priorTables: readonly Value[]) {
  const weight = config.learnedIds
    ? parameters.get(NAMES.word)
    : config.priors
        .map(({ name }, i) => linear(parameters, NAMES.prior(name), priorTables[i]))
        .reduce((sum, block) => add(sum, block));
  return { weight, bias: parameters.get(`${NAMES.idHead}.bias`) };
}

/** Expression value at chosen positions. Shape: N × D -> N. */
export function valueHead(config: ModelConfig, parameters: ParameterSet, rows: Value): Value {
  const weight = parameters.get(`${NAMES.valueHead}.decoder.weight`);
  const bias = parameters.get(`${NAMES.valueHead}.bias`);
  const value = tiedLinear(transform(config, parameters, NAMES.valueHead, rows), { weight, bias });
  return reshape(value, [rows.shape[0]]);
}

/** Logits of the cell states from the CLS row. Shape: B × D -> B × C. */
export function classifierHead(parameters: ParameterSet, cls: Value, state: Dropout): Value {
  return linear(parameters, NAMES.classifier, dropout(tanh(linear(parameters, NAMES.pooler, cls)), state));
}

function transform(config: ModelConfig, parameters: ParameterSet, head: string, rows: Value): Value {
  const mixed = activation(config)(linear(parameters, `${head}.transform.dense`, rows));
  return normalise(parameters, `${head}.transform.LayerNorm`, mixed, config.layerNormEps);
}
