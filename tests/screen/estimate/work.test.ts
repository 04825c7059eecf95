import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ortRuntime } from '#engine/runtime/ort.ts';
import { createCellEncoder } from '#genecompass/encoder.ts';
import { createGeneGradients } from '#genecompass/gene-gradients.ts';
import { createGeneStates } from '#genecompass/gene-states.ts';
import { screenToBlobs } from '#screen/blobs.ts';
import { followUpWork } from '#screen/estimate/follow-up-work.ts';
import type { PassRuns } from '#screen/estimate/pass-runs.ts';
import { screenWork } from '#screen/estimate/screen-work.ts';
import { screenSpace } from '#screen/estimate/space.ts';
import { planFollowUp } from '#screen/follow-up/plan.ts';
import { runEffects, runResponses } from '#screen/follow-up/run.ts';
import { planScreen } from '#screen/plan.ts';
import { runScreen } from '#screen/run.ts';
import { encoderInput } from '#screen/state-embeddings.ts';
import type { ScreenResult, ShardStore } from '#screen/types.ts';
import { FollowUpConfig } from '#shared/domain/follow-up.ts';
import type { ModelConfig } from '#shared/domain/model.ts';
import type { Operator, ScreenConfig } from '#shared/domain/screen.ts';
import { makeTinyModel } from '../../genecompass/support/tiny-model.ts';
import { screenConfig } from '../make-screen.ts';
import { makeTokenSet } from '../make-token-set.ts';
import { countingRuntime } from './counting-runtime.ts';

const N_GENES = 200;
const CLASSES = ['progenitor', 'monocyte', 'b-cell'];
const world = makeTokenSet({ nCells: 90, nGenes: N_GENES, seed: 4 });
const modelOf = (width: number) => ({
  ...makeTinyModel(
    { kind: 'classifier', classes: 3 },
    { vocabularySize: N_GENES + 2, maxLength: 64, priors: [], width, initializerRange: 0.1 },
  ),
  homologIndex: Int32Array.from({ length: N_GENES + 2 }, (_, token) => token),
});
const sizeOf = ({ config }: { config: ModelConfig }) => ({ config, nClasses: 3 });
const model = modelOf(16);
const size = sizeOf(model);
/** Its answers are smooth enough for every operator to be foretold. */
const smooth = modelOf(32);
const plan = (changes: Partial<ScreenConfig>) =>
  planScreen({
    ...world,
    config: screenConfig({
      genes: 'all',
      minDetections: 1,
      nNullGenes: 30,
      nCells: 12,
      nExact: 15,
      nTop: 10,
      ...changes,
    }),
    maxLength: 64,
  });

class SizingStore implements ShardStore {
  packedBytes = 0;
  async load() {
    return null;
  }
  async save(_key: string, bytes: Uint8Array) {
    this.packedBytes += zstdCompressSync(bytes).length;
  }
}

/** Runs a screen with a real model. Answer: what it did, and how often each graph ran. */
async function runReal(changes: Partial<ScreenConfig>, by = model) {
  const made = plan(changes);
  const counting = countingRuntime(ortRuntime());
  const encoder = await createCellEncoder(by, counting.runtime, CLASSES);
  // Folding tables runs a graph as well.
  counting.runs.clear();
  const store = new SizingStore();
  const screen = await runScreen({
    plan: made,
    tokens: world.tokens,
    encoder,
    modelId: 'weights',
    store,
    ...(made.config.computation === 'exact'
      ? {}
      : { gradients: (goals) => createGeneGradients(by, counting.runtime, goals) }),
  });
  await encoder.dispose();
  return { made, screen, store, runs: counting.runs };
}

const GRAPHS = {
  cls: 'encode-cls',
  mean: 'encode-mean',
  'hidden-gene': 'hidden-gene',
  'shared-layer': 'shared-layer',
  gradients: 'gene-gradients',
  'gene-states': 'forward',
} as const;
function counted(...all: (readonly PassRuns[])[]): Map<string, number> {
  const runs = new Map<string, number>();
  for (const { pass, runs: n } of all.flat()) {
    const joining = pass.nJoining ? ` + ${pass.nJoining}` : '';
    const key = `${GRAPHS[pass.kind]} ${pass.batchSize} × ${pass.length}${joining}`;
    runs.set(key, (runs.get(key) ?? 0) + n);
  }
  return runs;
}
const ofGraphs = (runs: Map<string, number>, ...names: string[]) =>
  new Map([...runs].filter(([key]) => names.some((name) => key.startsWith(name))).sort());

describe('what a screen is foretold to put through the model', () => {
  it.each([
    { operators: ['over-express' as const, 'remove' as const], pooling: 'cls' as const },
    { operators: ['knock-down' as const, 'to-rank' as const], pooling: 'mean' as const },
    { operators: ['mask' as const], pooling: 'cls' as const, genes: ['GENE0', 'GENE3'], alternatives: 'none' as const },
  ])('is exactly what an exact one runs: $operators by $pooling', async (changes) => {
    const { made, screen, runs } = await runReal(changes);
    const work = screenWork(made, world.tokens, size, 2);
    expect(work.most.nPasses).toBe(screen.nPasses);
    expect(work.least).toBe(work.most);
    expect(work.likely).toBe(work.most);
    const passes = ['encode-', 'hidden-gene', 'shared-layer'];
    const encoded = ofGraphs(runs, ...passes);
    expect(encoded.size).toBeGreaterThan(0);
    expect([...encoded.keys()].some((key) => key.startsWith('hidden-gene'))).toBe(made.operators.includes('mask'));
    expect(ofGraphs(counted(work.before, work.most.runs), ...passes)).toEqual(encoded);
  });

  it.each<{ operators: Operator[] }>([{ operators: ['mask'] }, { operators: ['over-express', 'to-rank'] }])(
    'holds what two stages run, whatever leads, and their gradients exactly: $operators',
    async (changes) => {
      for (const seed of [0, 1]) {
        const { made, screen, runs } = await runReal({ ...changes, computation: 'two-stage', seed });
        const work = screenWork(made, world.tokens, size, 2);
        expect(screen.stages!.fellBack).toEqual([]);
        expect(screen.nPasses).toBeGreaterThan(work.least.nPasses);
        expect(screen.nPasses).toBeLessThan(work.likely.nPasses);
        expect(work.likely.nPasses).toBeLessThanOrEqual(work.most.nPasses);
        expect(ofGraphs(counted(work.before), 'gene-gradients')).toEqual(ofGraphs(runs, 'gene-gradients'));
      }
    },
  );

  it('is at most every gene where stages fall back', async () => {
    const { made, screen } = await runReal({ operators: ['knock-down'], computation: 'two-stage' });
    expect(screen.stages!.fellBack).toEqual(['knock-down']);
    expect(screen.nPasses).toBe(screenWork(made, world.tokens, size, 2).most.nPasses);
  });

  it.each<Operator>(['mask', 'over-express'])('holds what adaptive stages run: %s', async (operator) => {
    const { made, screen } = await runReal({ operators: [operator], computation: 'adaptive', nCells: 30 }, smooth);
    const work = screenWork(made, world.tokens, sizeOf(smooth), 2);
    expect(screen.stages!.fellBack).toEqual([]);
    expect(screen.nPasses).toBeGreaterThan(0.9 * work.least.nPasses);
    expect(screen.nPasses).toBeLessThanOrEqual(work.most.nPasses);
    expect(work.least.nPasses).toBeLessThan(work.likely.nPasses);
    expect(work.likely.nPasses).toBeLessThan(work.most.nPasses);
  });

  it('counts operators that are never foretold in full', async () => {
    const changes = { operators: ['published-over-express' as const, 'mask' as const], nCells: 12 };
    const full = screenWork(plan({ ...changes, operators: ['published-over-express'] }), world.tokens, size, 2).most
      .nPasses;
    for (const computation of ['two-stage', 'adaptive'] as const) {
      const { least, likely } = screenWork(plan({ ...changes, computation }), world.tokens, size, 2);
      expect(least.nPasses).toBeGreaterThan(0.85 * full);
      expect(likely.nPasses).toBeGreaterThan(full);
    }
  });
});

describe('the room a screen is foretold to take', () => {
  const effectBytes = ({ effects }: ScreenResult) =>
    Object.values(effects).reduce((sum, { byteLength }) => sum + byteLength, 0);

  it('is in memory what its effects and cells take', async () => {
    const { made, screen } = await runReal({ operators: ['over-express', 'remove'] });
    const { memory } = screenSpace(made, world.tokens, screen.readOuts, screenWork(made, world.tokens, size, 2));
    const { tokenIds, values, offsets, cellIndex, species, nCells } = world.tokens;
    const cells = tokenIds.byteLength + values.byteLength;
    expect(offsets.byteLength + cellIndex.byteLength + species.byteLength).toBe(13 * nCells + 8);
    expect(memory).toBe(effectBytes(screen) + cells + 13 * nCells);
  });

  it.each(['exact', 'two-stage'] as const)('is on disk within a third of what is packed: %s', async (computation) => {
    const { made, screen, store } = await runReal({ operators: ['mask', 'over-express'], computation, nCells: 30 });
    const work = screenWork(made, world.tokens, size, 2);
    const empty = { ...made, genes: [], cells: [] };
    const log = screenSpace(empty, world.tokens, screen.readOuts, {
      ...work,
      likely: { nPasses: 0, runs: [] },
      most: { nPasses: 0, runs: [] },
    }).disk;
    const { disk } = screenSpace(made, world.tokens, screen.readOuts, work);
    const kept = screenToBlobs(screen).reduce((sum, { bytes }) => sum + zstdCompressSync(bytes).length, 0);
    const ratio = (disk - log) / (kept + store.packedBytes);
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.33);
  });
});

describe('what a closer look is foretold to put through the model', () => {
  it('is exactly what it runs', async () => {
    const screen = plan({ operators: ['mask'], nCells: 8 });
    const counting = countingRuntime(ortRuntime());
    const encoder = await createCellEncoder(model, counting.runtime, CLASSES);
    const { centroids } = await runScreen({ plan: screen, tokens: world.tokens, encoder, modelId: 'weights' });
    const config = FollowUpConfig.parse({ screen: 's', genes: ['GENE0', 'GENE1', 'GENE3'], nNullPerturbations: 5 });
    const made = planFollowUp({ config, screen, tokens: world.tokens, vocabulary: world.vocabulary });
    counting.runs.clear();
    const options = {
      plan: made,
      screen: { plan: screen, centroids },
      tokens: world.tokens,
      encoder,
      geneStates: () => createGeneStates(model, counting.runtime),
      modelId: 'weights',
    };
    const effects = await runEffects(options);
    const sums = await runResponses(options);
    await encoder.dispose();
    const inputs = screen.cells.map((cell) => encoderInput(world.tokens, cell, screen.maxLength));
    const work = followUpWork(made, screen, inputs, size);
    expect(work.nPasses).toBe(effects.nPasses + sums.nPasses);
    expect(ofGraphs(counted(work.runs), '')).toEqual(ofGraphs(counting.runs, ''));
  });
});
