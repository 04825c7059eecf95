import type { Value } from '#engine/ir/value.ts';
import { dropout, gatedAttend, type GatedAttention, shares as sharesOf } from '#engine/nn/index.ts';
import {
  add,
  concat,
  identity,
  matmul,
  mul,
  reduceSum,
  reshape,
  sigmoid,
  slice,
  softmax,
  sub,
  transpose,
} from '#engine/ops/index.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import { NAMES } from '../names.ts';
import { activation, type Dropout, linear, normalise } from './layers.ts';
import type { ParameterSet } from './parameter-set.ts';

/** What the derivatives by a gate on the genes, shared by all layers, and by further genes are made of. */
export interface GateTrace {
  /** Attention of all layers but the last. */
  readonly layers: GatedAttention[];
  last?: LastTrace;
}

/** The last layer, in which only CLS attends. */
export interface LastTrace {
  /** Shape: B × S. */
  readonly keyMask: Value;
  /** What CLS reads. Shape: B × D. */
  readonly context: Value;
  /** As `JoinedAttention.changes`, from states of newcomers and derivatives by `context`. Shape: B × G × D, [B × D] each -> [B × G] each. */
  readonly changes: (newcomers: Value, contexts: readonly Value[]) => Value[];
}

export interface EncodeOptions {
  /** First layer to run; the sequence is its input. */
  readonly first?: number;
  /** Layer before which it ends; all are run by default. */
  readonly end?: number;
  readonly trace?: GateTrace;
}

/** Post-layer-norm encoder; returns the input and the output of every layer. Shape: B × S × D each. */
export function encode(
  config: ModelConfig,
  parameters: ParameterSet,
  sequence: Value,
  keyMask: Value,
  state: Dropout,
  { first = 0, end = config.nLayers, trace }: EncodeOptions = {},
): Value[] {
  const states = [sequence];
  for (let i = first; i < end; i++) {
    const x = states.at(-1)!;
    const context = selfAttention(config, parameters, NAMES.layer(i), x, keyMask, state, trace);
    states.push(afterAttention(config, parameters, NAMES.layer(i), x, context, state));
  }
  return states;
}

/**
 * The CLS row of the last layer's output, with nothing computed for other rows. Shape: B × S × D -> B × D.
 *
 * For one query q the keys and values need not be projected:
 *   scores = q · (W_k x_j + b_k) = (W_k' q) · x_j + const, and softmax ignores the constant;
 *   context = sum_j a_j (W_v x_j + b_v) = W_v (sum_j a_j x_j) + b_v sum_j a_j.
 * Note: exact; for 2 layers × 96 and 256 tokens it halves the work of a pass. Dropout makes sum_j a_j differ from 1.
 */
export function encodeCls(
  config: ModelConfig,
  parameters: ParameterSet,
  sequence: Value,
  keyMask: Value,
  state: Dropout,
  { first, trace }: Omit<EncodeOptions, 'end'> = {},
): Value {
  const states = encode(config, parameters, sequence, keyMask, state, { first, trace, end: config.nLayers - 1 });
  const lastMask = trace ? identity(keyMask) : keyMask;
  const x = states.at(-1)!;
  const layer = NAMES.layer(config.nLayers - 1);
  const [batch, length, width] = x.shape;
  const { nHeads } = config;
  const headWidth = width / nHeads;
  const cls = reshape(slice(x, 1, 0, 1), [batch, width]);

  const query = mul(linear(parameters, `${layer}.attention.self.query`, cls), 1 / Math.sqrt(headWidth));
  // Shape: H × B × d · H × d × D -> H × B × D -> B × H × D
  const byHead = transpose(reshape(query, [batch, nHeads, headWidth]), [1, 0, 2]);
  const keyWeight = reshape(parameters.get(`${layer}.attention.self.key.weight`), [nHeads, headWidth, width]);
  const probe = transpose(matmul(byHead, keyWeight), [1, 0, 2]);
  const scores = add(matmul(probe, transpose(x, [0, 2, 1])), reshape(lastMask, [batch, 1, length]));
  const weights = dropout(softmax(scores), state);
  // Shape: B × H × S · B × S × D -> B × H × D -> H × B × D · H × D × d -> H × B × d -> B × D
  const mixed = transpose(matmul(weights, x), [1, 0, 2]);
  const valueWeight = reshape(parameters.get(`${layer}.attention.self.value.weight`), [nHeads, headWidth, width]);
  const projected = transpose(matmul(mixed, transpose(valueWeight, [0, 2, 1])), [1, 0, 2]);
  const valueBias = reshape(parameters.get(`${layer}.attention.self.value.bias`), [1, nHeads, headWidth]);
  const shares = reduceSum(weights, [-1], { keep: true });
  const context = reshape(add(projected, mul(shares, valueBias)), [batch, width]);
  if (trace) {
    const changes = (newcomers: Value, contexts: readonly Value[]) =>
      clsChanges(linear(parameters, `${layer}.attention.self.value`, newcomers), {
        scores: matmul(probe, transpose(newcomers)),
        total: sharesOf(scores).total,
        context,
        contexts,
      });
    trace.last = { keyMask: lastMask, context, changes };
  }
  return afterAttention(config, parameters, layer, cls, context, state);
}

/**
 * What CLS makes of newcomers, see `joinAttention`: w = sigmoid(s - total), change = w (G v - G o).
 *
 * Shape: values B × G × D, scores B × H × G, total B × H × 1, context and its derivatives B × D -> [B × G] each.
 */
function clsChanges(
  values: Value,
  of: { scores: Value; total: Value; context: Value; contexts: readonly Value[] },
): Value[] {
  const [batch, nHeads, nNew] = of.scores.shape;
  const headWidth = values.shape[2] / nHeads;
  const byHead = transpose(reshape(values, [batch, nNew, nHeads, headWidth]), [0, 2, 1, 3]);
  const gradients = concat(
    of.contexts.map((each) => reshape(each, [batch, nHeads, headWidth, 1])),
    3,
  );
  const before = matmul(reshape(of.context, [batch, nHeads, 1, headWidth]), gradients);
  const taken = reshape(sigmoid(sub(of.scores, of.total)), [batch, nHeads, nNew, 1]);
  const changes = reduceSum(mul(taken, sub(matmul(byHead, gradients), before)), [1]);
  return of.contexts.map((_, g) => reshape(slice(changes, 2, g, g + 1), [batch, nNew]));
}

function selfAttention(
  config: ModelConfig,
  parameters: ParameterSet,
  layer: string,
  x: Value,
  keyMask: Value,
  state: Dropout,
  trace: GateTrace | undefined,
): Value {
  const [batch, length, width] = x.shape;
  const { nHeads } = config;
  const headWidth = width / nHeads;
  const split = (part: string) => {
    const projected = linear(parameters, `${layer}.attention.self.${part}`, x);
    return transpose(reshape(projected, [batch, length, nHeads, headWidth]), [0, 2, 1, 3]);
  };
  const attended = gatedAttend(split('query'), split('key'), split('value'), {
    keyMask: reshape(keyMask, [batch, 1, 1, length]),
    dropout: state,
  });
  trace?.layers.push(attended);
  return reshape(transpose(attended.output, [0, 2, 1, 3]), [batch, length, width]);
}

/** Output projection, residual, layer norm; feed-forward, residual, layer norm. */
export function afterAttention(
  config: ModelConfig,
  parameters: ParameterSet,
  layer: string,
  x: Value,
  context: Value,
  state: Dropout,
): Value {
  const attended = dropout(linear(parameters, `${layer}.attention.output.dense`, context), state);
  const h = normalise(parameters, `${layer}.attention.output.LayerNorm`, add(attended, x), config.layerNormEps);
  const inner = activation(config)(linear(parameters, `${layer}.intermediate.dense`, h));
  const fed = dropout(linear(parameters, `${layer}.output.dense`, inner), state);
  return normalise(parameters, `${layer}.output.LayerNorm`, add(fed, h), config.layerNormEps);
}
