import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import {
  createGeneGradients,
  type GeneGradient,
  type GeneGradients,
  type GradientPart,
  MOST_JOINING,
} from '#genecompass/gene-gradients.ts';
import type { GoalScore } from '#genecompass/goal-scores.ts';
import type { CellEncoder, EncoderInput } from '#genecompass/types.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const CLASSES = ['a', 'b', 'c'];
const PARTS = ['gate', 'up', 'down', 'changed'] as const satisfies GradientPart[];
/** What one part tells of each gene; of `changed`, the first change. */
const told = (gradient: GeneGradient, part: (typeof PARTS)[number]) =>
  part === 'changed' ? gradient.changed[0] : gradient[part];
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
async function exactScores(input: EncoderInput, by = encoder): Promise<number[]> {
  const { embeddings, probabilities } = await by.encode([input], 'cls');
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
    const found = await sensitivity.of(inputs, PARTS);
    for (const [cell, input] of inputs.entries()) {
      const exact = await exactScores(input);
      found[cell].forEach(({ score }, goal) => expect(score).toBeCloseTo(exact[goal], 4));
    }
  });

  it('have one number for each gene and do not depend on the company of a cell', async () => {
    const together = await sensitivity.of(inputs, PARTS);
    for (const [cell, input] of inputs.entries()) {
      const [alone] = await sensitivity.of([input], PARTS);
      alone.forEach((gradient, goal) => {
        for (const part of PARTS) {
          expect(told(gradient, part)).toHaveLength(input.tokenIds.length);
          told(gradient, part).forEach((x, i) => expect(told(together[cell][goal], part)[i]).toBeCloseTo(x, 5));
        }
      });
    }
  });

  it('tell only what is asked for', async () => {
    const [[all], [gates]] = [await sensitivity.of([inputs[0]], PARTS), await sensitivity.of([inputs[0]], ['gate'])];
    expect(gates[0]).toMatchObject({ up: { length: 0 }, down: { length: 0 }, changed: [], joined: { length: 0 } });
    gates[0].gate.forEach((x, i) => expect(all[0].gate[i]).toBeCloseTo(x, 5));
  });

  it('tell how the score changes with a value', async () => {
    const [input] = inputs;
    const step = 0.002;
    const changedBy = (by: number) => input.values.map((x) => x + by);
    const ranks = Int32Array.from(input.tokenIds.keys());
    const [found] = await sensitivity.of([{ ...input, changes: [{ ranks, values: changedBy(step) }] }], ['changed']);
    for (const position of [0, 4, 11]) {
      const moved = (by: number) => ({
        ...input,
        values: input.values.map((x, i) => (i === position ? x + by : x)),
      });
      const [up, down] = [await exactScores(moved(0.02)), await exactScores(moved(-0.02))];
      goals.forEach((_, goal) => {
        expect(found[goal].changed[0][position] / step).toBeCloseTo((up[goal] - down[goal]) / 0.04, 3);
      });
    }
  });

  it('tell what other ranks do, next ones and any', async () => {
    const input = inputs[2];
    const n = input.tokenIds.length;
    const ranks = Int32Array.from({ length: n }, (_, i) => (i === 0 ? 1 : i - 1));
    const [found] = await sensitivity.of([{ ...input, changes: [{ ranks, values: input.values }] }], PARTS);
    for (const { up, down, changed } of found) {
      expect([up[0], changed[0][0]]).toEqual([0, expect.closeTo(down[0], 6)]);
      for (let i = 1; i < n; i++) expect(changed[0][i]).toBeCloseTo(up[i], 6);
    }
  });

  it('know the rank behind the last gene of a cell, as long as the model has one', async () => {
    const full = await sensitivity.of([inputs[2]], ['down']);
    const longest = makeCells([model.config.maxLength - 2]);
    expect(inputs[2].tokenIds).toHaveLength(longest.tokenIds.length);
    full[0].forEach(({ down }) => expect(down.at(-1)).not.toBe(0));
  });

  it('foretell what hiding a gene does, gene for gene', async () => {
    const input = inputs[2];
    const [found] = await sensitivity.of([input], PARTS);
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
    const [found] = await sensitivity.of([{ ...inputs[0], hiddenPositions: [3] }], PARTS);
    found.forEach((gradient) => expect(PARTS.map((part) => told(gradient, part)[3])).toEqual([0, 0, 0, 0]));
  });

  describe('of genes that a cell lacks', () => {
    // As a trained model's, the answers of this one are smooth.
    const smooth = makeTinyModel({ kind: 'classifier', classes: 3 }, { initializerRange: 0.1 });
    const input = inputs[3];
    const n = input.tokenIds.length;
    let readers: { encoder: CellEncoder; sensitivity: GeneGradients };
    beforeAll(async () => {
      readers = {
        encoder: await createCellEncoder(smooth, ortRuntime(), CLASSES),
        sensitivity: await createGeneGradients(smooth, ortRuntime(), goals),
      };
    });
    afterAll(async () => {
      await readers.encoder.dispose();
      await readers.sensitivity.dispose();
    });
    const absent = Array.from({ length: model.config.vocabularySize - 2 }, (_, i) => i + 2).filter(
      (id) => !input.tokenIds.includes(id),
    );
    const joining = (ids: readonly number[]) => ({
      tokenIds: Int32Array.from(ids),
      ranks: Int32Array.from(ids, (_, i) => i % (n + 1)),
      values: Float32Array.from(ids, (_, i) => 0.5 + (i % 7) / 3),
    });

    it('foretell what one more gene does at its rank, gene for gene', async () => {
      // At the last rank no other gene moves.
      const ids = absent.slice(0, 40);
      const last = { ...joining(ids), ranks: new Int32Array(ids.length).fill(n) };
      const [found] = await readers.sensitivity.of([{ ...input, joining: last }], ['joined']);
      const base = await exactScores(input, readers.encoder);
      const exact = await Promise.all(
        ids.map((id, i) =>
          exactScores(
            {
              ...input,
              tokenIds: Int32Array.of(...input.tokenIds, id),
              values: Float32Array.of(...input.values, last.values[i]),
            },
            readers.encoder,
          ),
        ),
      );
      goals.forEach((_, goal) => {
        const effects = exact.map((scores) => scores[goal] - base[goal]);
        const foretold = Array.from(found[goal].joined);
        expect(pearson(effects, foretold)).toBeGreaterThan(0.99);
        expect(Math.hypot(...foretold) / Math.hypot(...effects)).toBeCloseTo(1, 1);
      });
    });

    it('do not depend on the company of a gene or a cell, however many there are', async () => {
      const ids = Array.from({ length: MOST_JOINING + 30 }, (_, i) => absent[i % absent.length]);
      const all = joining(ids);
      const [[alone], both] = [
        await sensitivity.of([{ ...input, joining: all }], ['joined']),
        await sensitivity.of([inputs[0], { ...input, joining: all }, inputs[2]], ['gate', 'joined']),
      ];
      expect(both[0][0].joined).toHaveLength(0);
      for (const [goal, { joined }] of alone.entries()) {
        expect(joined).toHaveLength(ids.length);
        joined.forEach((x, i) => expect(both[1][goal].joined[i]).toBeCloseTo(x, 5));
      }
      for (const at of [0, 17, MOST_JOINING, MOST_JOINING + 29]) {
        const one = {
          tokenIds: all.tokenIds.slice(at, at + 1),
          ranks: all.ranks.slice(at, at + 1),
          values: all.values.slice(at, at + 1),
        };
        const [single] = await sensitivity.of([{ ...input, joining: one }], ['joined']);
        single.forEach(({ joined }, goal) => expect(joined[0]).toBeCloseTo(alone[goal].joined[at], 5));
      }
    });
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
