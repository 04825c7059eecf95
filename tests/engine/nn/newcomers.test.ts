import { describe, expect, it } from 'vitest';
import { Graph } from '#engine/ir/graph.ts';
import { gatedAttend } from '#engine/nn/index.ts';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { tensor } from '#engine/runtime/tensor.ts';
import { CounterRandom } from '#shared/util/random.ts';

const [B, H, L, G, D] = [2, 2, 5, 3, 4];

function numbers(name: string, n: number): Float32Array {
  const random = new CounterRandom(11, name);
  return Float32Array.from({ length: n }, (_, i) => random.normal(i));
}
const cell = {
  query: numbers('q', B * H * L * D),
  key: numbers('k', B * H * L * D),
  value: numbers('v', B * H * L * D),
};
const fresh = {
  query: numbers('nq', B * H * G * D),
  key: numbers('nk', B * H * G * D),
  value: numbers('nv', B * H * G * D),
};
const outputs = [numbers('g0', B * H * L * D), numbers('g1', B * H * L * D)];
/** The second cell is one key shorter. */
const mask = Float32Array.from({ length: B * L }, (_, i) => (i === 2 * L - 1 ? -1e9 : 0));

const row = (all: Float32Array, of: number, at: number, length: number) =>
  all.subarray((of * length + at) * D, (of * length + at + 1) * D);
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** What a query reads of some keys, written out. */
function read(
  query: Float32Array,
  keys: readonly Float32Array[],
  values: readonly Float32Array[],
  added: readonly number[],
) {
  const weights = keys.map((key, i) => Math.exp(dot(query, key) / Math.sqrt(D) + added[i]));
  const total = weights.reduce((a, b) => a + b, 0);
  return Float64Array.from({ length: D }, (_, d) => values.reduce((sum, v, i) => sum + (weights[i] / total) * v[d], 0));
}

async function joined(blockScores: number | undefined) {
  const graph = new Graph('joined');
  const input = (name: string, length: number) => graph.input(name, 'float32', [B, H, length, D]);
  const attention = gatedAttend(input('q', L), input('k', L), input('v', L), {
    keyMask: graph.input('mask', 'float32', [B, 1, 1, L]),
    ...(blockScores ? { blockScores } : {}),
  });
  const each = attention.join({ query: input('nq', G), key: input('nk', G), value: input('nv', G) });
  graph.output('output', each.output);
  each.changes([input('g0', L), input('g1', L)]).forEach((change, i) => graph.output(`change${i}`, change));
  const executable = await ortRuntime().compile(graph);
  const shaped = (data: Float32Array, length: number) => tensor('float32', [B, H, length, D], data);
  const results = await executable.run({
    q: shaped(cell.query, L),
    k: shaped(cell.key, L),
    v: shaped(cell.value, L),
    mask: tensor('float32', [B, 1, 1, L], mask),
    nq: shaped(fresh.query, G),
    nk: shaped(fresh.key, G),
    nv: shaped(fresh.value, G),
    g0: shaped(outputs[0], L),
    g1: shaped(outputs[1], L),
  });
  await executable.dispose();
  return results;
}

describe.each([
  ['one block', undefined],
  ['a block for each head', 1],
])('tokens that join some cells: %s', (_, blockScores) => {
  const stack = Array.from({ length: B * H }, (_, i) => i);
  const keysOf = (s: number) => Array.from({ length: L }, (_, i) => row(cell.key, s, i, L));
  const valuesOf = (s: number) => Array.from({ length: L }, (_, i) => row(cell.value, s, i, L));
  const maskOf = (s: number) => Array.from({ length: L }, (_, i) => mask[Math.floor(s / H) * L + i]);

  it('read the cell and themselves, not each other', async () => {
    const { output } = await joined(blockScores);
    for (const s of stack)
      for (let g = 0; g < G; g++) {
        const keys = [...keysOf(s), row(fresh.key, s, g, G)];
        const values = [...valuesOf(s), row(fresh.value, s, g, G)];
        const expected = read(row(fresh.query, s, g, G), keys, values, [...maskOf(s), 0]);
        row(output.data as Float32Array, s, g, G).forEach((x, d) => expect(x).toBeCloseTo(expected[d], 5));
      }
  });

  it('change what each row reads as if they alone were there, and the score as its derivative says', async () => {
    const results = await joined(blockScores);
    outputs.forEach((derivative, o) => {
      const told = results[`change${o}`].data as Float32Array;
      for (let b = 0; b < B; b++)
        for (let g = 0; g < G; g++) {
          let expected = 0;
          for (const s of [b * H, b * H + 1])
            for (let r = 0; r < L; r++) {
              const query = row(cell.query, s, r, L);
              const before = read(query, keysOf(s), valuesOf(s), maskOf(s));
              const after = read(
                query,
                [...keysOf(s), row(fresh.key, s, g, G)],
                [...valuesOf(s), row(fresh.value, s, g, G)],
                [...maskOf(s), 0],
              );
              row(derivative, s, r, L).forEach((x, d) => (expected += x * (after[d] - before[d])));
            }
          expect(told[b * G + g]).toBeCloseTo(expected, 4);
        }
    });
  });
});
