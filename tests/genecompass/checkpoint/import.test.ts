import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCheckpoint } from '#genecompass/checkpoint/import.ts';
import { writeSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import { float32Tensor, int64Tensor, type StoredTensor } from '#genecompass/checkpoint/stored-tensor.ts';
import { type Heads, parameterShapes } from '#genecompass/model.ts';
import { NAMES } from '#genecompass/names.ts';
import { makeTinyModel } from '../support/tiny-model.ts';
import { makeTorchFile } from '../support/torch-file.ts';

const PUBLISHED = {
  num_attention_heads: 2,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.02,
  vocab_size: 1,
  model_type: 'bert',
};
const MASKED: Heads = { kind: 'masked' };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gcw-import-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(PUBLISHED));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A checkpoint with the published names, tied tensors stored under both of theirs. */
function publishedTensors(heads: Heads = MASKED): Map<string, StoredTensor> {
  const model = makeTinyModel(heads);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, shape] of parameterShapes(model.config, heads)) {
    tensors.set(name, float32Tensor(model.parameters.get(name)!, shape));
  }
  for (const { name, width, table } of model.priors)
    tensors.set(NAMES.priorTable(name), float32Tensor(table, [40, width]));
  tensors.set(NAMES.homologIndex, int64Tensor(model.homologIndex, [40]));
  tensors.set(NAMES.positionIds, int64Tensor([0], [1, 1]));
  if (heads.kind === 'masked') {
    tensors.set(`${NAMES.idHead}.decoder.weight`, tensors.get(NAMES.word)!);
    tensors.set('emb_warmup.alpha', float32Tensor(Float32Array.of(1), []));
  }
  return tensors;
}
const save = (tensors: Map<string, StoredTensor>) =>
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(tensors));

describe('checkpoint import', () => {
  it.each([MASKED, { kind: 'classifier', classes: 3 } as const])(
    'takes every size from the tensors: $kind',
    (heads) => {
      save(publishedTensors(heads));
      const { model, heads: found, ignored } = importCheckpoint(folder, 'tiny');
      expect(found).toEqual(heads);
      const expected = makeTinyModel(heads);
      expect(model.config).toEqual({ ...expected.config, dropout: 0.02, initializerRange: 0.02 });
      expect(model.parameters).toEqual(expected.parameters);
      expect(model.priors).toEqual(expected.priors);
      expect(model.homologIndex).toEqual(expected.homologIndex);
      expect(ignored).toEqual(heads.kind === 'masked' ? ['emb_warmup.alpha'] : []);
    },
  );

  it('reads a PyTorch file where there is no safetensors file', () => {
    const model = makeTinyModel(MASKED, { priors: [] });
    const tensors = [...parameterShapes(model.config, MASKED)].map(([name, shape]) => [
      name,
      { shape, data: model.parameters.get(name)! },
    ]);
    writeFileSync(join(folder, 'pytorch_model.bin'), makeTorchFile(Object.fromEntries(tensors)));
    expect(importCheckpoint(folder, 'tiny').model.parameters).toEqual(model.parameters);
  });

  const edited = (edit: (tensors: Map<string, StoredTensor>) => void) => {
    const tensors = publishedTensors();
    edit(tensors);
    save(tensors);
    return () => importCheckpoint(folder, 'tiny');
  };

  it('says which tensor is missing or misshapen', () => {
    expect(edited((t) => t.delete(`${NAMES.catLinear}.bias`))).toThrow(/cat_fc.bias is missing, \[8\] is expected/);
    expect(edited((t) => t.set(`${NAMES.catLinear}.bias`, float32Tensor(new Float32Array(9), [9])))).toThrow(
      /is \[9\]/,
    );
    expect(edited((t) => t.delete(NAMES.priorTable('co_exp')))).toThrow(/co_exp_knowledge/);
    expect(edited((t) => t.delete(NAMES.position))).toThrow(/no matrix bert.embeddings.position_embeddings.weight/);
    expect(edited((t) => t.set(NAMES.homologIndex, int64Tensor(new Array(40).fill(40), [40])))).toThrow(
      /row 40 is not a token/,
    );
  });

  it('refuses a value block it does not know', () => {
    const add = (t: Map<string, StoredTensor>) =>
      t.set('bert.embeddings.values_embeddings.other.weight', float32Tensor(new Float32Array(8), [8, 1]));
    expect(edited(add)).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('refuses a folder or a configuration that is no checkpoint', () => {
    expect(() => importCheckpoint(folder, 'tiny')).toThrow(/no model.safetensors or pytorch_model.bin/);
    save(publishedTensors());
    writeFileSync(join(folder, 'config.json'), '{');
    expect(() => importCheckpoint(folder, 'tiny')).toThrow(/config.json: it is not JSON/);
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...PUBLISHED, num_attention_heads: 'two' }));
    expect(() => importCheckpoint(folder, 'tiny')).toThrow(/num_attention_heads/);
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...PUBLISHED, num_attention_heads: 3 }));
    expect(() => importCheckpoint(folder, 'tiny')).toThrow(/3 do not divide the width 8/);
    rmSync(join(folder, 'config.json'));
    expect(() => importCheckpoint(folder, 'tiny')).toThrow(/no config.json/);
  });
});
