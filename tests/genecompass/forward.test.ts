import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { bytesSource } from '#genecompass/checkpoint/byte-source.ts';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { readSafetensors, writeSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import { rowsOf, type StoredTensor, toFloat32 } from '#genecompass/checkpoint/stored-tensor.ts';
import { forwardFile, type ForwardRequest } from '#genecompass/forward.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';

const builtIn = path.join(import.meta.dirname, '..', '..', 'resources', 'selftest');
const inputs = path.join(builtIn, 'expected_forward.safetensors');
const LENGTHS = [48, 24, 45, 7, 16, 2];

let folder = '';
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'gcw-forward-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const load = (file: string) => {
  const { tensors } = readSafetensors(bytesSource(readFileSync(file), file));
  return {
    names: [...tensors.keys()],
    shape: (name: string) => tensors.get(name)!.shape,
    read: (name: string) => toFloat32(name, tensors.get(name)!),
    tensors,
  };
};

const expected = load(inputs);
const masked = importCheckpoint(builtIn, 'test');
let number = 0;

async function forward(options: Partial<ForwardRequest['options']> = {}, request: Partial<ForwardRequest> = {}) {
  const out = path.join(folder, `${number++}.safetensors`);
  const result = await forwardFile({
    ...masked,
    runtime: ortRuntime({ threads: 1 }),
    inputs,
    inputsName: 'cells.safetensors',
    out,
    ...request,
    options: {
      outputs: undefined,
      batchSize: undefined,
      skipPadding: false,
      maxOutput: 1,
      compat: { attendPadding: false, ignoreSpecies: false, mousePriors: false },
      ...options,
    },
  });
  return { result, out, ...load(out) };
}

function rewritten(change: (tensors: Map<string, StoredTensor>) => void): string {
  const tensors = new Map(expected.tensors);
  change(tensors);
  const file = path.join(folder, `in-${number++}.safetensors`);
  writeFileSync(file, writeSafetensors(tensors));
  return file;
}

const farthest = (a: Float32Array, b: Float32Array) => {
  expect(a.length).toBe(b.length);
  return a.reduce((far, x, i) => Math.max(far, Math.abs(x - b[i])), 0);
};

describe('forward on the shipped reference numbers', () => {
  it('gives every expected tensor, padded positions included', async () => {
    const { result, names, shape, read } = await forward();
    expect(result.warnings).toEqual([]);
    const published = names.filter((name) => expected.names.includes(name));
    expect(published).toHaveLength(7);
    for (const name of published) {
      expect(shape(name), name).toEqual(expected.shape(name));
      expect(farthest(read(name), expected.read(name)), name).toBeLessThan(1e-4);
    }
  });

  it.each([
    [
      'padding attended',
      { attendPadding: true, ignoreSpecies: false, mousePriors: false },
      'last_hidden_state_unmasked_pads',
    ],
    [
      'species ignored',
      { attendPadding: false, ignoreSpecies: true, mousePriors: false },
      'last_hidden_state_species_omitted',
    ],
  ])('repeats a published defect on demand: %s', async (_what, compat, name) => {
    const { read } = await forward({ outputs: ['last_hidden_state'], compat, batchSize: 4 });
    expect(farthest(read('last_hidden_state'), expected.read(name))).toBeLessThan(1e-4);
  });

  it('looks all prior knowledge up as for mouse on demand, and the CLS vector stays that of the species', async () => {
    const { model } = masked;
    const moved = model.priors.map(({ name, width, table }) => ({
      ...{ name, width },
      table: table.map((_, i) => table[model.homologIndex[Math.floor(i / width)] * width + (i % width)]),
    }));
    const asMouse = { ...model, priors: moved, homologIndex: model.homologIndex.map((_, token) => token) };
    const options = { outputs: ['last_hidden_state'], batchSize: 4 };
    const compat = { attendPadding: false, ignoreSpecies: false, mousePriors: true };
    const switched = (await forward({ ...options, compat })).read('last_hidden_state');
    const plain = (await forward(options, { model: asMouse })).read('last_hidden_state');
    expect(farthest(switched, plain)).toBeLessThan(1e-5);
    // Cells alternate between human and mouse; mouse cells read what they always read.
    const [perCell, right] = [switched.length / 6, expected.read('last_hidden_state')];
    const change = [0, 1].map((cell) => {
      const part = (all: Float32Array) => all.subarray(cell * perCell, (cell + 1) * perCell);
      return farthest(part(switched), part(right));
    });
    expect(change[0]).toBeGreaterThan(0.01);
    expect(change[1]).toBeLessThan(1e-4);
  });

  it('counts no hidden gene among the cells of <mask>', async () => {
    const hidden = rewritten((tensors) => tensors.set('input_ids', tensors.get('masked_input_ids')!));
    const given = load(hidden).tensors.get('input_ids')!;
    const ids = new BigInt64Array(Uint8Array.from(given.read()).buffer);
    expect(ids.filter((id) => id === 1n).length).toBeGreaterThan(3);
    const { read } = await forward({ outputs: ['gene_cells', 'gene_embedding'] }, { inputs: hidden });
    expect([...read('gene_cells').subarray(0, 2)]).toEqual([0, 0]);
    expect(read('gene_cells').reduce((sum, n) => sum + n, 0)).toBeGreaterThan(50);
    expect(read('gene_embedding').subarray(0, 64)).toEqual(new Float32Array(64));
  });

  it('gives the logits of a classifier', async () => {
    const classifier = importCheckpoint(builtIn, 'test', 'pytorch_model_classifier.bin');
    const compat = { attendPadding: false, ignoreSpecies: true, mousePriors: false };
    const { read } = await forward({ outputs: ['logits'], compat }, classifier);
    const reference = load(path.join(builtIn, 'expected_classifier.safetensors'));
    expect(farthest(read('logits'), reference.read('logits'))).toBeLessThan(1e-4);
  });

  it('takes padding from the tokens and every cell for human where inputs do not say', async () => {
    const bare = rewritten((tensors) => {
      for (const name of [...tensors.keys()]) if (name !== 'input_ids' && name !== 'values') tensors.delete(name);
    });
    const { result, read } = await forward({ outputs: ['last_hidden_state'] }, { inputs: bare });
    expect(farthest(read('last_hidden_state'), expected.read('last_hidden_state_species_omitted'))).toBeLessThan(1e-4);
    expect(result.warnings.join()).toMatch(/no attention_mask.*no species/);
  });
});

describe('short cells', () => {
  it('cost no padding when only cells are asked for, and the numbers stay', async () => {
    const whole = await forward();
    const cut = await forward({ outputs: ['mean_embedding', 'cls_embedding'] });
    for (const name of ['cls_embedding', 'mean_embedding']) {
      expect(farthest(cut.read(name), whole.read(name)), name).toBeLessThan(1e-5);
    }
    const states = whole.read('last_hidden_state');
    LENGTHS.forEach((length, cell) => {
      for (let d = 0; d < 32; d++) {
        let sum = 0;
        for (let i = 1; i <= length; i++) sum += states[(cell * 49 + i) * 32 + d];
        expect(whole.read('mean_embedding')[cell * 32 + d]).toBeCloseTo(sum / length, 4);
        expect(whole.read('cls_embedding')[cell * 32 + d]).toBe(states[cell * 49 * 32 + d]);
      }
    });
  });

  it('have zeros at padding that is skipped and the same numbers elsewhere', async () => {
    const { read } = await forward({ skipPadding: true });
    for (const [name, extra, width] of [
      ['hidden_state_1', 1, 32],
      ['id_logits', 0, 300],
      ['value_predictions', 0, 1],
    ] as const) {
      const [found, reference] = [read(name), expected.read(name)];
      LENGTHS.forEach((length, cell) => {
        const start = cell * (48 + extra) * width;
        const [gene, end] = [start + (length + extra) * width, start + (48 + extra) * width];
        expect(farthest(found.subarray(start, gene), reference.subarray(start, gene)), name).toBeLessThan(1e-4);
        expect(found.subarray(gene, end).every((x) => x === 0)).toBe(true);
      });
    }
  });

  it('give gene embeddings by gene, one row for each token', async () => {
    const { read, shape } = await forward({ outputs: ['gene_embedding', 'gene_cells'] });
    expect([shape('gene_embedding'), shape('gene_cells')]).toEqual([[300, 32], [300]]);
    const states = expected.read('last_hidden_state');
    const stored = expected.tensors.get('input_ids')!;
    const ids = new BigInt64Array(Uint8Array.from(stored.read()).buffer);
    const sums = new Map<number, { sum: number[]; n: number }>();
    LENGTHS.forEach((length, cell) => {
      for (let i = 0; i < length; i++) {
        const token = Number(ids[cell * 48 + i]);
        const gene = sums.get(token) ?? { sum: Array.from({ length: 32 }, () => 0), n: 0 };
        gene.n++;
        gene.sum = gene.sum.map((x, d) => x + states[(cell * 49 + 1 + i) * 32 + d]);
        sums.set(token, gene);
      }
    });
    expect([...sums.values()].some(({ n }) => n > 2)).toBe(true);
    const [means, counts] = [read('gene_embedding'), read('gene_cells')];
    for (let token = 0; token < 300; token++) {
      const gene = sums.get(token);
      expect(counts[token]).toBe(gene?.n ?? 0);
      for (let d = 0; d < 32; d++)
        expect(Math.abs(means[token * 32 + d] - (gene ? gene.sum[d] / gene.n : 0))).toBeLessThan(1e-4);
    }
  });

  it('agree with the encoder of the screen', async () => {
    const encoder = await createCellEncoder(masked.model, ortRuntime({ threads: 1 }));
    const tokens = expected.tensors.get('input_ids')!;
    const ids = new BigInt64Array(Uint8Array.from(tokens.read()).buffer);
    const values = expected.read('values');
    const cells = LENGTHS.map((length, cell) => ({
      tokenIds: Int32Array.from(ids.subarray(cell * 48, cell * 48 + length), Number),
      values: values.subarray(cell * 48, cell * 48 + length),
      species: (cell % 2) as 0 | 1,
    }));
    const { read } = await forward({ outputs: ['mean_embedding', 'cls_embedding'] });
    for (const pooling of ['cls', 'mean'] as const) {
      const { embeddings } = await encoder.encode(cells, pooling);
      expect(farthest(read(`${pooling}_embedding`), embeddings)).toBeLessThan(1e-5);
    }
    await encoder.dispose();
  });

  it('without any gene have a mean of zero', async () => {
    const empty = rewritten((tensors) => {
      const stored = tensors.get('attention_mask')!;
      tensors.set('attention_mask', { ...stored, read: () => new Uint8Array(stored.read().length) });
    });
    const { read } = await forward({ outputs: ['mean_embedding'] }, { inputs: empty });
    expect(read('mean_embedding').every((x) => x === 0)).toBe(true);
  });
});

describe('forward refuses', () => {
  const put = (name: string, stored: StoredTensor) => rewritten((tensors) => void tensors.set(name, stored));
  const ids = expected.tensors.get('input_ids')!;
  const first = (value: bigint) => {
    const bytes = Uint8Array.from(ids.read());
    new DataView(bytes.buffer).setBigInt64(0, value, true);
    return { ...ids, read: () => bytes };
  };

  it.each([
    ['no input_ids', () => rewritten((tensors) => tensors.delete('input_ids')), 'data-format', /no input_ids/],
    ['an unknown token', () => put('input_ids', first(300n)), 'data-format', /cell 0 has token 300/],
    [
      'a mask of other cells',
      () => put('attention_mask', rowsOf(ids, 0, 3)),
      'data-format',
      /attention_mask has shape/,
    ],
    ['a mask with another code', () => put('attention_mask', first(7n)), 'data-format', /attention_mask holds/],
    [
      'an unknown species',
      () => put('species', { ...ids, shape: [6], read: () => ids.read().subarray(0, 48) }),
      'data-format',
      /species holds/,
    ],
  ])('%s', async (_what, make, code, message) => {
    const file = make();
    const before = readdirSync(folder);
    await expect(forward({}, { inputs: file })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(readdirSync(folder)).toEqual(before);
  });

  it('an output the model does not have and a file that would be too large', async () => {
    await expect(forward({ outputs: ['logits'] })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(forward({ maxOutput: 1e-4 })).rejects.toMatchObject({
      code: 'resource',
      message: expect.stringMatching(/id_logits alone needs .*--outputs/),
    });
  });

  it('to leave a half written file when it is stopped', async () => {
    const out = path.join(folder, 'stopped.safetensors');
    const onProgress = () => {
      throw new TypeError('stopped');
    };
    await expect(forward({}, { out, onProgress })).rejects.toThrow('stopped');
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('stopped'))).toEqual([]);
  });
});
