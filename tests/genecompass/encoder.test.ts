import { afterAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { HeldCellTokens } from '#genecompass/cells.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const CLASSES = ['a', 'b', 'c'];
const model = makeTinyModel({ kind: 'classifier', classes: 3 });
const lengths = [12, 3, 38, 0, 20, 1, 33, 12];
const cells = makeCells(lengths);
const encoder = await createCellEncoder(model, ortRuntime(), CLASSES);
afterAll(() => encoder.dispose());

function inputsOf({ nCells, offsets, tokenIds, values, species }: HeldCellTokens): EncoderInput[] {
  return Array.from({ length: nCells }, (_, c) => ({
    tokenIds: tokenIds.slice(offsets[c], offsets[c + 1]),
    values: values.slice(offsets[c], offsets[c + 1]),
    species: species[c] as 0 | 1,
  }));
}
const inputs = inputsOf(cells);
const close = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(Math.abs(a[i] - b[i])).toBeLessThan(1e-5);
};

describe.each(['cls', 'mean'] as const)('encoder with %s pooling', (pooling) => {
  it('keeps the order and does not depend on the company of a cell', async () => {
    const together = await encoder.encode(inputs, pooling);
    for (const [i, input] of inputs.entries()) {
      const alone = await encoder.encode([input], pooling);
      close(alone.embeddings, together.embeddings.subarray(i * 8, (i + 1) * 8));
      close(alone.probabilities!, together.probabilities!.subarray(i * 3, (i + 1) * 3));
    }
  });

  it('gives probabilities that sum to one and are the same for both poolings', async () => {
    const { probabilities } = await encoder.encode(inputs, pooling);
    for (let i = 0; i < inputs.length; i++) {
      expect(probabilities!.subarray(i * 3, i * 3 + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
    close(probabilities!, (await encoder.encode(inputs, 'cls')).probabilities!);
  });

  it('hides a position as if its gene were not there, with every rank held', async () => {
    const full = inputs[0];
    const last = full.tokenIds.length - 1;
    const shorter = { ...full, tokenIds: full.tokenIds.slice(0, last), values: full.values.slice(0, last) };
    close(
      (await encoder.encode([{ ...full, hiddenPositions: [last] }], pooling)).embeddings,
      (await encoder.encode([shorter], pooling)).embeddings,
    );
    const changed = { ...full, tokenIds: full.tokenIds.with(4, 39), hiddenPositions: [4] };
    close(
      (await encoder.encode([{ ...full, hiddenPositions: [4] }], pooling)).embeddings,
      (await encoder.encode([changed], pooling)).embeddings,
    );
    const [first, hidden] = [
      await encoder.encode([full], pooling),
      await encoder.encode([{ ...full, hiddenPositions: [4] }], pooling),
    ];
    expect(Math.max(...hidden.embeddings.map((x, i) => Math.abs(x - first.embeddings[i])))).toBeGreaterThan(1e-3);
  });

  it('gives finite numbers for a cell without visible genes', async () => {
    const hidden = { ...inputs[1], hiddenPositions: [0, 1, 2] };
    expect((await encoder.encode([inputs[3], hidden], pooling)).embeddings.every(Number.isFinite)).toBe(true);
  });
});

describe('encoder', () => {
  it('reads the prior rows of the homolog for mouse cells only', async () => {
    const cell = { tokenIds: Int32Array.of(3, 30), values: Float32Array.of(2, 1) };
    const other = await createCellEncoder(
      { ...model, homologIndex: model.homologIndex.map((_, t) => t) },
      ortRuntime(),
    );
    for (const [species, differs] of [
      [0, false],
      [1, true],
    ] as const) {
      const [a, b] = [
        await encoder.encode([{ ...cell, species }], 'cls'),
        await other.encode([{ ...cell, species }], 'cls'),
      ];
      expect(a.embeddings.some((x, i) => Math.abs(x - b.embeddings[i]) > 1e-4)).toBe(differs);
    }
    await other.dispose();
  });

  it('tells values up to 255 apart in the value encoder of Small, and no larger ones', async () => {
    const small = makeTinyModel({ kind: 'none' }, { valueEncoding: 'encoder' });
    const own = await createCellEncoder(small, ortRuntime());
    const of = async (value: number) =>
      (await own.encode([{ ...inputs[0], values: inputs[0].values.with(0, value) }], 'cls')).embeddings;
    const [below, at, above, far] = [await of(100), await of(255), await of(256), await of(1e6)];
    expect([above, far]).toEqual([at, at]);
    expect(below).not.toEqual(at);
    await own.dispose();
  });

  it('answers calls made at once as if made in turn', async () => {
    const together = await encoder.encode(inputs, 'cls');
    const calls = inputs.map((input, i) => encoder.encode([input], i % 2 === 0 ? 'cls' : 'mean'));
    const bad = encoder.encode([{ ...inputs[0], tokenIds: inputs[0].tokenIds.with(0, 99) }], 'cls');
    await expect(bad).rejects.toThrow(/token 99/);
    for (const [i, result] of (await Promise.all(calls)).entries()) {
      if (i % 2 === 0) close(result.embeddings, together.embeddings.subarray(i * 8, (i + 1) * 8));
    }
  });

  it('gives the same with weights fed instead of bound', async () => {
    const fed = await createCellEncoder(model, ortRuntime(), CLASSES, { bindLimitBytes: 0 });
    for (const pooling of ['cls', 'mean'] as const) {
      const [a, b] = [await fed.encode(inputs, pooling), await encoder.encode(inputs, pooling)];
      close(a.embeddings, b.embeddings);
      close(a.probabilities!, b.probabilities!);
    }
    await fed.dispose();
  });

  it('cuts cells at the longest length', async () => {
    const long = inputsOf(makeCells([38, 38]))[0];
    const short = await createCellEncoder(makeTinyModel({ kind: 'none' }, { maxLength: 16 }), ortRuntime());
    const head = { ...long, tokenIds: long.tokenIds.slice(0, 16), values: long.values.slice(0, 16) };
    close((await short.encode([long], 'cls')).embeddings, (await short.encode([head], 'cls')).embeddings);
    expect((await short.encode([long], 'cls')).probabilities).toBeNull();
    await short.dispose();
  });

  it('refuses cells and names that do not fit', async () => {
    const cell = inputs[0];
    await expect(encoder.encode([{ ...cell, tokenIds: cell.tokenIds.with(0, 40) }], 'cls')).rejects.toThrow(
      /token 40 is outside/,
    );
    await expect(encoder.encode([{ ...cell, values: cell.values.slice(1) }], 'cls')).rejects.toThrow(
      /12 genes and 11 values/,
    );
    await expect(encoder.encode([{ ...cell, hiddenPositions: [12] }], 'cls')).rejects.toThrow(/position 12 is outside/);
    await expect(createCellEncoder(model, ortRuntime(), ['a'])).rejects.toThrow(/3 outputs and 1 class names/);
  });
});
