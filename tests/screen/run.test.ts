import { beforeAll, describe, expect, it } from 'vitest';
import { screenFromBlobs, screenToBlobs } from '#screen/blobs.ts';
import { cellEffects, replicateEffects, rowMean } from '#screen/effects.ts';
import type { PartialScreen } from '#screen/partial.ts';
import { passesByCell } from '#screen/passes.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen, type RunScreenOptions } from '#screen/run.ts';
import type { ScreenResult } from '#screen/types.ts';
import { FakeEncoder } from './fake-encoder.ts';
import { markerVectors, MemoryStore, screenConfig } from './make-screen.ts';
import { makeTokenSet } from './make-token-set.ts';

const world = makeTokenSet();
const config = screenConfig({
  operators: ['over-express', 'remove', 'mask'],
  nCells: 8,
});
const plan = planScreen({ ...world, config, maxLength: 64 });
const classes = ['progenitor', 'monocyte', 'b-cell'];
const run = (options: Partial<RunScreenOptions> = {}) =>
  runScreen({
    plan,
    tokens: world.tokens,
    encoder: new FakeEncoder({ vector: markerVectors, classes, rankWeight: (position) => 1 / (1 + position / 20) }),
    modelId: 'weights',
    ...options,
  });

describe('screen', () => {
  let screen: ScreenResult;
  beforeAll(async () => {
    screen = await run();
  });
  const leader = (goal: string, readOut: 'embedding-shift' | 'probability-shift') => {
    const effects = replicateEffects(screen, { operator: 'over-express', goal, readOut });
    const means = plan.genes.map((_, gene) => rowMean(effects, gene, plan.nReplicates));
    return plan.genes[means.indexOf(Math.max(...means))].symbol;
  };

  it('finds the planted regulator of each goal, by both read-outs', () => {
    for (const readOut of ['embedding-shift', 'probability-shift'] as const) {
      expect(leader('monocyte', readOut)).toBe('GENE0');
      expect(leader('b-cell', readOut)).toBe('GENE1');
    }
  });

  it('measures cos(perturbed, goal) − cos(original, goal)', async () => {
    const encoder = new FakeEncoder({
      vector: markerVectors,
      classes,
      rankWeight: (position) => 1 / (1 + position / 20),
    });
    const gene = plan.genes.findIndex(({ symbol }) => symbol === 'GENE0');
    const cell = plan.cells[0];
    const [from, to] = [world.tokens.offsets[cell], world.tokens.offsets[cell + 1]];
    const genes = Array.from({ length: to - from }, (_, i) => ({
      id: world.tokens.tokenIds[from + i],
      value: world.tokens.values[from + i],
    }));
    const at = genes.findIndex(({ id }) => id === 2);
    const dose = Math.fround(plan.genes[gene].dose);
    const raised = at >= 0 ? genes.filter(({ id }) => id !== 2) : genes;
    const after = [...raised, { id: 2, value: Math.max(dose, at >= 0 ? genes[at].value : 0) }].sort(
      (a, b) => b.value - a.value || a.id - b.id,
    );
    const input = (list: typeof genes) => ({
      tokenIds: Int32Array.from(list, ({ id }) => id),
      values: Float32Array.from(list, ({ value }) => value),
      species: 0 as const,
    });
    const { embeddings } = await encoder.encode([input(genes), input(after)]);
    const cosine = (row: number) => {
      const [x, y] = [embeddings.subarray(row * 4, row * 4 + 4), screen.centroids.subarray(4, 8)];
      const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
      return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
    };
    const query = { operator: 'over-express', goal: 'monocyte', readOut: 'embedding-shift' } as const;
    expect(cellEffects(screen, query)[gene * plan.cells.length]).toBeCloseTo(cosine(1) - cosine(0), 6);
  });

  it('tells mask from remove, and the rank shift is their difference', () => {
    const query = { goal: 'monocyte', readOut: 'embedding-shift' } as const;
    const shift = cellEffects(screen, { ...query, operator: 'rank-shift' });
    const removed = cellEffects(screen, { ...query, operator: 'remove' });
    const masked = cellEffects(screen, { ...query, operator: 'mask' });
    shift.forEach((value, i) => expect(value).toBe(removed[i] - masked[i]));
    expect(shift.some((value) => Math.abs(value) > 1e-4)).toBe(true);
  });

  it('has no rank shift in a model that does not read ranks', async () => {
    const flat = await run({ encoder: new FakeEncoder({ vector: markerVectors, classes }) });
    const shift = cellEffects(flat, { operator: 'rank-shift', goal: 'monocyte', readOut: 'embedding-shift' });
    for (const value of shift) if (!Number.isNaN(value)) expect(Math.abs(value)).toBeLessThan(1e-6);
  });

  it('gives mask a meaning only in cells that express the gene', () => {
    const masked = cellEffects(screen, { operator: 'mask', goal: 'monocyte', readOut: 'embedding-shift' });
    plan.genes.forEach((gene, g) =>
      plan.cells.forEach((cell, c) => {
        const [from, to] = [world.tokens.offsets[cell], world.tokens.offsets[cell + 1]];
        const present = world.tokens.tokenIds.subarray(from, to).includes(gene.tokenId);
        expect(Number.isNaN(masked[g * plan.cells.length + c])).toBe(!present);
      }),
    );
  });

  it('gives the same numbers whatever the batch size', async () => {
    for (const batchSize of [1, 7, 1000]) expect(await run({ batchSize })).toEqual(screen);
  });

  it('goes on where it was cancelled and ends with the same numbers', async () => {
    const store = new MemoryStore();
    const abort = new AbortController();
    const stopped = run({
      store,
      signal: abort.signal,
      onPartial: ({ doneCells }) => {
        if (doneCells === 3) abort.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(store.kept.size).toBe(3);
    const told: number[] = [];
    const onProgress: RunScreenOptions['onProgress'] = ({ stage, done }) => stage === 'screen' && told.push(done);
    expect(await run({ store, onProgress })).toEqual(screen);
    expect(store.nLoaded).toBe(3);
    // What was kept is no progress of this run: it would make the rest look fast.
    const kept = passesByCell(plan, world.tokens, () => ({})).slice(0, 3);
    expect(told[0]).toBeGreaterThan(kept.reduce((sum, n) => sum + n, 0));
    expect(told.at(-1)).toBe(screen.nPasses);
  });

  it('does not take up parts of a run with other weights, nor damaged parts', async () => {
    const store = new MemoryStore();
    await run({ store });
    await run({ store, modelId: 'other weights' });
    expect(store.nLoaded).toBe(0);
    for (const [key, bytes] of store.kept) store.kept.set(key, bytes.subarray(4));
    expect(await run({ store })).toEqual(screen);
  });

  it('reports progress that only grows and partial leaders', async () => {
    const done: number[] = [];
    const partials: PartialScreen[] = [];
    await run({
      onProgress: (progress) => progress.stage === 'screen' && done.push(progress.done),
      onPartial: (partial) => partials.push(partial),
    });
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(screen.nPasses);
    expect(partials.at(-1)).toMatchObject({ doneCells: 8, totalCells: 8, operator: 'over-express' });
    expect(partials.at(-1)?.top[0].genes[0].symbol).toBe('GENE0');
  });

  it('works with a pretrained model, which has no probabilities', async () => {
    const pretrained = new FakeEncoder({ vector: markerVectors });
    expect((await run({ encoder: pretrained })).readOuts).toEqual(['embedding-shift']);
    const asked = { ...plan, config: { ...config, readOut: 'probability-shift' as const } };
    await expect(run({ encoder: pretrained, plan: asked })).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('refuses embeddings that are not finite', async () => {
    const broken = new FakeEncoder({ vector: () => [NaN, 0, 0, 0], classes });
    await expect(run({ encoder: broken })).rejects.toMatchObject({ code: 'numeric' });
  });

  it('names what the screen has when asked for something else', () => {
    const query = { operator: 'mask', goal: 'monocyte', readOut: 'embedding-shift' } as const;
    expect(() => cellEffects(screen, { ...query, goal: 't-cell' })).toThrow(/choose one of: monocyte, b-cell/);
    expect(() => cellEffects({ ...screen, effects: {} }, query)).toThrow(/did not run it/);
  });

  it('is stored and read back unchanged', async () => {
    const blobs = new Map(screenToBlobs(screen).map(({ name, bytes }) => [name, bytes]));
    const load = async (name: string) => blobs.get(name) as Uint8Array;
    expect(await screenFromBlobs(load)).toEqual(screen);
    blobs.set('effects-mask.f32', new Uint8Array(8));
    await expect(screenFromBlobs(load)).rejects.toMatchObject({ code: 'data-format' });
  });
});
