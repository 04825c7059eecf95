import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { bytesSource } from '#genecompass/checkpoint/byte-source.ts';
import { readPytorchCheckpoint } from '#genecompass/checkpoint/pytorch-zip.ts';
import { readSafetensors, writeSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import type { StoredTensor } from '#genecompass/checkpoint/stored-tensor.ts';
import { modelSelftest } from '#genecompass/selftest.ts';

const builtIn = path.join(import.meta.dirname, '..', '..', 'resources', 'selftest');
const FORWARD = 'expected_forward.safetensors';

let folder = '';
let number = 0;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'gcw-selftest-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of the shipped numbers to be changed. */
function copy(): string {
  const target = path.join(folder, String(number++));
  cpSync(builtIn, target, { recursive: true });
  return target;
}

const run = (from: string) => modelSelftest(from, ortRuntime());
const failed = async (from: string) => (await run(from)).filter(({ passed }) => !passed);

type Tensors = Map<string, StoredTensor>;

function rewrite(file: string, change: (tensors: Tensors) => void): void {
  const tensors = new Map(readSafetensors(bytesSource(readFileSync(file), 'x')).tensors);
  change(tensors);
  writeFileSync(file, writeSafetensors(tensors));
}

/** Adds to one element of a float32 tensor. */
function nudge(tensors: Tensors, name: string, by: number): void {
  const stored = tensors.get(name)!;
  const bytes = Uint8Array.from(stored.read());
  const view = new DataView(bytes.buffer);
  view.setFloat32(0, view.getFloat32(0, true) + by, true);
  tensors.set(name, { ...stored, read: () => bytes });
}

describe('self test', () => {
  it('ships the numbers its list of hashes names', () => {
    const readme = readFileSync(path.join(builtIn, 'README.md'), 'utf8');
    const listed = [...readme.matchAll(/^\| `([\w.]+)`.*`([0-9a-f]{64})` \|$/gm)];
    expect(listed).toHaveLength(7);
    for (const [, name, hash] of listed) {
      expect(
        createHash('sha256')
          .update(readFileSync(path.join(builtIn, name)))
          .digest('hex'),
        name,
      ).toBe(hash);
    }
  });

  it('passes on the shipped numbers', async () => {
    expect(await failed(builtIn)).toEqual([]);
  });

  it.each([
    ['expected_forward', 'hidden_state_1', 'activations'],
    ['expected_forward', 'last_hidden_state_unmasked_pads', 'padding attended, species omitted'],
    ['expected_forward', 'value_loss', 'losses'],
    ['expected_gradients', 'bert.cls_embedding.weight', 'gradients'],
    ['expected_after_5_adamw_steps', 'final_loss', 'losses and gradient norms of AdamW steps'],
    ['expected_after_5_adamw_steps', 'cls.predictions.bias', 'parameters after AdamW steps'],
    ['expected_classifier', 'logits', 'classifier'],
  ])('names the group of a changed number: %s %s', async (file, name, group) => {
    const changed = copy();
    rewrite(path.join(changed, `${file}.safetensors`), (tensors) => nudge(tensors, name, 0.05));
    const [only, ...others] = await failed(changed);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ group, worst: name });
    expect(only.largestError).toBeGreaterThan(only.tolerance);
  });

  it('notices one changed weight everywhere it matters, with safetensors in place of the archive', async () => {
    const changed = copy();
    const archive = path.join(changed, 'pytorch_model.bin');
    const tensors = new Map(readPytorchCheckpoint(bytesSource(readFileSync(archive), 'x')));
    const write = () => writeFileSync(path.join(changed, 'model.safetensors'), writeSafetensors(tensors));
    write();
    rmSync(archive);
    expect(await failed(changed)).toEqual([]);
    nudge(tensors, 'bert.encoder.layer.1.attention.self.value.weight', 0.05);
    write();
    const groups = (await failed(changed)).map(({ group }) => group);
    expect(groups).toEqual(
      expect.arrayContaining(['activations', 'losses', 'gradients', 'parameters after AdamW steps']),
    );
    expect(groups).not.toContain('classifier');
  });

  it('fails where a tensor is expected that the model does not compute', async () => {
    const changed = copy();
    rewrite(path.join(changed, FORWARD), (tensors) => tensors.set('hidden_state_3', tensors.get('hidden_state_2')!));
    rewrite(path.join(changed, 'expected_gradients.safetensors'), (tensors) =>
      tensors.set('bert.pooler.dense.bias', tensors.get('bert.cls_embedding.weight')!),
    );
    const results = await failed(changed);
    expect(results.map(({ group, worst }) => [group, worst])).toEqual([
      ['activations', 'hidden_state_3'],
      ['gradients', 'bert.pooler.dense.bias'],
    ]);
    expect(results[0].problems.join()).toMatch(/hidden_state_3: it is expected, and this model does not compute it/);
  });

  it('says what it did not check and does not pass it', async () => {
    const changed = copy();
    rmSync(path.join(changed, 'expected_gradients.safetensors'));
    rmSync(path.join(changed, 'pytorch_model_classifier.bin'));
    const results = await failed(changed);
    expect(results.map(({ group, notChecked }) => [group, notChecked])).toEqual([
      ['gradients', true],
      ['classifier', true],
    ]);
    expect(results[1].problems.join()).toMatch(/not checked: the folder has no pytorch_model_classifier.bin/);
  });

  it('takes a batch without species and mask as the published code does', async () => {
    const changed = copy();
    rewrite(path.join(changed, FORWARD), (tensors) => {
      for (const name of [...tensors.keys()]) {
        if (!['input_ids', 'values', 'attention_mask', 'last_hidden_state_species_omitted'].includes(name))
          tensors.delete(name);
      }
      tensors.set('last_hidden_state', tensors.get('last_hidden_state_species_omitted')!);
      tensors.delete('last_hidden_state_species_omitted');
    });
    const results = await run(changed);
    expect(results.find(({ group }) => group === 'activations')).toMatchObject({ nTensors: 1, passed: true });
    expect(results.filter(({ notChecked }) => notChecked).map(({ group }) => group)).toEqual([
      'padding attended, species omitted',
      'losses',
      'gradients',
      'losses and gradient norms of AdamW steps',
      'parameters after AdamW steps',
    ]);
  });

  it.each([
    ['there is no folder', (changed: string) => rmSync(changed, { recursive: true }), 'not-found', /no such folder/],
    ['no configuration', (changed: string) => rmSync(path.join(changed, 'config.json')), 'not-found', /config.json/],
    ['no activations', (changed: string) => rmSync(path.join(changed, FORWARD)), 'not-found', /expected_forward/],
    [
      'a cut file',
      (changed: string) =>
        writeFileSync(path.join(changed, FORWARD), readFileSync(path.join(changed, FORWARD)).subarray(0, 999)),
      'data-format',
      /expected_forward.safetensors/,
    ],
    [
      'a token the model does not know',
      (changed: string) =>
        rewrite(path.join(changed, FORWARD), (tensors) => {
          const stored = tensors.get('input_ids')!;
          const bytes = Uint8Array.from(stored.read());
          new DataView(bytes.buffer).setBigInt64(0, 300n, true);
          tensors.set('input_ids', { ...stored, read: () => bytes });
        }),
      'data-format',
      /token 300/,
    ],
  ])('refuses a folder where %s', async (_what, spoil, code, message) => {
    const changed = copy();
    spoil(changed);
    await expect(run(changed)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
