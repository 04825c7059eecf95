import { beforeAll, describe, expect, it } from 'vitest';
import type { GeneGradients } from '#genecompass/gene-gradients.ts';
import { AdaptiveStages } from '#screen/adaptive.ts';
import { screenFromBlobs, screenToBlobs } from '#screen/blobs.ts';
import { cellOrder } from '#screen/cell-order.ts';
import { differenceEstimate, residualError, residualScale } from '#screen/difference.ts';
import { cellEffects, replicateEffects, rowMean } from '#screen/effects.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen, type RunScreenOptions } from '#screen/run.ts';
import { settle } from '#screen/settle.ts';
import type { ScreenPlan, ScreenResult, ShardStore } from '#screen/types.ts';
import type { ScreenConfig } from '#shared/domain/screen.ts';
import { CounterRandom } from '#shared/util/random.ts';
import { FakeEncoder, plantedVectors } from './fake-encoder.ts';
import { screenConfig } from './make-screen.ts';
import { makeTokenSet } from './make-token-set.ts';

const world = makeTokenSet({ nCells: 150, nGenes: 240, seed: 3 });
const config = (changes: Partial<ScreenConfig> = {}) =>
  screenConfig({
    operators: ['mask'],
    genes: 'all',
    minDetections: 1,
    nNullGenes: 30,
    nCells: 40,
    nTop: 12,
    computation: 'adaptive',
    ...changes,
  });
const encoder = new FakeEncoder({ vector: plantedVectors(4, new Map(), 5), maxLength: 256 });

/** A backward pass that is right up to a share of every effect. */
const gradients =
  (noise: number): RunScreenOptions['gradients'] =>
  async (goals): Promise<GeneGradients> => ({
    of: async (inputs) =>
      Promise.all(
        inputs.map(async (input) => {
          const hidden = Array.from(input.tokenIds, (_, position) => ({ ...input, hiddenPositions: [position] }));
          const { embeddings } = await encoder.encode([input, ...hidden]);
          const random = new CounterRandom(input.tokenIds[0], 'gradient-noise');
          return goals.map((goal) => {
            const state = goal.kind === 'cosine' ? goal.state : [];
            const score = (row: number) => {
              const x = embeddings.subarray(row * 4, row * 4 + 4);
              const dot = x.reduce((sum, value, i) => sum + value * state[i], 0);
              return dot / (Math.hypot(...x) * Math.hypot(...state));
            };
            const gate = Float32Array.from(
              input.tokenIds,
              (id, i) => -(score(i + 1) - score(0)) * (1 + noise * random.normal(id)),
            );
            return { score: score(0), gate, up: gate, down: gate, changed: [], joined: gate.subarray(0, 0) };
          });
        }),
      ),
    dispose: async () => undefined,
  });

const run = (options: Partial<RunScreenOptions> = {}, changes: Partial<ScreenConfig> = {}) =>
  runScreen({
    plan: planScreen({ ...world, config: config(changes), maxLength: 256 }),
    tokens: world.tokens,
    encoder,
    modelId: 'weights',
    gradients: gradients(0.2),
    ...options,
  });
const means = (screen: ScreenResult, goal = 'monocyte') => {
  const effects = replicateEffects(screen, { operator: 'mask', goal, readOut: 'embedding-shift' });
  return screen.plan.genes.map((_, row) => rowMean(effects, row, screen.plan.nReplicates));
};
const leading = (effects: readonly number[], top: number) =>
  [...effects.keys()].sort((a, b) => Math.abs(effects[b]) - Math.abs(effects[a]) || a - b).slice(0, top);

describe('adaptive stages', () => {
  let exact: ScreenResult;
  let adaptive: ScreenResult;
  beforeAll(async () => {
    exact = await run({}, { computation: 'exact' });
    adaptive = await run();
  }, 60_000);

  it('find the genes that lead the exact screen in a fraction of its passes', () => {
    expect(adaptive.nPasses).toBeLessThan(0.5 * exact.nPasses);
    for (const goal of ['monocyte', 'b-cell']) {
      const found = new Set(leading(means(adaptive, goal), 12));
      expect(leading(means(exact, goal), 12).filter((row) => found.has(row)).length).toBeGreaterThanOrEqual(11);
    }
  });

  it('tell how many cells each gene got, and that leading genes got more', () => {
    const [stage] = adaptive.stages!.adaptive!;
    expect(stage).toMatchObject({ operator: 'mask', top: 12 });
    expect(stage.goals.map(({ nTop, nSettled }) => nSettled / nTop)).toEqual([1, 1]);
    const cells = new Set(stage.genes.map(({ nExact }) => nExact));
    expect(cells.size).toBeGreaterThan(2);
    const perCell = cellEffects(exact, { operator: 'mask', goal: 'monocyte', readOut: 'embedding-shift' });
    for (const { row, nExact, nCells, errors } of stage.genes) {
      const told = perCell.subarray(row * 40, row * 40 + 40).filter((x) => !Number.isNaN(x)).length;
      expect(nCells).toBe(told);
      expect(nExact).toBeGreaterThan(0);
      expect(nExact).toBeLessThanOrEqual(nCells);
      expect(errors.every((error) => (nExact === nCells ? error === 0 : error > 0))).toBe(true);
    }
  });

  it('leave no cell without a number that the exact screen has one for', () => {
    const query = { operator: 'mask', goal: 'monocyte', readOut: 'embedding-shift' } as const;
    const [a, b] = [cellEffects(adaptive, query), cellEffects(exact, query)];
    a.forEach((x, i) => expect(Number.isNaN(x)).toBe(Number.isNaN(b[i])));
  });

  it('are the same whether they ran in one go, in other batches, or were stopped in any round', async () => {
    const kept = new Map<string, Uint8Array>();
    const store: ShardStore = {
      load: async (key) => kept.get(key) ?? null,
      save: async (key, bytes) => void kept.set(key, bytes.slice()),
    };
    await run({ store });
    const total = kept.size;
    expect(total).toBeGreaterThan(60);
    for (const stopAt of [1, 25, 45, total - 1]) {
      kept.clear();
      const abort = new AbortController();
      const stopping: ShardStore = {
        load: store.load,
        save: async (key, bytes) => {
          await store.save(key, bytes);
          if (kept.size === stopAt) abort.abort();
        },
      };
      await expect(run({ store: stopping, signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' });
      const before = kept.size;
      expect(before).toBe(stopAt);
      expect(await run({ store })).toEqual(adaptive);
      expect(kept.size).toBe(total);
    }
    expect(await run({ batchSize: 3 })).toEqual(adaptive);
  }, 120_000);

  it('compute everything exactly where the backward pass foretells badly', async () => {
    const fallen = await run({ gradients: gradients(20) });
    expect(fallen.stages).toMatchObject({ fellBack: ['mask'], adaptive: [] });
    expect(means(fallen)).toEqual(means(exact));
    expect(fallen.nPasses).toBe(exact.nPasses);
  });

  it('are kept and read back', async () => {
    const blobs = new Map(screenToBlobs(adaptive).map(({ name, bytes }) => [name, bytes]));
    expect((await screenFromBlobs(async (name) => blobs.get(name)!)).stages).toEqual(adaptive.stages);
  });
});

describe('cells computed first', () => {
  it('come from all replicates alike', () => {
    const plan = planScreen({ ...world, config: config(), maxLength: 256 });
    expect(plan.nReplicates).toBe(4);
    const order = cellOrder(plan);
    expect([...order].sort((a, b) => a - b)).toEqual(plan.cells.map((_, i) => i));
    expect(new Set(order.slice(0, 4).map((ordinal) => plan.replicates[ordinal])).size).toBe(4);
  });
});

describe('the difference estimator', () => {
  it('adds the mean residual of the computed cells to the foretold mean', () => {
    const estimate = differenceEstimate([1, 2, 3, 6], [1.5, NaN, 3.1, NaN], [0.25, 0.25, 0.25, 0.25]);
    expect(estimate.mean).toBeCloseTo(3.3, 12);
    expect(estimate.offset).toBeCloseTo(0.3, 12);
    expect(estimate.squares).toBeCloseTo(0.08, 12);
    expect(estimate).toMatchObject({ nExact: 2, nCells: 4 });
  });

  it('weighs replicates as the mean effect does, and is exact once every cell is computed', () => {
    const all = differenceEstimate([1, 1, 1], [2, 4, 9], [0.5, 0.25, 0.25]);
    expect(all.mean).toBeCloseTo(4.25, 12);
    expect(residualError(all, 1, residualScale([{ estimate: all, foretold: 1, isSample: true }], 0.1))).toBe(0);
  });

  it('settles genes whose interval is clear of the cut', () => {
    const at = (row: number, size: number, halfWidth: number) => ({ row, size, halfWidth });
    const settled = settle([at(0, 5, 0.1), at(1, 4, 1), at(2, 3.5, 0), at(3, 3, 0.4), at(4, 1, 9)], 2);
    // The cut is 3.75.
    expect(settled).toEqual({ open: [1, 4], nSettled: 1, nTop: 2 });
    expect(settle([at(0, 5, 9)], 2)).toEqual({ open: [], nSettled: 1, nTop: 1 });
  });
});

/** Screens without a model: true effects, and what a backward pass would foretell of them. */
describe('stopping when the top is settled', () => {
  const [N_GENES, N_CELLS, TOP, N_SCREENS] = [120, 48, 10, 60];
  const stub = {
    config: { seed: 1, nTop: TOP, readOut: 'embedding-shift' },
    operators: ['mask'],
    genes: Array.from({ length: N_GENES }, (_, tokenId) => ({ tokenId, isCandidate: true, isNull: false })),
    cells: Array.from({ length: N_CELLS }, (_, i) => i),
    replicates: Array.from({ length: N_CELLS }, (_, i) => i),
    nReplicates: N_CELLS,
    replicateUnit: 'cell',
    states: [
      { name: 'start', role: 'start' },
      { name: 'goal', role: 'goal' },
    ],
    measured: [1],
  };

  async function simulate(seed: number) {
    const plan = { ...stub, config: { ...stub.config, seed } } as unknown as ScreenPlan;
    const random = new CounterRandom(seed, 'simulated');
    const truth = new Float32Array(N_GENES * N_CELLS);
    const guess = new Float32Array(N_GENES * N_CELLS);
    for (let gene = 0; gene < N_GENES; gene++) {
      const effect = random.normal(gene);
      // What a derivative misses differs from gene to gene, and from cell to cell.
      const miss = 0.15 * random.normal(N_GENES + gene);
      for (let cell = 0; cell < N_CELLS; cell++) {
        const at = gene * N_CELLS + cell;
        truth[at] = effect + 0.5 * random.normal(2 * N_GENES + at);
        guess[at] = truth[at] * (1 - miss) + 0.3 * random.normal(2 * N_GENES + N_GENES * N_CELLS + at);
      }
    }
    const base = { plan, readOuts: ['embedding-shift'], originals: truth, centroids: truth, nPasses: 0, stages: null };
    const result = { ...base, effects: { mask: new Float32Array(truth.length).fill(NaN) } } as ScreenResult;
    const foretold = { ...base, effects: { mask: guess } } as ScreenResult;
    const sample = Array.from(new CounterRandom(seed, 'sample').permutation(N_GENES)).slice(0, 40);
    const stages = new AdaptiveStages(result, foretold, sample, ['mask']);
    let passes = 0;
    const compute = async (onlyOf: ReturnType<AdaptiveStages['first']>) => {
      for (let cell = 0; cell < N_CELLS; cell++)
        for (const gene of onlyOf(cell).mask ?? []) {
          passes++;
          result.effects.mask![gene * N_CELLS + cell] = truth[gene * N_CELLS + cell];
        }
    };
    await compute(stages.first());
    const agreement = [{ operator: 'mask' as const, goal: 'goal', nCompared: 40, spearman: 1, slope: 1 }];
    const [told] = await stages.settle(['mask'], agreement, compute);
    const mean = (all: Float32Array, gene: number) =>
      all.subarray(gene * N_CELLS, (gene + 1) * N_CELLS).reduce((sum, x) => sum + x, 0) / N_CELLS;
    const size = (all: Float32Array) => Array.from({ length: N_GENES }, (_, gene) => mean(all, gene));
    return { told, passes, truth: size(truth), found: size(result.effects.mask!) };
  }

  it('misses few of the top, and neither the intervals nor the means suffer from having looked', async () => {
    const screens = await Promise.all(Array.from({ length: N_SCREENS }, (_, seed) => simulate(seed)));
    let [hits, covered, intervals, passes] = [0, 0, 0, 0];
    const standardised: number[] = [];
    for (const { told, truth, found, ...screen } of screens) {
      const top = new Set(leading(found, TOP));
      hits += leading(truth, TOP).filter((gene) => top.has(gene)).length;
      passes += screen.passes;
      for (const { row, errors } of told.genes) {
        if (errors[0] === 0) continue;
        intervals++;
        if (Math.abs(found[row] - truth[row]) <= 1.96 * errors[0]) covered++;
        // Towards or away from the top, where a peek would push it.
        standardised.push((Math.sign(truth[row]) * (found[row] - truth[row])) / errors[0]);
      }
    }
    const bias = standardised.reduce((sum, z) => sum + z, 0) / standardised.length;
    console.log(
      `recall ${(hits / (TOP * N_SCREENS)).toFixed(3)}, coverage ${(covered / intervals).toFixed(3)} of ${intervals}, bias ${bias.toFixed(3)} standard errors, ${((100 * passes) / (N_SCREENS * N_GENES * N_CELLS)).toFixed(0)} % of the passes`,
    );
    expect(hits / (TOP * N_SCREENS)).toBeGreaterThan(0.95);
    expect(covered / intervals).toBeGreaterThan(0.93);
    expect(Math.abs(bias)).toBeLessThan(0.1);
    expect(passes).toBeLessThan(0.5 * N_SCREENS * N_GENES * N_CELLS);
  }, 120_000);
});
