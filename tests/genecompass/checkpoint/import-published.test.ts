import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { importPublished, inspectCheckpoint } from '#genecompass/checkpoint/import-published.ts';
import { readModelFile, writeModel } from '#genecompass/model-io.ts';
import { makeVocabulary } from '#singlecell/vocabulary/vocabulary.ts';
import {
  makeSyntheticCheckpoint,
  type SyntheticShape,
  SYNTHETIC_SHAPES,
  syntheticHomologs,
  syntheticTensors,
  syntheticTokens,
} from '../../../build/make-synthetic-checkpoint.ts';
import { writePytorchArchive } from '../../../build/pytorch-archive.ts';

const TINY: SyntheticShape = {
  nHuman: 20,
  nMouse: 24,
  nHomologs: 15,
  nLayers: 2,
  nHeads: 2,
  width: 8,
  feedForwardWidth: 16,
  maxLength: 12,
  priorWidth: 5,
  valueEncoding: 'scalar',
};
let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gcw-published-'));
  folder = join(root, 'in');
  makeSyntheticCheckpoint(folder, TINY);
});
afterEach(() => rmSync(root, { recursive: true }));
const out = () => join(root, 'model.safetensors');
const left = () => readdirSync(root).filter((name) => name !== 'in');
const act = (changes = {}) => importPublished({ folder, outFile: out(), ...changes });

describe.each(['scalar', 'encoder', 'fused'] as const)(
  'import of a published checkpoint, values %s',
  (valueEncoding) => {
    beforeEach(() => makeSyntheticCheckpoint(folder, { ...TINY, valueEncoding }));

    it('writes the bytes the model in memory would be written as', async () => {
      const result = await act({ title: 'Tiny' });
      const bytes = readFileSync(out());
      const { model } = importCheckpoint(folder, result.config.vocabularyHash);
      expect(bytes).toEqual(Buffer.from(writeModel({ model, classes: result.classes, card: result.card })));
      expect(result.sizeBytes).toBe(bytes.length);
      expect(result.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      const read = readModelFile(out(), { vocabularyHash: result.vocabulary!.hash, sha256: result.sha256 });
      expect(read).toEqual({ model, classes: null, card: result.card });
      expect(result.summary).toMatchObject({
        layout: valueEncoding,
        ignored: ['emb_warmup.alpha', 'emb_warmup.steps'],
      });
      expect(left()).toEqual(['model.safetensors']);
    });
  },
);

describe('import of a published checkpoint', () => {
  it('gives the vocabulary the tokenizer would make of the same files', async () => {
    const { vocabulary, config, summary, sources } = await act();
    const expected = makeVocabulary('published', syntheticTokens(TINY), new Map(syntheticHomologs(TINY)));
    expect({ ...vocabulary, medians: null, homologs: new Map(vocabulary!.homologs) }).toEqual({
      ...expected,
      medians: null,
    });
    expect(vocabulary!.medians!.size).toBe(44);
    expect(config.vocabularyHash).toBe(expected.hash);
    expect(summary.notes[0]).toMatch(/leads from mouse to human; 15 mouse genes/);
    expect(summary.warnings).toEqual([]);
    for (const { name, sizeBytes, sha256 } of sources) {
      const bytes = readFileSync(join(folder, name));
      expect([sizeBytes, sha256]).toEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')]);
    }
    expect(sources.map(({ name }) => name)).toEqual([
      'pytorch_model.bin',
      'config.json',
      'human_mouse_tokens.pickle',
      'homologous_hm_token.pickle',
      'human_gene_median_after_filter.pickle',
      'mouse_gene_median_after_filter.pickle',
    ]);
  });

  it('reads the homologs off the index where their file is missing, and runs without a dictionary', async () => {
    rmSync(join(folder, 'homologous_hm_token.pickle'));
    expect((await act()).vocabulary!.homologs).toEqual(syntheticHomologs(TINY));
    rmSync(join(folder, 'human_mouse_tokens.pickle'));
    const { vocabulary, config, summary } = await act();
    expect(vocabulary).toBeNull();
    expect(config.vocabularyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(summary.warnings).toEqual([expect.stringMatching(/No token dictionary lies beside it/)]);
  });

  it('refuses the dictionary of another model', async () => {
    makeSyntheticCheckpoint(join(folder, 'other'), { ...TINY, nMouse: 30 });
    expect((await act()).vocabulary!.tokens).toHaveLength(46);
    rmSync(join(folder, 'human_mouse_tokens.pickle'));
    await expect(act()).rejects.toThrow(/it has 52 tokens, the model has 46/);
  });

  it('tells tied weights that are not tied', async () => {
    const tensors = syntheticTensors(TINY, 1).map((tensor) =>
      tensor.name === 'cls.predictions.decoder.weight' ? { ...tensor, storage: 'own' } : tensor,
    );
    writePytorchArchive(join(folder, 'pytorch_model.bin'), tensors);
    expect((await act()).summary.ties[0].how).toBe('equal bytes');
    const zero = () => [new Uint8Array(4 * 46 * 8)];
    const apart = tensors.map((tensor) => (tensor.storage === 'own' ? { ...tensor, blocks: zero } : tensor));
    writePytorchArchive(join(folder, 'pytorch_model.bin'), apart);
    await expect(act()).rejects.toThrow(/decoder.weight differs from bert.embeddings.word_embeddings.weight/);
    expect(() => importCheckpoint(folder, 'v')).toThrow(/differs from/);
  });

  it('tells how far it is, from the first block to the last', async () => {
    const seen: number[] = [];
    await act({
      onProgress: ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }) =>
        seen.push(doneBytes / totalBytes),
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(seen[0]).toBeLessThan(1);
  });

  it('leaves nothing behind when it is stopped or fails half way', async () => {
    const stop = new AbortController();
    const stopped = act({
      signal: stop.signal,
      onProgress: ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }) => {
        if (doneBytes > totalBytes / 2) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(left()).toEqual([]);
    const bad = syntheticTensors(TINY, 1).map((tensor) =>
      tensor.name === 'bert.encoder.layer.1.output.dense.bias'
        ? { ...tensor, blocks: () => [new Uint8Array(Float32Array.of(0, 0, 0, 0, 0, NaN, 0, 0).buffer)] }
        : tensor,
    );
    writePytorchArchive(join(folder, 'pytorch_model.bin'), bad);
    await expect(act()).rejects.toThrow(/layer.1.output.dense.bias: element 5 is NaN, only finite numbers/);
    expect(left()).toEqual([]);
    writeFileSync(out(), 'an older model');
    await expect(act()).rejects.toThrow(/NaN/);
    expect(readFileSync(out(), 'utf8')).toBe('an older model');
  });

  it('notices a flipped bit in the weights', async () => {
    const path = join(folder, 'pytorch_model.bin');
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length / 2)] ^= 1;
    writeFileSync(path, bytes);
    await expect(act()).rejects.toThrow(/does not fit its checksum/);
  });

  it('refuses a stored model whose content changed', async () => {
    const { sha256 } = await act();
    expect(() => readModelFile(out(), { sha256: sha256.replace(/^./, 'x') })).toThrow(
      /its content is not what was stored/,
    );
    expect(() => readModelFile(out(), { vocabularyHash: 'other' })).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
  });

  it('warns when human tokens are not what the homolog index moves', async () => {
    const moved = (entries: Record<number, number>) =>
      syntheticTensors(TINY, 1).map((tensor) => {
        const index = BigInt64Array.from({ length: 46 }, (_, i) => BigInt(entries[i] ?? i));
        return tensor.name.endsWith('homologous_index')
          ? { ...tensor, blocks: () => [new Uint8Array(index.buffer)] }
          : tensor;
      });
    const path = join(folder, 'pytorch_model.bin');
    writePytorchArchive(path, moved({ 30: 5, 31: 5 }));
    const { summary } = await act();
    expect(summary.homologs).toEqual({ nChanged: 2, injective: false, nHumanToMouse: 0 });
    expect(summary.warnings.join(' ')).toMatch(
      /2 of 2 moved tokens do not lead.* share one mouse row.*15 of its human/,
    );
    writePytorchArchive(path, moved({ 3: 46 }));
    await expect(act()).rejects.toThrow(/row 46 of token 3 is not a token/);
    expect(() => inspectCheckpoint(folder)).toThrow(/row 46 of token 3/);
  });
});

/** A whole Base makes a file of 1.1 GB twice. */
const large = process.env.GCW_LARGE_TESTS === '1';
describe.skipIf(!large)(`import of a whole Base${large ? '' : ' (skipped: GCW_LARGE_TESTS=1 is not set)'}`, () => {
  let base: string;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'gcw-base-'));
    makeSyntheticCheckpoint(base, SYNTHETIC_SHAPES.base);
  }, 120_000);
  afterAll(() => rmSync(base, { recursive: true }));

  it('keeps every number and holds less than a gigabyte', { timeout: 300_000 }, async () => {
    const outFile = join(base, 'model.safetensors');
    const before = process.resourceUsage().maxRSS;
    const { summary, sizeBytes } = await importPublished({ folder: base, outFile });
    expect(summary).toMatchObject({ nTensors: 234, nElements: 326_847_102, matchesBase: true });
    expect(statSync(outFile).size).toBe(sizeBytes);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(1024);
  });
});
