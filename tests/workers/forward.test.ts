import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { workResult } from '../support/work-result.ts';
import { countParameters, writeModel } from '#genecompass/model-io.ts';
import { putLibraryModel } from '../support/library-model.ts';
import { openWorkbench } from '../support/open-workbench.ts';

const builtIn = path.join(import.meta.dirname, '..', '..', 'resources', 'selftest');
const inputs = path.join(builtIn, 'expected_forward.safetensors');

describe('forward and self test through the engine child', () => {
  const workbench = openWorkbench('forward-call');
  const { client, folder } = workbench;
  const out = path.join(folder, 'out.safetensors');

  afterAll(() => workbench.remove());

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
      const report = await workResult(client.model.forward({ ...which, inputs, out, outputs }));
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
    await expect(workResult(client.model.forward({ ...which, inputs, out }))).rejects.toMatchObject({ code });
  });

  it('refuses inputs that are not there, and to write over them', async () => {
    const nowhere = path.join(folder, 'none.safetensors');
    await expect(workResult(client.model.forward({ checkpoint: builtIn, inputs: nowhere, out }))).rejects.toMatchObject(
      { code: 'not-found' },
    );
    const mine = path.join(folder, 'mine.safetensors');
    cpSync(inputs, mine);
    await expect(
      workResult(client.model.forward({ checkpoint: builtIn, inputs: mine, out: mine })),
    ).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('tells how far it is, and leaves nothing behind when it is stopped', async () => {
    const stop = new AbortController();
    const stopped = path.join(folder, 'stopped.safetensors');
    const events = await client.model.forward(
      { checkpoint: builtIn, inputs, out: stopped, batchSize: 1 },
      { signal: stop.signal },
    );
    const told: string[] = [];
    const following = (async () => {
      for await (const event of events) {
        if (event.type === 'progress') told.push(event.progress.stage);
        stop.abort();
      }
    })();
    await expect(following).rejects.toThrow();
    expect(told.length).toBeGreaterThan(0);
    await client.host.selftest({});
    expect(readdirSync(folder).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });

  it('perturbs genes as the published script does', async () => {
    const table = path.join(folder, 'deletion.csv');
    const report = await workResult(
      client.model.publishedPerturbation({ checkpoint: builtIn, inputs, out: table, targets: ['115'] }),
    );
    expect([report.nCells, report.nSkipped]).toEqual([3, 3]);
    const [heading, ...lines] = readFileSync(table, 'utf8').trimEnd().split('\n');
    expect(heading).toBe('cell,affected,similarity');
    const whole = lines.filter((line) => line.includes('cell_emb')).map((line) => Number(line.split(',')[2]));
    expect(whole).toHaveLength(report.nCells);
    expect(whole.reduce((sum, x) => sum + x, 0) / whole.length).toBeCloseTo(report.cellSimilarity!, 10);
    expect(lines.some((line) => line.split(',')[1] === '115')).toBe(false);
    await expect(
      workResult(client.model.publishedPerturbation({ checkpoint: builtIn, inputs, out: table, targets: ['300'] })),
    ).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringMatching(/no token 300/) });
  });
});
