import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from '#hosts/assemble.ts';
import type { Client } from '#hosts/cli/follow-job.ts';
import { nodeAdapter } from '#hosts/node-adapter.ts';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { countParameters, writeModel } from '#genecompass/model-io.ts';
import { putLibraryModel } from '../support/library-model.ts';

const builtIn = path.join(import.meta.dirname, '..', '..', 'resources', 'selftest');
const inputs = path.join(builtIn, 'expected_forward.safetensors');

describe('forward and self test through the engine child', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gcw-forward-call-'));
  const out = path.join(folder, 'out.safetensors');
  let workbench: ReturnType<typeof assemble>;
  let client: Client;

  beforeAll(() => {
    process.env.GCW_DATA_FOLDER = path.join(folder, 'data');
    workbench = assemble(nodeAdapter('cli'));
    client = workbench.client;
  });

  afterAll(async () => {
    await workbench.close();
    rmSync(folder, { recursive: true });
  });

  it('runs the self test on the shipped numbers and on a broken copy', async () => {
    expect(await client.host.selftest({})).toMatchObject({ passed: true, fixture: 'built-in', failure: null });
    const copy = path.join(folder, 'copy');
    cpSync(builtIn, copy, { recursive: true });
    rmSync(path.join(copy, 'expected_classifier.safetensors'));
    expect(await client.host.selftest({ fixture: copy })).toMatchObject({
      passed: false,
      notChecked: ['classifier'],
      failure: { code: 'not-found' },
    });
    const file = path.join(copy, 'expected_gradients.safetensors');
    const bytes = readFileSync(file);
    bytes.writeFloatLE(3, bytes.length - 4);
    writeFileSync(file, bytes);
    expect(await client.host.selftest({ fixture: copy })).toMatchObject({
      failure: { code: 'numeric', message: expect.stringMatching(/differ in gradients/) },
    });
  });

  it('gives the same numbers from a checkpoint, one of its files, a model file of ours and the library', async () => {
    const { model } = importCheckpoint(builtIn, 'test');
    const card = {
      origin: 'imported' as const,
      nTrainingCells: null,
      nParameters: countParameters(model),
      scores: {},
      notes: [],
    };
    const { stored } = await putLibraryModel(path.join(folder, 'data'), { given: model, hasVocabulary: false });
    const own = path.join(folder, 'model.safetensors');
    writeFileSync(own, writeModel({ model, classes: null, card }));
    const outputs = ['cls_embedding', 'last_hidden_state'];
    const files: Buffer[] = [];
    for (const which of [
      { checkpoint: builtIn },
      { checkpoint: path.join(builtIn, 'pytorch_model.bin') },
      { checkpoint: own },
      { model: stored.id.slice(0, 8) },
    ]) {
      const report = await client.model.forward({ ...which, inputs, out, outputs });
      expect(report).toMatchObject({ nCells: 6, length: 48, engine: 'onnxruntime-cpu', warnings: [] });
      expect(report.outputs).toEqual([
        { name: 'cls_embedding', shape: [6, 32] },
        { name: 'last_hidden_state', shape: [6, 49, 32] },
      ]);
      files.push(readFileSync(out));
    }
    const numbers = files.map((file) => file.subarray(file.length - 4 * (6 * 32 + 6 * 49 * 32)));
    for (const other of numbers.slice(1)) expect(other.equals(numbers[0])).toBe(true);
  });

  it.each([
    ['no model', {}, 'invalid-input'],
    ['two models', { model: 'any', checkpoint: builtIn }, 'invalid-input'],
    ['a model nobody knows', { model: 'other' }, 'not-found'],
    ['a folder without a checkpoint', { checkpoint: tmpdir() }, 'not-found'],
  ])('refuses %s', async (_what, which, code) => {
    await expect(client.model.forward({ ...which, inputs, out })).rejects.toMatchObject({ code });
  });

  it('refuses inputs that are not there, and to write over them', async () => {
    const nowhere = path.join(folder, 'none.safetensors');
    await expect(client.model.forward({ checkpoint: builtIn, inputs: nowhere, out })).rejects.toMatchObject({
      code: 'not-found',
    });
    const mine = path.join(folder, 'mine.safetensors');
    cpSync(inputs, mine);
    await expect(client.model.forward({ checkpoint: builtIn, inputs: mine, out: mine })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});
