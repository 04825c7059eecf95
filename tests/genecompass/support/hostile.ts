import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importPublished } from '#genecompass/checkpoint/import-published.ts';
import { writeSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import type { StoredTensor } from '#genecompass/checkpoint/stored-tensor.ts';
import { type SyntheticShape, syntheticTensors } from '../../../build/make-synthetic-checkpoint.ts';
import { type ArchiveTensor, stateDictPickle } from '../../../build/pytorch-archive.ts';
import type { Member } from './torch-file.ts';

/** Two layers of width 8 on 46 tokens: small enough to be damaged hundreds of times. */
export const TINY: SyntheticShape = {
  nHuman: 20,
  nMouse: 24,
  nHomologs: 15,
  nLayers: 1,
  nHeads: 2,
  width: 8,
  feedForwardWidth: 8,
  maxLength: 8,
  priorWidth: 3,
  valueEncoding: 'scalar',
};
export const TINY_CONFIG = { num_attention_heads: 2, hidden_act: 'gelu', hidden_dropout_prob: 0.02 };

const join8 = (blocks: Iterable<Uint8Array>) => Uint8Array.from([...blocks].flatMap((block) => [...block]));

/** The members of a good PyTorch archive; the pickle comes first. */
export function goodMembers(tensors: readonly ArchiveTensor[] = syntheticTensors(TINY, 1)): Member[] {
  const storages = [...new Set(tensors.map(({ storage }) => storage))];
  const keys = new Map(storages.map((storage, i) => [storage, i]));
  return [
    { name: 'model/data.pkl', bytes: stateDictPickle(tensors, keys) },
    ...storages.map((storage, i) => ({
      name: `model/data/${i}`,
      bytes: join8(tensors.find((tensor) => tensor.storage === storage)!.blocks()),
    })),
    { name: 'model/version', bytes: new TextEncoder().encode('3\n') },
  ];
}

/** The same tensors as safetensors. */
export function goodSafetensors(): Uint8Array {
  const tensors = syntheticTensors(TINY, 1).map(({ name, shape, dtype, blocks }): [string, StoredTensor] => [
    name,
    { dtype: dtype === 'Long' ? 'I64' : 'F32', shape, read: () => join8(blocks()) },
  ]);
  return writeSafetensors(new Map(tensors), { format: 'pt' });
}

/** Imports these bytes as the weights of a checkpoint; what is found in the output folder afterwards comes along. */
export async function importBytes(fileName: string, bytes: Uint8Array) {
  const root = mkdtempSync(join(tmpdir(), 'gcw-hostile-'));
  try {
    const [folder, out] = [join(root, 'in'), join(root, 'out')];
    mkdirSync(folder);
    mkdirSync(out);
    writeFileSync(join(folder, 'config.json'), JSON.stringify(TINY_CONFIG));
    writeFileSync(join(folder, fileName), bytes);
    const outcome = await importPublished({ folder, outFile: join(out, 'model.safetensors') }).then(
      (result) => ({ result, error: null }),
      (error: unknown) => ({ result: null, error }),
    );
    return { ...outcome, written: readdirSync(out), inputs: readdirSync(folder) };
  } finally {
    rmSync(root, { recursive: true });
  }
}
