import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { emptyBatch, lookUpPriors, setRow } from '#genecompass/batch-arrays.ts';
import { ForwardGraphs } from '#genecompass/forward/graphs.ts';
import { chooseOutputs } from '#genecompass/forward/outputs.ts';
import { headsOf } from '#genecompass/model.ts';
import {
  meanByGene,
  PublishedPerturbation,
  type PublishedEffect,
  type PublishedRequest,
} from '#genecompass/published-deletion.ts';
import type { EncoderInput } from '#genecompass/types.ts';
import { makeTinyModel } from './support/tiny-model.ts';

const MAX = 40;
const WIDTH = 8;
const model = makeTinyModel({ kind: 'masked' });
const runtime = ortRuntime({ threads: 1 });
const cell: EncoderInput = {
  tokenIds: Int32Array.of(5, 31, 12, 22, 30, 3),
  values: Float32Array.of(3, 2.5, 2, 1.5, 1, 0.5),
  species: 1,
};
const other: EncoderInput = { tokenIds: Int32Array.of(12, 5, 8), values: Float32Array.of(2, 1, 0.5), species: 0 };

/** Rows of the genes (and padding) of one sequence in the last layer. */
async function states(tokens: number[], values: number[], length: number, attendsAll: boolean, species: 0 | 1 = 1) {
  const heads = headsOf(model.parameters);
  const graphs = new ForwardGraphs(model, heads, runtime, chooseOutputs(model.config, heads, ['last_hidden_state']));
  const batch = emptyBatch(1, length);
  setRow(batch, 0, Int32Array.from(tokens), Float32Array.from(values), species);
  if (attendsAll) batch.keyMask.fill(0);
  lookUpPriors(batch, model.homologIndex);
  const all = (await graphs.run(batch, new Float32Array()))('last_hidden_state');
  await graphs.dispose();
  return Array.from({ length }, (_, i) => Array.from(all.subarray((i + 1) * WIDTH, (i + 2) * WIDTH)));
}

const cosine = (a: number[], b: number[]) => {
  const dot = (x: number[], y: number[]) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

async function run(changes: Partial<PublishedRequest> = {}, cells: readonly EncoderInput[] = [cell]) {
  const perturbation = new PublishedPerturbation({ model, runtime, targets: [12], operator: 'delete', ...changes });
  const effects: PublishedEffect[] = [];
  try {
    for (const each of cells) {
      const effect = await perturbation.of(each);
      if (effect) effects.push(effect);
    }
  } finally {
    await perturbation.dispose();
  }
  return effects;
}

const IDS = [5, 31, 12, 22, 30, 3];
const VALUES = [3, 2.5, 2, 1.5, 1, 0.5];
const without = <T>(list: T[]) => list.filter((_, i) => i !== 2);

describe('published deletion', () => {
  it('compares every other gene with itself before, one rank higher after the deleted one', async () => {
    const [effect] = await run();
    const before = without(await states(IDS, VALUES, 6, false));
    const after = await states(without(IDS), without(VALUES), 5, false);
    const expected = before.map((state, i) => cosine(state, after[i]));
    expect(effect.genes.map(({ token }) => token)).toEqual([5, 31, 22, 30, 3]);
    effect.genes.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i], 5));
    expect(effect.cellSimilarity).toBeCloseTo(mean(expected), 5);
    expect(effect.cellSimilarity).toBeLessThan(0.9999);
  });

  it('repeats the published way: no mask, padding in the mean, human', async () => {
    const compat = { attendPadding: true, ignoreSpecies: true, shiftedDeletionLabels: false };
    const [effect] = await run({ compat });
    const before = without(await states(IDS, VALUES, MAX, true, 0));
    const after = await states(without(IDS), without(VALUES), MAX - 1, true, 0);
    const expected = before.map((state, i) => cosine(state, after[i]));
    expect(effect.cellSimilarity).toBeCloseTo(mean(expected), 5);
    expect(effect.genes).toHaveLength(5);
    effect.genes.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i], 5));
  });

  it('repeats the published names on demand: off by one from the deleted gene on', async () => {
    const [right] = await run();
    const [shifted] = await run({ compat: { shiftedDeletionLabels: true } });
    expect(shifted.genes.map(({ token }) => token)).toEqual([5, 31, 12, 22, 30]);
    expect(shifted.genes.map(({ similarity }) => similarity)).toEqual(right.genes.map(({ similarity }) => similarity));
  });

  it('deletes several genes together and skips cells without any', async () => {
    const effects = await run({ targets: [31, 22] }, [other, cell]);
    expect(effects).toHaveLength(1);
    expect(effects[0].genes.map(({ token }) => token)).toEqual([5, 12, 30, 3]);
  });

  it('says nothing of a cell of which nothing is left', async () => {
    expect(await run({ targets: IDS })).toEqual([]);
  });
});

describe('published over-expression', () => {
  it('multiplies the value by 10,000, sorts again and follows every gene to its new rank', async () => {
    const [effect] = await run({ operator: 'overexpress' });
    const ids = [12, ...without(IDS)];
    const before = await states(IDS, VALUES, 6, false);
    const after = await states(ids, [20_000, ...without(VALUES)], 6, false);
    const expected = ids.map((token, i) => cosine(before[IDS.indexOf(token)], after[i]));
    expect(effect.genes.map(({ token }) => token)).toEqual(without(IDS));
    effect.genes.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(expected[i + 1], 5));
    expect(effect.cellSimilarity).toBeCloseTo(mean(expected), 5);
  });
});

describe('means by gene', () => {
  it('join the cells by the gene, not by its position', async () => {
    const effects = await run({}, [cell, other]);
    const byGene = meanByGene(effects);
    expect(byGene.map(({ token, nCells }) => [token, nCells])).toEqual([
      [3, 1],
      [5, 2],
      [8, 1],
      [22, 1],
      [30, 1],
      [31, 1],
    ]);
    const five = effects.map(({ genes }) => genes.find(({ token }) => token === 5)!.similarity);
    expect(byGene[1].similarity).toBeCloseTo(mean(five), 12);
  });
});
