import { describe, expect, it } from 'vitest';
import { bytesSource } from '#genecompass/checkpoint/byte-source.ts';
import { modelFromTensors } from '#genecompass/checkpoint/import.ts';
import { readPytorchCheckpoint } from '#genecompass/checkpoint/pytorch-zip.ts';
import { readSafetensors } from '#genecompass/checkpoint/safetensors.ts';
import { checkModel } from '#genecompass/model.ts';
import { errorCodes } from '#shared/errors/codes.ts';
import { WorkbenchError } from '#shared/errors/workbench-error.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { goodMembers, goodSafetensors, importBytes } from '../support/hostile.ts';
import { makeZip } from '../support/torch-file.ts';

const PUBLISHED = {
  num_attention_heads: 2,
  hidden_act: 'gelu',
  hidden_dropout_prob: 0.02,
  layer_norm_eps: 1e-12,
  initializer_range: 0.02,
} as const;
const RUNS = 400;

/** One damage: flipped bits, changed bytes, a cut, a piece copied elsewhere, or bytes put in. */
function damage(whole: Uint8Array, structure: readonly (readonly [number, number])[], run: number): Uint8Array {
  const random = new CounterRandom(7, `damage:${run}`);
  // Three of four hit what describes the tensors, since most bytes are weights.
  const place = (i: number) => {
    const [start, end] =
      random.integer(i, 4) === 0 ? [0, whole.length] : structure[random.integer(i + 1, structure.length)];
    return start + random.integer(i + 2, end - start);
  };
  const at = place(10);
  const length = 1 + random.integer(20, random.integer(21, 3) === 0 ? 2000 : 16);
  switch (run % 5) {
    case 0: {
      const bytes = whole.slice();
      for (let i = 0; i <= random.integer(30, 4); i++) bytes[place(100 + 3 * i)] ^= 1 << random.integer(200 + i, 8);
      return bytes;
    }
    case 1:
      return whole.map((byte, i) => (i >= at && i < at + length ? [0, 0xff, random.integer(i, 256)][run % 3] : byte));
    case 2:
      return run % 2 === 0 ? whole.slice(0, at) : splice(whole, at, length, new Uint8Array());
    case 3: {
      const from = place(40);
      return splice(whole, at, run % 2 === 0 ? length : 0, whole.subarray(from, from + length));
    }
    default:
      return splice(
        whole,
        at,
        0,
        Uint8Array.from({ length }, (_, i) => random.integer(1000 + i, 256)),
      );
  }
}

function splice(whole: Uint8Array, at: number, remove: number, put: Uint8Array): Uint8Array {
  return Uint8Array.from([...whole.subarray(0, at), ...put, ...whole.subarray(at + remove)]);
}

const archive = makeZip(goodMembers());
const pickleBytes = goodMembers()[0].bytes.length;
const safe = goodSafetensors();
const CASES = [
  {
    file: 'pytorch_model.bin',
    whole: archive,
    // The pickle with its header, and the directory at the end.
    structure: [
      [0, 60 + pickleBytes],
      [archive.length - 3500, archive.length],
    ] as const,
    read: (bytes: Uint8Array) => readPytorchCheckpoint(bytesSource(bytes, 'model')),
  },
  {
    file: 'model.safetensors',
    whole: safe,
    structure: [[0, 8 + Number(new DataView(safe.buffer).getBigUint64(0, true))]] as const,
    read: (bytes: Uint8Array) => readSafetensors(bytesSource(bytes, 'model')).tensors,
  },
];

describe.each(CASES)('$file damaged at random', ({ file, whole, structure, read }) => {
  it(`is refused with a reason or is a sound model, ${RUNS} times`, () => {
    const outcomes = { refused: 0, sound: 0 };
    for (let run = 0; run < RUNS; run++) {
      try {
        const { model, heads } = modelFromTensors(read(damage(whole, structure, run)), PUBLISHED, 'v', 'model');
        checkModel(model, heads);
        for (const data of model.parameters.values()) expect(data.every(Number.isFinite)).toBe(true);
        outcomes.sound++;
      } catch (error) {
        expect(error, `run ${run}`).toBeInstanceOf(WorkbenchError);
        const { code, message } = error as WorkbenchError;
        expect(errorCodes, message).toContain(code);
        expect(['internal', 'unavailable'], `run ${run}: ${message}`).not.toContain(code);
        expect(message.length, message.slice(0, 500)).toBeLessThan(1000);
        outcomes.refused++;
      }
    }
    // Both happen: damage to weights alone leaves a model, damage to what describes them hardly ever does.
    expect(outcomes.refused).toBeGreaterThan(RUNS / 2);
    expect(outcomes.sound).toBeGreaterThan(5);
  });

  it('leaves nothing behind when it is refused on the way through a folder', async () => {
    for (let run = 0; run < 60; run++) {
      const { error, written } = await importBytes(file, damage(whole, structure, run));
      if (error) expect(error, `run ${run}`).toBeInstanceOf(WorkbenchError);
      expect(written).toEqual(error ? [] : ['model.safetensors']);
    }
  });
});
