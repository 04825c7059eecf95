import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import type { HeldCellTokens } from '#genecompass/cells.ts';
import { type EmbedRequest, embedCells, type EmbedState } from '#genecompass/embed.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { makeCells, makeTinyModel } from './support/tiny-model.ts';

const WIDTH = 8;
const runtime = ortRuntime({ threads: 1 });
const model = makeTinyModel({ kind: 'masked' });
const LENGTHS = [20, 3, 11, 20, 7, 1, 16, 20];
/** Every cell has an own order of genes. */
const cells = makeCells(LENGTHS);

async function embed(changes: Partial<EmbedRequest> = {}) {
  const embeddings = new Float32Array((changes.cells ?? cells).nCells * WIDTH);
  const states: EmbedState[] = [];
  const means = await embedCells({
    model,
    runtime,
    cells,
    pooling: 'mean',
    minCellsPerGene: 1,
    ...changes,
    onBlock: (start, block, state) => {
      embeddings.set(block, start * WIDTH);
      states.push({ ...state, sums: state.sums.slice() });
      return Promise.resolve(changes.onBlock?.(start, block, state));
    },
  });
  return { embeddings, means, states };
}

/** The contextual state of every gene of one cell, computed alone. Shape: n × width. */
async function statesOf(cell: number, from: HeldCellTokens = cells): Promise<Float32Array[]> {
  const [start, end] = [from.offsets[cell], from.offsets[cell + 1]];
  const one: HeldCellTokens = {
    nCells: 1,
    offsets: Float64Array.of(0, end - start),
    tokenIds: from.tokenIds.subarray(start, end),
    values: from.values.subarray(start, end),
    species: from.species.subarray(cell, cell + 1),
  };
  const { means } = await embed({ cells: one });
  const rowOf = new Map(Array.from(means!.tokens, (token, row) => [token, row]));
  return Array.from(one.tokenIds, (token) => {
    const row = rowOf.get(token)!;
    return means!.means.subarray(row * WIDTH, (row + 1) * WIDTH);
  });
}

const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) [ab, aa, bb] = [ab + a[i] * b[i], aa + a[i] ** 2, bb + b[i] ** 2];
  return ab / Math.sqrt(aa * bb);
};

describe('cell embeddings', () => {
  it.each(['cls', 'mean'] as const)('are those of the encoder, in the order of the cells: %s', async (pooling) => {
    const encoder = await createCellEncoder(model, runtime);
    const inputs = LENGTHS.map((_, c) => ({
      tokenIds: cells.tokenIds.subarray(cells.offsets[c], cells.offsets[c + 1]),
      values: cells.values.subarray(cells.offsets[c], cells.offsets[c + 1]),
      species: cells.species[c] as 0 | 1,
    }));
    const expected = (await encoder.encode(inputs, pooling)).embeddings;
    await encoder.dispose();
    for (const minCellsPerGene of [null, 1]) {
      const { embeddings } = await embed({ pooling, minCellsPerGene, blockCells: 3 });
      embeddings.forEach((x, i) => expect(x).toBeCloseTo(expected[i], 4));
    }
  });

  it('repeat published defects on demand', async () => {
    const right = await embed();
    for (const compat of [
      { attendPadding: true, ignoreSpecies: false },
      { attendPadding: false, ignoreSpecies: true },
    ]) {
      const other = await embed({ compat });
      expect(Math.max(...other.embeddings.map((x, i) => Math.abs(x - right.embeddings[i])))).toBeGreaterThan(0.01);
    }
    // The first cell is human, so nothing about it changes when species is ignored.
    const { embeddings } = await embed({ compat: { attendPadding: false, ignoreSpecies: true } });
    for (let d = 0; d < WIDTH; d++) expect(embeddings[d]).toBeCloseTo(right.embeddings[d], 5);
  });
});

describe('gene embeddings', () => {
  it('are averaged by gene, not by position: on cells with different gene orders the published way differs', async () => {
    const { means } = await embed();
    const sums = new Map<number, { sum: Float64Array; n: number }>();
    const byPosition = Array.from({ length: 20 }, () => ({ sum: new Float64Array(WIDTH), n: 0 }));
    for (let cell = 0; cell < cells.nCells; cell++) {
      (await statesOf(cell)).forEach((state, position) => {
        const token = cells.tokenIds[cells.offsets[cell] + position];
        if (!sums.has(token)) sums.set(token, { sum: new Float64Array(WIDTH), n: 0 });
        for (const entry of [sums.get(token)!, byPosition[position]]) {
          entry.n++;
          state.forEach((x, d) => (entry.sum[d] += x));
        }
      });
    }
    expect(Array.from(means!.tokens)).toEqual([...sums.keys()].sort((a, b) => a - b));
    const agreement = Array.from(means!.tokens, (token, row) => {
      const found = means!.means.subarray(row * WIDTH, (row + 1) * WIDTH);
      const { sum, n } = sums.get(token)!;
      expect(means!.counts[row]).toBe(n);
      found.forEach((x, d) => expect(x).toBeCloseTo(sum[d] / n, 4));
      // As published: positions carry the names of the genes of the first cell.
      const position = cells.tokenIds.subarray(0, 20).indexOf(token);
      return position < 0 ? null : cosine(found, byPosition[position].sum);
    }).filter((similarity) => similarity !== null);
    expect(agreement).toHaveLength(20);
    expect(Math.min(...agreement)).toBeLessThan(0.9);
  });

  it('agree with averages by position where all cells have one order of genes', async () => {
    const same: HeldCellTokens = {
      nCells: 3,
      offsets: Float64Array.of(0, 20, 40, 60),
      tokenIds: Int32Array.from({ length: 60 }, (_, i) => cells.tokenIds[i % 20]),
      values: Float32Array.from({ length: 60 }, (_, i) => (cells.values[i % 20] * (3 + Math.floor(i / 20))) / 3),
      species: new Uint8Array(3),
    };
    const { means } = await embed({ cells: same });
    expect(Array.from(means!.counts)).toEqual(Array.from({ length: 20 }, () => 3));
    const states = await Promise.all([0, 1, 2].map((cell) => statesOf(cell, same)));
    same.tokenIds.subarray(0, 20).forEach((token, position) => {
      const row = means!.tokens.indexOf(token);
      for (let d = 0; d < WIDTH; d++) {
        const mean = states.reduce((sum, state) => sum + state[position][d], 0) / 3;
        expect(means!.means[row * WIDTH + d]).toBeCloseTo(mean, 4);
      }
    });
  });

  it('of genes in too few cells are left out and counted', async () => {
    const all = (await embed()).means!;
    const { means } = await embed({ minCellsPerGene: 4 });
    const kept = Array.from(all.tokens).filter((_, row) => all.counts[row] >= 4);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(all.tokens.length);
    expect(Array.from(means!.tokens)).toEqual(kept);
    const left = Array.from(all.tokens, (token, row) => ({ token, nCells: all.counts[row] }));
    expect(means!.leftOut).toEqual(left.filter(({ nCells }) => nCells < 4));
    const row = Array.from(all.tokens).indexOf(kept[0]);
    expect(means!.means.subarray(0, WIDTH)).toEqual(all.means.subarray(row * WIDTH, (row + 1) * WIDTH));
  });
});

describe('a stopped run', () => {
  it('goes on to the same numbers', async () => {
    const whole = await embed({ blockCells: 3 });
    const stop = new AbortController();
    const first = embed({
      blockCells: 3,
      signal: stop.signal,
      onBlock: () => Promise.resolve(stop.abort()),
    });
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    const rest = await embed({ blockCells: 3, resume: whole.states[0] });
    expect(rest.means).toEqual(whole.means);
    expect(rest.embeddings.subarray(3 * WIDTH)).toEqual(whole.embeddings.subarray(3 * WIDTH));
    expect(rest.states).toHaveLength(2);
  });

  it('refuses sums of other genes', async () => {
    const resume = { nextCell: 3, sums: new Float64Array(5) };
    await expect(embed({ resume })).rejects.toMatchObject({ code: 'conflict' });
  });
});
