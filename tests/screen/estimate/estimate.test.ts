import { describe, expect, it } from 'vitest';
import type { Graph } from '#engine/ir/graph.ts';
import type { Runtime } from '#engine/runtime/runtime.ts';
import { type Demand, type EstimatePlace, estimateRun } from '#screen/estimate/estimate.ts';
import { Pace } from '#screen/estimate/pace.ts';
import { MODEL_PRESETS, ModelConfig, type ModelPreset } from '#shared/domain/model.ts';

/** A runtime that takes no time: what is foretold from it depends on counts alone. */
function idleRuntime(): { runtime: Runtime; compiled: Graph[] } {
  const compiled: Graph[] = [];
  const runtime: Runtime = {
    name: 'idle',
    compile: async (graph) => {
      compiled.push(graph);
      return { inputs: [], outputNames: [], run: async () => ({}), dispose: async () => {} };
    },
  };
  return { runtime, compiled };
}

const configOf = (preset: ModelPreset) =>
  ModelConfig.parse({
    ...MODEL_PRESETS[preset],
    vocabularySize: 1000,
    vocabularyHash: 'hash',
    priors: [{ name: 'co_exp', width: 48 }],
  });
const runs = (n: number, length = 256) => [{ pass: { kind: 'cls' as const, batchSize: 4, length }, runs: n }];
const demand = (changes: Partial<Demand> = {}): Demand => ({
  model: { config: configOf('demo'), nClasses: 3 },
  nGenes: 100,
  nCells: 24,
  before: [],
  least: { nPasses: 400, runs: runs(100) },
  likely: { nPasses: 800, runs: runs(200) },
  most: { nPasses: 4000, runs: runs(1000) },
  space: { memory: 50e6, disk: 40e6 },
  stages: [{ stage: 'screen', units: 600, runs: runs(150) }],
  ...changes,
});
const place = (changes: Partial<EstimatePlace> = {}): EstimatePlace => ({
  device: 'cpu',
  runtime: idleRuntime().runtime,
  speed: null,
  deviceMemoryBytes: null,
  totalMemoryBytes: 16e9,
  freeMemoryBytes: 8e9,
  freeDiskBytes: 1e9,
  ...changes,
});

describe('an estimate', () => {
  it('grows with the work', async () => {
    const { passes, seconds, fallback } = (await estimateRun(demand(), place())).estimate;
    expect(passes).toEqual({ from: 400, to: 800 });
    expect(fallback!.passes).toBe(4000);
    // Both ends of the range were timed by the same runs, so the ends of more work lie as far apart.
    expect(fallback!.seconds!.from / seconds!.from).toBeCloseTo(10, 9);
    expect(fallback!.seconds!.to / seconds!.to).toBeCloseTo(5, 9);
  });

  it('tries one pass of each kind, the one that takes the most time', async () => {
    const { runtime, compiled } = idleRuntime();
    const before = [
      { pass: { kind: 'cls' as const, batchSize: 4, length: 32 }, runs: 5 },
      { pass: { kind: 'gradients' as const, batchSize: 4, length: 256, scores: { cosines: 2, odds: 1 } }, runs: 6 },
    ];
    await estimateRun(demand({ before }), place({ runtime }));
    const tried = compiled.map((graph) => [graph.name, graph.inputs.get('token_ids')!.shape.join()]);
    expect(tried).toEqual([
      ['cls', '4,256'],
      ['gene-gradients', '4,256'],
    ]);
  });

  it('tries fewer layers of a model whose pass takes long', async () => {
    const { runtime, compiled } = idleRuntime();
    const model = { config: { ...configOf('demo'), nLayers: 12 }, nClasses: 0 };
    const slow = { gigaflops: 1, smallGigaflops: 1, gigabytesPerSecond: 20, runMs: 0.1, operatorMs: 0.001 };
    const { seconds } = (await estimateRun(demand({ model }), place({ runtime, speed: slow }))).estimate;
    await estimateRun(demand({ model }), place({ runtime, speed: { ...slow, gigaflops: 1e3, smallGigaflops: 1e3 } }));
    const [few, whole] = compiled.map(({ nodes }) => nodes.length);
    expect(few).toBeLessThan(0.3 * whole);
    expect(seconds!.to).toBeGreaterThan(0);
  });

  it('knows no time where not even one layer can be tried', async () => {
    const crawl = { gigaflops: 0.01, smallGigaflops: 0.01, gigabytesPerSecond: 0.01, runMs: 1, operatorMs: 1 };
    const { estimate, pace } = await estimateRun(demand(), place({ speed: crawl }));
    const { seconds, fallback, words } = estimate;
    expect(pace).toBeNull();
    expect(seconds).toBeNull();
    expect(fallback!.seconds).toBeNull();
    expect(words).toContain('How long it takes is told once it runs.');
  });

  it('counts the model, its compiled graphs and the results into its memory', async () => {
    const bytes = async (changes: Partial<Demand>) =>
      (await estimateRun(demand(changes), place())).estimate.memory.bytes;
    const usual = await bytes({});
    expect((await bytes({ space: { memory: 150e6, disk: 40e6 } })) - usual).toBe(100e6);
    expect(await bytes({ before: runs(1, 128) })).toBeGreaterThan(usual);
    expect(await bytes({ before: runs(50) })).toBe(usual);
    const small = { config: configOf('small'), nClasses: 3 };
    expect(await bytes({ model: small })).toBeGreaterThan(usual + 30e6);
  });

  it.each([
    [{ totalMemoryBytes: 0.5e9, freeMemoryBytes: 0.4e9 }, ['memory']],
    [{ freeMemoryBytes: 0.3e9 }, ['memory-now']],
    [{ freeDiskBytes: 39e6 }, ['disk']],
    [{ freeDiskBytes: null }, []],
    [{ device: 'webgpu' as const, deviceMemoryBytes: 100e6 }, ['card']],
    [{ device: 'webgpu' as const, deviceMemoryBytes: 8e9 }, []],
  ])('warns of what does not fit: %o', async (changes, warnings) => {
    expect((await estimateRun(demand(), place(changes))).estimate.warnings).toEqual(warnings);
  });

  it('warns of more than a day', async () => {
    const endless = { nPasses: 4e18, runs: runs(1e18) };
    const { estimate } = await estimateRun(demand({ least: endless, likely: endless, most: null }), place());
    expect(estimate.warnings).toEqual(['long']);
  });
});

describe('the pace of a job', () => {
  const pace = new Pace([
    { stage: 'states', units: 200, seconds: 2 },
    { stage: 'gradients', units: 24, seconds: 6 },
    { stage: 'screen', units: 1000, seconds: 12 },
  ]);

  it('adds up the stages by what they take, not by what they count', () => {
    expect(pace.at('states', 0, 200)).toEqual({ done: 0, total: 20 });
    expect(pace.at('states', 100, 200)).toEqual({ done: 1, total: 20 });
    expect(pace.at('gradients', 24, 24)).toEqual({ done: 8, total: 20 });
    expect(pace.at('screen', 500, 800)).toEqual({ done: 14, total: 20 });
  });

  it('takes longer where a stage turns out larger than expected', () => {
    expect(pace.at('screen', 1000, 2000)).toEqual({ done: 20, total: 32 });
  });

  it('says nothing of a stage that it does not know', () => {
    expect(pace.at('reading', 1, 2)).toBeNull();
    expect(new Pace([{ stage: 'responses', units: 0, seconds: 0 }]).at('responses', 0, 0)).toEqual({
      done: 0,
      total: 0,
    });
  });

  it('is known by the stages that progress tells', async () => {
    const { pace: told } = await estimateRun(demand(), place());
    const { done, total } = told!.at('screen', 300, 600)!;
    expect(done / total).toBeCloseTo(0.5, 9);
  });
});
