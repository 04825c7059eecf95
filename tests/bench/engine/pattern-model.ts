import { type Heads, type Model, parameterShapes } from '#genecompass/model.ts';
import { NAMES } from '#genecompass/names.ts';
import type { ModelConfig } from '#shared/domain/model.ts';

/** A prime, so that rows of no usual width repeat. */
const PERIOD = 1_048_573;
const PRIOR_SCALE = 0.5;

/**
 * A model whose weights two programs can make alike in no time: every tensor is one stretch of numbers, repeated.
 *
 * Note: `torch_worker.py` holds the same rules; a row compares the results, so a difference is seen.
 */
export function patternModel(config: ModelConfig, heads: Heads): Model {
  const pattern = makePattern();
  const parameters = new Map<string, Float32Array>();
  for (const [name, shape] of parameterShapes(config, heads)) {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
    if (shape.length > 1) fill(data, pattern, name, config.initializerRange);
    else if (!name.endsWith('.bias')) data.fill(1);
    if (name === NAMES.word) data.fill(0, 0, shape[1]);
    parameters.set(name, data);
  }
  const priors = config.priors.map(({ name, width }) => {
    const table = new Float32Array(config.vocabularySize * width);
    fill(table, pattern, NAMES.priorTable(name), PRIOR_SCALE);
    return { name, width, table: table.fill(0, 0, 2 * width) };
  });
  return { config, parameters, priors, homologIndex: patternHomologs(config.vocabularySize) };
}

/** Three of four tokens of the first half have a homolog in the second. */
function patternHomologs(vocabularySize: number): Int32Array {
  const half = Math.floor((vocabularySize - 2) / 2);
  return Int32Array.from({ length: vocabularySize }, (_, t) => (t >= 2 && t < 2 + half && t % 4 ? t + half : t));
}

/** Uniform with mean 0 and variance 1. */
function makePattern(): Float32Array {
  const pattern = new Float32Array(PERIOD);
  for (let i = 0; i < PERIOD; i++) {
    let x = Math.imul(i, 2654435761);
    x = Math.imul(x ^ (x >>> 15), 2246822519);
    x ^= x >>> 13;
    pattern[i] = ((x >>> 0) / 2 ** 31 - 1) * Math.sqrt(3);
  }
  return pattern;
}

function fill(data: Float32Array, pattern: Float32Array, name: string, scale: number): void {
  const scaled = pattern.map((x) => x * scale);
  let start = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % PERIOD, 7);
  for (let at = 0; at < data.length; start = 0) {
    const piece = scaled.subarray(start, start + Math.min(PERIOD - start, data.length - at));
    data.set(piece, at);
    at += piece.length;
  }
}
