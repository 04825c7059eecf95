import { afterAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { createGeneGradients, type GoalScore } from '#genecompass/gene-gradients.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const CLASSES = ['a', 'b', 'c'];
const model = makeTinyModel({ kind: 'classifier', classes: 3 });
const { width } = model.config;
const { nCells, offsets, tokenIds, values, species } = makeCells([12, 3, 38, 20, 1]);
const inputs = Array.from({ length: nCells }, (_, c): EncoderInput => ({
  tokenIds: tokenIds.slice(offsets[c], offsets[c + 1]),
  values: values.slice(offsets[c], offsets[c + 1]),
  species: species[c] as 0 | 1,
}));
const state = Float32Array.from({ length: width }, (_, i) => Math.sin(1 + i));
const goals: GoalScore[] = [
  { kind: 'cosine', state },
  { kind: 'log2-odds', classes: [0] },
  { kind: 'log2-odds', classes: [2] },
  { kind: 'log2-odds', classes: [2, 0] },
];
const encoder = await createCellEncoder(model, ortRuntime(), CLASSES);
const sensitivity = await createGeneGradients(model, ortRuntime(), goals);
afterAll(async () => {
  await encoder.dispose();
  await sensitivity.dispose();
});

/** Scores of one cell, from the encoder that the exact screen uses. Order of `goals`. */
async function exactScores(input: EncoderInput): Promise<number[]> {
  const { embeddings, probabilities } = await encoder.encode([input], 'cls');
  const dot = embeddings.reduce((sum, x, i) => sum + x * state[i], 0);
  const odds = (p: number) => Math.log2(p / (1 - p));
  return [
    dot / (Math.hypot(...embeddings) * Math.hypot(...state)),
    odds(probabilities![0]),
    odds(probabilities![2]),
    odds(probabilities![0] + probabilities![2]),
  ];
}

describe('gradients of a cell by its genes', () => {
  it('begin with the scores of the exact screen', async () => {
    const found = await sensitivity.of(inputs);
    for (const [cell, input] of inputs.entries()) {
      const exact = await exactScores(input);
      found[cell].forEach(({ score }, goal) => expect(score).toBeCloseTo(exact[goal], 4));
    }
  });

  it('have one number for each gene and do not depend on the company of a cell', async () => {
    const together = await sensitivity.of(inputs);
    for (const [cell, input] of inputs.entries()) {
      const [alone] = await sensitivity.of([input]);
      alone.forEach(({ gate, value }, goal) => {
        expect(gate).toHaveLength(input.tokenIds.length);
        expect(value).toHaveLength(input.tokenIds.length);
        gate.forEach((x, i) => expect(together[cell][goal].gate[i]).toBeCloseTo(x, 5));
        value.forEach((x, i) => expect(together[cell][goal].value[i]).toBeCloseTo(x, 5));
      });
    }
  });

  it('tell how the score changes with a value', async () => {
    const [input] = inputs;
    const [found] = await sensitivity.of([input]);
    const step = 0.02;
    for (const position of [0, 4, 11]) {
      const moved = (by: number) => ({
        ...input,
        values: input.values.map((x, i) => (i === position ? x + by : x)),
      });
      const [up, down] = [await exactScores(moved(step)), await exactScores(moved(-step))];
      goals.forEach((_, goal) => {
        const slope = (up[goal] - down[goal]) / (2 * step);
        expect(found[goal].value[position]).toBeCloseTo(slope, 3);
      });
    }
  });

  it('foretell what hiding a gene does, gene for gene', async () => {
    const input = inputs[2];
    const [found] = await sensitivity.of([input]);
    const base = await exactScores(input);
    const exact = await Promise.all(
      Array.from(input.tokenIds.keys(), (position) => exactScores({ ...input, hiddenPositions: [position] })),
    );
    goals.forEach((_, goal) => {
      const effects = exact.map((scores) => scores[goal] - base[goal]);
      const foretold = Array.from(found[goal].gate, (x) => -x);
      expect(pearson(effects, foretold)).toBeGreaterThan(0.95);
    });
  });

  it('are nought for a gene that is hidden', async () => {
    const [found] = await sensitivity.of([{ ...inputs[0], hiddenPositions: [3] }]);
    found.forEach(({ gate, value }) => expect([gate[3], value[3]]).toEqual([0, 0]));
  });

  it('are refused for a class the model does not have and a state of another model', async () => {
    await expect(createGeneGradients(model, ortRuntime(), [{ kind: 'log2-odds', classes: [3] }])).rejects.toThrow(
      'goal class 3: the model tells 3 classes apart',
    );
    const short = { kind: 'cosine', state: new Float32Array(width - 1) } as const;
    await expect(createGeneGradients(model, ortRuntime(), [short])).rejects.toThrow('take a state of this model');
  });
});

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]) => x.reduce((sum, y) => sum + y, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const cov = mean(a.map((x, i) => (x - ma) * (b[i] - mb)));
  return cov / Math.sqrt(mean(a.map((x) => (x - ma) ** 2)) * mean(b.map((x) => (x - mb) ** 2)));
}
