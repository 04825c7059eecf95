/**
 * Makes a folder like a published GeneCompass checkpoint, with random weights: `config.json`, `pytorch_model.bin`,
 * token dictionary, homolog table and medians. It shows what an import costs; its numbers mean nothing.
 *
 * Usage: node build/make-synthetic-checkpoint.ts <folder> [base | small-encoder | small-fused] [seed]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Heads, parameterShapes } from '#genecompass/model.ts';
import { NAMES } from '#genecompass/names.ts';
import { ModelConfig, PriorName, type ValueEncoding } from '#shared/domain/model.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { type ArchiveTensor, numberDictPickle, writePytorchArchive } from './pytorch-archive.ts';

export interface SyntheticShape {
  readonly nHuman: number;
  readonly nMouse: number;
  readonly nHomologs: number;
  readonly nLayers: number;
  readonly nHeads: number;
  readonly width: number;
  readonly feedForwardWidth: number;
  readonly maxLength: number;
  readonly priorWidth: number;
  readonly valueEncoding: ValueEncoding;
}

const PUBLISHED_GENES = { nHuman: 23_113, nMouse: 27_443, nHomologs: 17_465, maxLength: 2048, priorWidth: 768 };
const SMALL = { ...PUBLISHED_GENES, nLayers: 6, nHeads: 4, width: 256, feedForwardWidth: 512 };
/** Source: spec/genecompass.md §2.1, §2.6, §2.7. */
export const SYNTHETIC_SHAPES: Readonly<Record<string, SyntheticShape>> = {
  base: { ...PUBLISHED_GENES, nLayers: 12, nHeads: 12, width: 768, feedForwardWidth: 3072, valueEncoding: 'scalar' },
  'small-encoder': { ...SMALL, valueEncoding: 'encoder' },
  'small-fused': { ...SMALL, valueEncoding: 'fused' },
};

const BLOCK_BYTES = 4 * 1024 * 1024;
const MASKED: Heads = { kind: 'masked' };

/** Tokens as published: special ones, human genes, mouse genes. */
export function syntheticTokens({ nHuman, nMouse }: SyntheticShape): string[] {
  const gene = (prefix: string) => (_: unknown, i: number) => `${prefix}${String(i + 1).padStart(11, '0')}`;
  return [
    '<pad>',
    '<mask>',
    ...Array.from({ length: nHuman }, gene('ENSG')),
    ...Array.from({ length: nMouse }, gene('ENSMUSG')),
  ];
}

/** Mouse token, human token: the first genes of both species, so that the pairs are known without the file. */
export function syntheticHomologs({ nHuman, nHomologs }: SyntheticShape): [number, number][] {
  return Array.from({ length: nHomologs }, (_, i) => [2 + nHuman + i, 2 + i]);
}

export function syntheticConfig(shape: SyntheticShape): ModelConfig {
  const { nHuman, nMouse, nHomologs: _, priorWidth, ...sizes } = shape;
  return ModelConfig.parse({
    ...sizes,
    vocabularySize: 2 + nHuman + nMouse,
    vocabularyHash: '',
    priors: PriorName.options.map((name) => ({ name, width: priorWidth })),
  });
}

/** Every tensor of the published file, in its groups, tied ones on one storage. */
export function syntheticTensors(shape: SyntheticShape, seed: number): ArchiveTensor[] {
  const config = syntheticConfig(shape);
  const { vocabularySize, maxLength } = config;
  const float = (name: string, dims: readonly number[], storage = name): ArchiveTensor => {
    const size = dims.reduce((product, length) => product * length, 1);
    return { name, shape: dims, dtype: 'Float', storage, blocks: () => noise(size, seed, storage) };
  };
  const long = (name: string, dims: readonly number[], value: (i: number) => number): ArchiveTensor => {
    const size = dims.reduce((product, length) => product * length, 1);
    const values = () => BigInt64Array.from({ length: size }, (_, i) => BigInt(value(i)));
    return { name, shape: dims, dtype: 'Long', storage: name, blocks: () => [new Uint8Array(values().buffer)] };
  };
  const mouseOf = new Map(syntheticHomologs(shape).map(([mouse, human]) => [human, mouse]));
  return [
    ...config.priors.map(({ name, width }) => float(NAMES.priorTable(name), [vocabularySize, width])),
    long(NAMES.positionIds, [1, maxLength], (i) => i),
    long(NAMES.homologIndex, [vocabularySize], (i) => mouseOf.get(i) ?? i),
    ...[...parameterShapes(config, MASKED)].map(([name, dims]) => float(name, dims)),
    float(`${NAMES.idHead}.decoder.weight`, [vocabularySize, config.width], NAMES.word),
    float(`${NAMES.idHead}.decoder.bias`, [vocabularySize], `${NAMES.idHead}.bias`),
    float(`${NAMES.valueHead}.decoder.bias`, [1], `${NAMES.valueHead}.bias`),
    {
      ...float('emb_warmup.alpha', []),
      // A warm-up that is over, as in every published file.
      blocks: () => [new Uint8Array(Float32Array.of(1).buffer)],
    },
    long('emb_warmup.steps', [], () => 0),
  ];
}

/** Uniform numbers of a standard deviation near the published 0.02, from a shift register, so that a gigabyte takes a second. */
function* noise(size: number, seed: number, stream: string): Generator<Uint8Array> {
  let state = 1 + Math.floor(new CounterRandom(seed, stream).uniform(0) * 0xfffffffe);
  const block = new Float32Array(Math.min(size, BLOCK_BYTES / 4));
  for (let done = 0; done < size; done += block.length) {
    const length = Math.min(block.length, size - done);
    for (let i = 0; i < length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      block[i] = state * 1.6e-11;
    }
    yield new Uint8Array(block.buffer, 0, 4 * length);
  }
}

/** Writes the folder and says what is in it. */
export function makeSyntheticCheckpoint(folder: string, shape: SyntheticShape, seed = 1): void {
  const config = syntheticConfig(shape);
  mkdirSync(folder, { recursive: true });
  const published = {
    architectures: ['BertForMaskedLM'],
    model_type: 'bert',
    vocab_size: config.vocabularySize,
    hidden_size: config.width,
    num_hidden_layers: config.nLayers,
    num_attention_heads: config.nHeads,
    intermediate_size: config.feedForwardWidth,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0.02,
    attention_probs_dropout_prob: 0.02,
    max_position_embeddings: config.maxLength,
    layer_norm_eps: 1e-12,
    initializer_range: 0.02,
    emb_warmup_steps: 10_000,
  };
  writeFileSync(join(folder, 'config.json'), `${JSON.stringify(published, null, 2)}\n`);
  writePytorchArchive(join(folder, 'pytorch_model.bin'), syntheticTensors(shape, seed));
  const tokens = syntheticTokens(shape);
  const dictionary = numberDictPickle(tokens.map((token, id) => [token, id] as const));
  writeFileSync(join(folder, 'human_mouse_tokens.pickle'), dictionary);
  writeFileSync(join(folder, 'homologous_hm_token.pickle'), numberDictPickle(syntheticHomologs(shape)));
  const random = new CounterRandom(seed, 'medians');
  for (const [species, prefix] of [
    ['human', 'ENSG'],
    ['mouse', 'ENSMUSG'],
  ]) {
    const medians = tokens.flatMap((token, id): [string, number][] =>
      token.startsWith(prefix) ? [[token, 0.25 + 2 * random.uniform(id)]] : [],
    );
    writeFileSync(join(folder, `${species}_gene_median_after_filter.pickle`), numberDictPickle(medians));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, kind = 'base', seed = '1'] = process.argv.slice(2);
  if (!folder || !Object.hasOwn(SYNTHETIC_SHAPES, kind)) {
    console.error(
      `Usage: node build/make-synthetic-checkpoint.ts <folder> [${Object.keys(SYNTHETIC_SHAPES).join(' | ')}] [seed]`,
    );
    process.exit(2);
  }
  makeSyntheticCheckpoint(folder, SYNTHETIC_SHAPES[kind], Number(seed));
}
