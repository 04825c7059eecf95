import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { importPublished, inspectCheckpoint } from '#genecompass/checkpoint/import-published.ts';
import { writeSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import { float32Tensor, type StoredTensor } from '#genecompass/checkpoint/stored-tensor.ts';
import { readModelFile } from '#genecompass/model-io.ts';
import {
  makeSyntheticCheckpoint,
  syntheticTensors,
  syntheticTokens,
} from '../../../build/make-synthetic-checkpoint.ts';
import { type ArchiveTensor, writePytorchArchive } from '../../../build/pytorch-archive.ts';
import { TINY, TINY_CONFIG } from '../support/hostile.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gcw-variants-'));
  folder = join(root, 'in');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ ...TINY_CONFIG, id2label: { 0: 'T cell', 1: 'B cell' } }),
  );
});
afterEach(() => rmSync(root, { recursive: true }));
const outFile = () => join(root, 'model.safetensors');
const good = () => syntheticTensors(TINY, 1);
const write = (tensors: readonly ArchiveTensor[]) => writePytorchArchive(join(folder, 'pytorch_model.bin'), tensors);
const without = (pattern: RegExp) => good().filter(({ name }) => !pattern.test(name));
const numbers = (name: string, shape: number[]): ArchiveTensor => ({
  ...{ name, shape, dtype: 'Float', storage: name },
  blocks: () => [new Uint8Array(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.25).buffer)],
});
const act = async () => ({ ...(await importPublished({ folder, outFile: outFile() })), ...readModelFile(outFile()) });
const WORD = 'bert.embeddings.word_embeddings.weight';

describe('a checkpoint', () => {
  it('saved from a distributed run has its prefix taken off', async () => {
    write(good());
    const { model, summary } = await act();
    write(good().map((tensor) => ({ ...tensor, name: `module.module.${tensor.name}` })));
    const wrapped = await act();
    expect(wrapped.model).toEqual({
      ...model,
      config: { ...model.config, vocabularyHash: expect.anything() as string },
    });
    expect(wrapped.summary).toMatchObject({ nTensors: summary.nTensors, nElements: summary.nElements });
  });

  it.each([
    [
      'a warm-up that is not over',
      [0.5],
      'unsupported',
      /emb_warmup.alpha is 0.5, so its prior knowledge entered scaled/,
    ],
    ['two warm-ups', [1, 1], 'data-format', /emb_warmup.alpha has 2 elements/],
    ['a warm-up that is no number', [NaN], 'data-format', /emb_warmup.alpha: element 0 is NaN/],
  ])('with %s is refused, by import, look and forward alike', async (_, values, code, message) => {
    const alpha: ArchiveTensor = {
      ...numbers('emb_warmup.alpha', values.length === 1 ? [] : [values.length]),
      blocks: () => [new Uint8Array(Float32Array.from(values).buffer)],
    };
    write([...without(/^emb_warmup.alpha/), alpha]);
    const expected = expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;
    await expect(act()).rejects.toThrow(expected);
    expect(() => inspectCheckpoint(folder)).toThrow(expected);
    expect(() => importCheckpoint(folder, 'any')).toThrow(expected);
    write([...without(/^emb_warmup/)]);
    expect((await act()).heads.kind).toBe('masked');
  });

  it('of the encoder alone is known by its bare names, and has no heads', async () => {
    write(
      without(/^(cls\.|cls4value|emb_warmup)/).map((tensor) => ({
        ...tensor,
        name: tensor.name.slice('bert.'.length),
      })),
    );
    const { heads, summary, model } = await act();
    expect(heads).toEqual({ kind: 'none' });
    expect(summary.warnings.join(' ')).toMatch(/It has no heads/);
    expect(model.parameters.has(WORD)).toBe(true);
  });

  it('of a cell classifier keeps its published labels', async () => {
    const head = [
      numbers('bert.pooler.dense.weight', [8, 8]),
      numbers('bert.pooler.dense.bias', [8]),
      numbers('classifier.weight', [3, 8]),
      numbers('classifier.bias', [3]),
    ];
    write([...without(/^(cls\.|cls4value|emb_warmup)/), ...head]);
    const { heads, classes } = await act();
    expect(heads).toEqual({ kind: 'classifier', classes: 3 });
    expect(classes).toEqual(['T cell', 'B cell', 'LABEL_2']);
  });

  it('without some priors, or with priors of another width, is read as its tensors are', async () => {
    const columns = (n: number) => numbers('bert.embeddings.concat_embeddings.cat_fc.weight', [8, n]);
    write([...without(/promoter|co_exp|cat_fc.weight/), columns(1 + 3 * 8)]);
    expect((await act()).config.priors).toEqual([
      { name: 'gene_family', width: 3 },
      { name: 'peca_grn', width: 3 },
    ]);
    write([...without(/promoter|co_exp|gene_family|peca|cat_fc.weight/), columns(1 + 8)]);
    expect((await act()).config.priors).toEqual([]);
    write(good());
    expect((await act()).config).toMatchObject({
      width: 8,
      priors: [{ width: 3 }, { width: 3 }, { width: 3 }, { width: 3 }],
    });
    write([...without(/cat_fc.weight/), columns(5 * 8)]);
    await expect(act()).rejects.toThrow(/cat_fc.weight is \[8, 40\], \[8, 41\] is expected/);
  });

  it('without a homolog index keeps every token, and says so', async () => {
    write(without(/homologous_index/));
    const { model, summary } = await act();
    expect([...model.homologIndex]).toEqual(Array.from({ length: 46 }, (_, i) => i));
    expect(summary.homologs).toBeNull();
    expect(summary.warnings.join(' ')).toMatch(/It has no homolog index/);
  });

  it('that stores tied weights once, under either name, is whole', async () => {
    write(good());
    const { model } = await act();
    for (const gone of [
      /decoder\.(bias|weight)$/,
      /^(bert\.embeddings\.word_embeddings|cls\.predictions\.bias|cls4value\.predictions\.bias)/,
    ]) {
      // The value head's own decoder is no tied tensor.
      const kept = good().filter(({ name }) => !gone.test(name) || name === 'cls4value.predictions.decoder.weight');
      write(kept);
      const { model: found, summary } = await act();
      expect(summary.ties.map(({ how }) => how)).toEqual(['stored once', 'stored once', 'stored once']);
      expect(found.parameters).toEqual(model.parameters);
    }
  });

  it.each([
    ['F16', (data: Float32Array) => Uint16Array.from(data, () => 0x3400)],
    ['BF16', (data: Float32Array) => Uint16Array.from(data, () => 0x3e80)],
    ['F64', (data: Float32Array) => Float64Array.from(data, () => 0.25)],
  ] as const)('in %s is converted to float32', async (dtype, convert) => {
    const stored = without(/^emb_warmup/).map(({ name, shape, dtype: kind, blocks }): [string, StoredTensor] => {
      const size = shape.reduce((a, b) => a * b, 1);
      if (kind === 'Long') return [name, { dtype: 'I64', shape, read: () => [...blocks()][0] }];
      return [name, { dtype, shape, read: () => new Uint8Array(convert(new Float32Array(size)).buffer) }];
    });
    writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(new Map(stored)));
    const { model, summary } = await act();
    expect(summary.format).toBe('safetensors');
    for (const data of model.parameters.values()) expect(data).toEqual(new Float32Array(data.length).fill(0.25));
    for (const { table } of model.priors) expect(table).toEqual(new Float32Array(table.length).fill(0.25));
  });

  it('takes prior tables from files only where it has none itself', async () => {
    makeSyntheticCheckpoint(folder, TINY);
    const genes = syntheticTokens(TINY).slice(2);
    writeFileSync(join(folder, 'promoter.csv'), genes.map((gene, i) => `${gene},${i},${i + 0.5},0`).join('\n'));
    const whole = await act();
    expect(whole.summary.notes.join(' ')).toMatch(/1 prior files were not read: the tables in the checkpoint are what/);
    expect(whole.sources.map(({ name }) => name)).not.toContain('promoter.csv');
    write(without(/promoter_knowledge/));
    const built = await act();
    expect(built.summary.notes.join(' ')).toMatch(/has no promoter table; it was built from promoter.csv/);
    expect(built.sources.map(({ name }) => name)).toContain('promoter.csv');
    expect([...built.model.priors[0].table.subarray(0, 9)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0.5, 0]);
    expect(built.model.priors[1]).toEqual(whole.model.priors[1]);
  });

  it('split over several files, or absent, is told apart', () => {
    expect(() => inspectCheckpoint(folder)).toThrow(/no model.safetensors or pytorch_model.bin/);
    writeFileSync(join(folder, 'pytorch_model.bin.index.json'), '{}');
    expect(() => inspectCheckpoint(folder)).toThrow(/split over several files/);
    expect(() => inspectCheckpoint(join(folder, 'nowhere'))).toThrow(expect.objectContaining({ code: 'not-found' }));
    rmSync(join(folder, 'pytorch_model.bin.index.json'));
    mkdirSync(join(folder, 'pytorch_model.bin'));
    expect(() => inspectCheckpoint(folder)).toThrow(/it is a folder or a device/);
  });

  it('under another name is taken when it is the only one', () => {
    writePytorchArchive(join(folder, 'GeneCompass.pt'), good());
    writeFileSync(join(folder, 'training_args.bin'), 'x');
    expect(inspectCheckpoint(folder)).toMatchObject({
      fileName: 'GeneCompass.pt',
      nTensors: 58,
      ties: [{ how: 'same storage' }, {}, {}],
    });
  });

  it('is inspected without reading a weight', () => {
    const first = float32Tensor(new Float32Array(138).fill(NaN), [46, 3]);
    write(
      good().map((tensor) =>
        tensor.name.endsWith('promoter_knowledge') ? { ...tensor, blocks: () => [first.read()] } : tensor,
      ),
    );
    expect(inspectCheckpoint(folder)).toMatchObject({
      layout: 'scalar',
      homologs: { nChanged: 15 },
      auxiliary: { tokens: null },
    });
  });
});
